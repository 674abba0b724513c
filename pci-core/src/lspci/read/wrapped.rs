//! Lines wrapped by a narrow window, an editor or a mail program.
//!
//! `lspci` does not wrap. With `-nn` the class has its number, and the line ends with the IDs and
//! the revision: if they are missing, the next line may have them. It is joined only if the result
//! is a complete line.

use alloc::borrow::ToOwned;

use super::digits::{bracketed_pair, part, subsystem};
use super::form::Numbers;
use super::head::pair_part;
use super::piece::{Piece, trimmed};
use super::reader::Reader;
use super::record::DamageKind;
use super::value::module_words;
use super::wrapped_text::{MIN_LEN, Missing};

/// Length limit of a line of lspci: a name has 127 bytes up to 3.9, and 255 later.
const MAX_LEN: usize = 600;

impl Reader {
    /// Joins a line without address and label to a wrapped one before it; returns whether it did.
    pub(super) fn is_continued(&mut self, piece: &Piece<'_>) -> bool {
        let Some(mut wrapped) = self.wrapped.take() else {
            return false;
        };
        let more = piece.text.trim_start_matches(['>', ' ', '\t']).trim_end();
        let follows = wrapped.line.checked_add(1) == Some(piece.line);
        if !follows || more.is_empty() || wrapped.text.len() + more.len() > MAX_LEN {
            return false;
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return false;
        };
        let record = &mut draft.record;
        // Between words, or within one.
        let [spaced, joined_up] = [" ", ""].map(|blank| {
            let mut text = wrapped.text.clone();
            text.push_str(blank);
            text.push_str(more);
            text
        });
        let is_joined = match wrapped.missing {
            Missing::Ids => [&spaced, &joined_up].into_iter().any(|text| {
                let pair = pair_part(text);
                if !pair.bracketed || !pair.is_closed {
                    return false;
                }
                record.id = pair.id;
                record.name = pair.name.map(str::to_owned);
                record.revision = pair.revision;
                record.form.numbers = Some(Numbers::Both);
                if let (Some(class), Some(prog_if)) = (&mut record.class, pair.prog_if) {
                    class.prog_if = Some(prog_if);
                }
                true
            }),
            Missing::Subsystem => [&spaced, &joined_up].into_iter().any(|text| {
                let Some(at) = bracketed_pair(text).filter(|at| text.len() == at + 11) else {
                    return false;
                };
                let id = text.get(at + 1..).and_then(subsystem);
                record.subsystem = id.map(|id| piece.locate(id));
                let name = part(text, 0, at);
                let name = trimmed(name.split_once(':').map_or(name, |(_, name)| name));
                record.subsystem_name = (!name.is_empty()).then(|| name.to_owned());
                id.is_some()
            }),
            Missing::Modules => {
                let words = module_words(more).map(str::to_owned);
                let modules = record.modules.as_mut();
                modules.is_some_and(|modules| {
                    let before = modules.value.len();
                    modules.value.extend(words);
                    modules.value.len() > before
                })
            }
        };
        if is_joined {
            self.damage
                .retain(|damage| damage.kind != DamageKind::CutName || damage.line != wrapped.line);
            self.damaged(DamageKind::Wrapped, piece.line);
            return true;
        }
        // Two lines were wrapped into three.
        let continues =
            matches!(wrapped.missing, Missing::Ids | Missing::Subsystem) && more.len() >= MIN_LEN;
        if continues {
            wrapped.text = spaced;
            wrapped.line = piece.line;
            self.wrapped = Some(wrapped);
        }
        false
    }
}

