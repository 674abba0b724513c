//! The texts of an input, divided for their readers.

use std::ops::RangeInclusive;

use host_tree::{CommandText, HostTree};
use iommu::KernelLog;

use super::guests::guest_parts;
use super::model::Side;
use super::words::sentences::Posts;
use super::words::source_code::is_source_code;
use super::words::{expected, outputs};

/// The texts of an input, and their parts that only some readers look at.
pub(super) struct Texts<'a> {
    pub(super) side: Side,
    pub(super) all: &'a [CommandText],
    /// The texts that may have sentences, prompts and typed commands: the last of all.
    pub(super) pasted: &'a [CommandText],
    /// For each text its lines that are of a guest.
    pub(super) of_guests: Vec<Vec<RangeInclusive<u32>>>,
    /// For each text its lines of a kernel's log.
    pub(super) logs: Vec<KernelLog<'a>>,
    pub(super) posts: Posts<'a>,
}

impl<'a> Texts<'a> {
    pub(super) fn read(tree: &'a dyn HostTree, side: Side) -> Self {
        let all = tree.texts();
        let of_guests = guest_parts::of_texts(all);
        let logs = all.iter().zip(&of_guests).map(|(text, of_guests)| {
            let mut log = KernelLog::parse(&text.command, &text.text);
            if !outputs::is_plain(text) {
                let expected = expected::parts(&text.text);
                log.lines.retain(|line| {
                    !is_source_code(line.text) && !guest_parts::has(&expected, line.number)
                });
            }
            if side == Side::Host {
                log.lines
                    .retain(|line| !guest_parts::has(of_guests, line.number));
            }
            log
        });
        let logs = logs.collect();
        let pasted = outputs::pasted(all);
        Self {
            side,
            all,
            pasted,
            of_guests,
            logs,
            posts: Posts::read(pasted),
        }
    }

    /// The lines of a guest in each of the pasted texts, of all texts' `parts`.
    pub(super) fn of_pasted<'p>(
        &self,
        parts: &'p [Vec<RangeInclusive<u32>>],
    ) -> &'p [Vec<RangeInclusive<u32>>] {
        let plain = self.all.len() - self.pasted.len();
        parts.get(plain..).unwrap_or_default()
    }

    /// Whether a text has one of the words, which are in lower case.
    pub(super) fn have(&self, words: &[&str]) -> bool {
        self.all.iter().any(|text| {
            let text = text.text.to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        })
    }
}