impl Reader {
    /// Keeps a line directly below a first line without numbers, which may be the rest of its name.
    pub(super) fn wrapped_name(&mut self, piece: &Piece<'_>) {
        let more = piece.text.trim_matches(['>', ' ', '\t', '\u{a0}']);
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        let record = &mut draft.record;
        let follows = record.head.line.checked_add(1) == Some(piece.line);
        let Some(name) = record.name.as_ref().filter(|_| record.id.is_none()) else {
            return;
        };
        if follows && !more.is_empty() && name.len() + more.len() < MAX_LEN {
            let text = [name.trim_end(), " ", more].concat();
            record.wrapped_name = pair_part(&text).name.map(str::to_owned);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::super::record::Record;
    use super::*;
    use crate::lspci::parse;

    const WHOLE: &str = "\
$ lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Processor Host Bridge/DRAM Registers [8086:3ec2] (rev 07)
\tSubsystem: Gigabyte Technology Co., Ltd Device [1458:5000]
\tKernel driver in use: skl_uncore
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU104 [GeForce RTX 2070 SUPER] [10de:1e84] (rev a1)
\tSubsystem: Micro-Star International Co., Ltd. [MSI] GeForce RTX 2070 SUPER Gaming X Trio [1462:c726]
\tKernel driver in use: vfio-pci
\tKernel modules: nvidiafb, nouveau, one_more_module, another_module, nvidia_drm, nvidia
";

    type Facts<'a> = (
        Option<crate::PciId>,
        Option<u8>,
        Option<crate::SubsystemId>,
        Option<&'a str>,
        usize,
    );

    fn facts(record: &Record) -> Facts<'_> {
        (
            record.id,
            record.revision,
            record.subsystem.as_ref().map(|found| found.value),
            record.driver.as_ref().map(|found| found.value.as_str()),
            record.modules.as_ref().map_or(0, |found| found.value.len()),
        )
    }

    /// `line` in lines of at most `width` bytes, broken at blanks.
    fn wrap(line: &str, width: usize) -> Vec<String> {
        let mut lines: Vec<String> = [String::new()].to_vec();
        for word in line.split(' ') {
            let last = lines.last_mut().unwrap();
            if !last.is_empty() && last.len() + 1 + word.len() > width {
                lines.push(word.to_owned());
            } else {
                let blank = if last.is_empty() { "" } else { " " };
                *last = format!("{last}{blank}{word}");
            }
        }
        lines
    }

    #[test]
    fn a_wrapped_listing_equals_the_whole_one() {
        let whole = parse(WHOLE);
        for width in [64, 70, 72, 76, 80, 100, 132] {
            for quoted in ["", "> "] {
                let lines = WHOLE.lines().flat_map(|line| wrap(line, width));
                let text: String = lines.map(|line| format!("{quoted}{line}\n")).collect();
                let found = parse(&text);
                let wanted: Vec<_> = whole.records.iter().map(facts).collect();
                let read: Vec<_> = found.records.iter().map(facts).collect();
                assert_eq!(read, wanted, "{text}");
                let is_wrapped = found
                    .damage
                    .iter()
                    .any(|damage| damage.kind == DamageKind::Wrapped);
                assert_eq!(is_wrapped, text.lines().count() > WHOLE.lines().count());
            }
        }
    }

    #[test]
    fn a_break_inside_of_the_ids_is_undone() {
        let head = WHOLE.lines().nth(1).unwrap();
        for at in 60..head.len() {
            let (front, rest) = head.split_at(at);
            let text = format!("{front}\n{rest}\n\tKernel driver in use: x\n");
            let record = &parse(&text).records[0];
            assert_eq!(record.id, "8086:3ec2".parse().ok(), "{text}");
        }
    }

    #[test]
    fn nonconsecutive_lines_are_not_joined() {
        let head = "00:00.0 Host bridge [0600]: Intel Corporation 8th Gen Core Processor";
        for after in [
            "\nthe card is [10de:1e84], I think",
            "\n\n[10de:1e84] (rev a1)",
            "\nThat is [10de:1e84] (rev a1) of mine",
        ] {
            assert_eq!(
                parse(&format!("{head}{after}\n")).records[0].id,
                None,
                "{after}"
            );
        }
    }
}
