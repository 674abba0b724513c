//! The first line of a record: class, names, IDs, revision, programming interface.

use super::class_names::class_named;
use super::digits::{bracketed_pair, hex8, hex16, id, part};
use super::piece::trimmed;
use crate::{ClassCode, PciId};

/// Length limit of a class in lspci: its buffer has 128 bytes up to 3.9, and no name in pci.ids is
/// longer than 55.
const MAX_CLASS: usize = 128;

/// Place of an address in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start, after blanks or a prompt.
    LineStart,
    /// After other text.
    Inside,
}

/// The class, and the text after its colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClassPart<'a> {
    pub(super) class: Option<ClassCode>,
    pub(super) name: Option<&'a str>,
    pub(super) end: usize,
}

/// The class at the start of the text after an address; `None` if the text is not the first line of
/// a record.
pub(super) fn class_part<'a>(text: &'a str, place: Place) -> Option<ClassPart<'a>> {
    let lead = text.len() - text.trim_start().len();
    let body = text.get(lead..)?;
    let near = body.as_bytes().get(..body.len().min(MAX_CLASS))?;
    let colon = memchr::memchr(b':', near);
    let label = colon.and_then(|colon| body.get(..colon));
    let numbers = label.and_then(numbered);
    if numbers.is_none() {
        if let Some(part) = without_colon(body) {
            let end = lead + part.end;
            return Some(ClassPart { end, ..part });
        }
    }
    let (colon, label) = (colon?, label?);
    let rest = body.get(colon + 1..)?;
    let end = lead + colon + 1;
    if colon == 4 {
        if let Some(class) = class_code(label) {
            // -n: the class and the IDs as numbers.
            return id(rest.trim_start()).map(|_| ClassPart {
                class: Some(class),
                name: None,
                end,
            });
        }
    }
    if !label.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit()) {
        return None;
    }
    if let Some((name, class)) = numbers {
        // lspci prints "Class" for a class without a name.
        let name = (name != "Class").then_some(name);
        let class = Some(class);
        return Some(ClassPart { class, name, end });
    }
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    if let Some(class) = label.strip_prefix("Class ").and_then(class_code) {
        let class = Some(class);
        let name = None;
        return Some(ClassPart { class, name, end });
    }
    let class = class_named(label);
    let plausible = place == Place::LineStart && looks_like_class(label) && !rest.trim().is_empty();
    (class.is_some() || plausible).then_some(ClassPart {
        class,
        name: Some(label),
        end,
    })
}

/// Whether a line is the first of a record with its address lost in whole or in part: `1:00.1 Audio
/// device: ...`.
pub(super) fn is_headless(text: &str) -> bool {
    let near = text
        .as_bytes()
        .get(..text.len().min(MAX_CLASS))
        .unwrap_or_default();
    let Some(label) = memchr::memmem::find(near, b": ").and_then(|colon| text.get(..colon)) else {
        return false;
    };
    let rest = text.get(label.len() + 1..).unwrap_or_default();
    let name = label
        .strip_suffix(']')
        .and_then(|label| label.rsplit_once(" ["));
    if let Some((_, number)) = name {
        return class_code(number).is_some() && bracketed_pair(rest).is_some();
    }
    let is_rest = |word: &str| {
        word.len() < 12
            && word.contains(['.', ':'])
            && word
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte))
    };
    let after = label.split_once(' ').filter(|(word, _)| is_rest(word));
    match after {
        Some((_, name)) => class_named(name).is_some(),
        // `Bridge: PM- B3+` is a line of a capability.
        None => label.contains(' ') && class_named(label).is_some(),
    }
}

/// `Name [hhhh] Vendor Device [hhhh:hhhh]`, as ls-iommu prints it.
fn without_colon(body: &str) -> Option<ClassPart<'_>> {
    let near = body.as_bytes().get(..body.len().min(MAX_CLASS))?;
    let close = near.iter().position(|byte| *byte == b']')?;
    let (name, class) = numbered(body.get(..=close)?)?;
    let rest = body.get(close + 1..)?.strip_prefix(' ')?;
    let named = name.starts_with(|first: char| first.is_ascii_uppercase());
    (named && bracketed_pair(rest).is_some()).then_some(ClassPart {
        class: Some(class),
        name: Some(name),
        end: close + 1,
    })
}

/// `Name [hhhh]`.
fn numbered(label: &str) -> Option<(&str, ClassCode)> {
    let (name, number) = label.split_at_checked(label.len().checked_sub(7)?)?;
    let number = number.strip_prefix(" [")?.strip_suffix(']')?;
    memchr::memchr(b'"', name.as_bytes())
        .is_none()
        .then_some(())?;
    Some((name, class_code(number)?))
}

fn class_code(digits: &str) -> Option<ClassCode> {
    (digits.len() == 4).then_some(())?;
    let [base, sub] = hex16(digits)?.to_be_bytes();
    Some(ClassCode::new(base, sub, None))
}

fn looks_like_class(name: &str) -> bool {
    name.len() >= 4
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" -/().,".contains(&byte))
}

/// The text after the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PairPart<'a> {
    pub(super) id: Option<PciId>,
    pub(super) name: Option<&'a str>,
    pub(super) revision: Option<u8>,
    pub(super) prog_if: Option<u8>,
    /// Whether the name was cut, with the IDs.
    pub(super) cut: bool,
    /// Whether the end of the text is known: only revision and programming interface follow the
    /// IDs.
    pub(super) is_closed: bool,
    /// Whether the IDs are in brackets, as in `-nn`.
    pub(super) bracketed: bool,
    /// Whether the IDs are without names, as in `-n`.
    pub(super) bare: bool,
}

/// Names, IDs, revision and programming interface, from the text after the class's colon.
pub(super) fn pair_part(text: &str) -> PairPart<'_> {
    let text = text.trim();
    if let Some(at) = bracketed_pair(text) {
        return pair_at(text, at);
    }
    let mut pair = PairPart::default();
    let bare = text.strip_prefix("Device ").unwrap_or(text);
    pair.id = id(bare);
    pair.bare = pair.id.is_some() && bare.len() == text.len();
    let (names, tail) = split_tail(text);
    // Further text between the IDs and the revision is not lspci's.
    let foreign = names.trim_end().len() > text.len() - bare.len() + 9;
    if pair.id.is_none() {
        let shown = without_cut_id(names);
        pair.name = named(shown);
        pair.cut = shown.len() < names.len() || names.trim_end().ends_with("...");
    }
    let shown = pair.id.is_some() && !foreign;
    with_tail(pair, tail, shown)
}

/// The same for a text whose bracketed IDs start at `at`.
fn pair_at(text: &str, at: usize) -> PairPart<'_> {
    let pair = pair_before(text, at);
    let shown = pair.id.is_some();
    with_tail(pair, part(text, at + 11, text.len()), shown)
}

/// The names before bracketed IDs at `at`, and the IDs.
pub(super) fn pair_before(text: &str, at: usize) -> PairPart<'_> {
    PairPart {
        id: text.get(at + 1..).and_then(id),
        bracketed: true,
        name: named(part(text, 0, at)),
        ..PairPart::default()
    }
}

/// Parses the text after the names or IDs. `shown` is whether these are complete.
fn with_tail<'a>(mut pair: PairPart<'a>, tail: &str, shown: bool) -> PairPart<'a> {
    let tail = tail.trim_start();
    let revision = tail
        .strip_prefix("(rev ")
        .and_then(|rest| closed(rest, ")"));
    pair.revision = revision;
    let tail = if revision.is_some() {
        tail.get(8..).unwrap_or_default().trim_start()
    } else {
        tail
    };
    let interface = tail.strip_prefix("(prog-if ");
    pair.prog_if = interface.and_then(|rest| closed(rest, ")").or_else(|| closed(rest, " [")));
    pair.is_closed = shown
        && match interface {
            None => tail.is_empty(),
            // The name ends at the line's end, as in `(prog-if 00 [VGA controller])`.
            Some(rest) => rest.ends_with("])") || rest.len() == 3 && pair.prog_if.is_some(),
        };
    pair
}

/// Two hex digits followed by `end`.
fn closed(text: &str, end: &str) -> Option<u8> {
    let value = hex8(text, 2)?;
    text.get(2..)?.starts_with(end).then_some(value)
}

/// The end of the names and the start of the revision or programming interface, in a text without
/// bracketed IDs. A name may contain `(rev `, so the last one is used.
fn split_tail(text: &str) -> (&str, &str) {
    let last = |pattern: &str| {
        text.rmatch_indices(pattern)
            .map(|(at, _)| at)
            .find(|at| hex8(text.get(at + pattern.len()..).unwrap_or_default(), 2).is_some())
    };
    let interface = last(" (prog-if ");
    let revision = last(" (rev ").filter(|at| {
        let rest = text.get(at + 6..).unwrap_or_default();
        closed(rest, ")").is_some() && interface.is_none_or(|interface| at + 9 == interface)
    });
    match revision
        .or(interface)
        .and_then(|at| text.split_at_checked(at))
    {
        Some(split) => split,
        None => (text, ""),
    }
}

/// `names` without the start of a ` [hhhh:hhhh]` that a narrow terminal cut.
fn without_cut_id(names: &str) -> &str {
    match names.rsplit_once(" [") {
        Some((name, start))
            if start.len() < 9
                && !start.is_empty()
                && start
                    .bytes()
                    .all(|byte| byte == b':' || byte.is_ascii_hexdigit()) =>
        {
            name
        }
        _ => names,
    }
}

/// A name; lspci prints `Device` alone for an unknown one.
fn named(text: &str) -> Option<&str> {
    let text = trimmed(text);
    (!text.is_empty() && text != "Device").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_class() {
        let class = |text| class_part(text, Place::Inside);
        let vga = "0300".parse().ok();
        for (text, wanted, name) in [
            (
                " VGA compatible controller [0300]: N",
                vga,
                Some("VGA compatible controller"),
            ),
            (
                " VGA compatible controller: N",
                vga,
                Some("VGA compatible controller"),
            ),
            (" 0300: 10de:2d04", vga, None),
            (" Class [0300]: N", vga, None),
            (" Class 0300: N", vga, None),
            (
                "\u{a0}3D controller: N",
                "0302".parse().ok(),
                Some("3D controller"),
            ),
        ] {
            let found = class(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.class, found.name), (wanted, name), "{text}");
        }
        for text in [
            " Off |",
            " 0300: x",
            " vga [0300]: x",
            " Unknown Error",
            " \"VGA [0300]\" \"x: y\"",
            " Some words: x",
            "",
            " :",
            " VGA compatible controller:x",
        ] {
            assert_eq!(class(text), None, "{text}");
        }
        let colonless = class(" USB controller [0c03] Advanced Micro Devices [1022:43d0]").unwrap();
        assert_eq!(colonless.name, Some("USB controller"));
        assert_eq!(class(" USB controller [0c03] x"), None);
        assert!(class_part(" New kind: x", Place::LineStart).is_some());
    }

    #[test]
    fn names_may_hold_what_follows_names() {
        let pair =
            pair_part(" NVIDIA GP102 [GeForce: GTX] [10de:1b06] (rev a1) (prog-if 00 [VGA])");
        assert_eq!(pair.id, Some(PciId::new(0x10de, 0x1b06)));
        assert_eq!(pair.name, Some("NVIDIA GP102 [GeForce: GTX]"));
        assert_eq!((pair.revision, pair.prog_if), (Some(0xa1), Some(0)));
        let pair = pair_part(" Intel HB6 (rev 13) (rev 0f) (prog-if 02)");
        assert_eq!(pair.name, Some("Intel HB6 (rev 13)"));
        assert_eq!((pair.revision, pair.prog_if), (Some(0x0f), Some(2)));
        let pair = pair_part("10de:2d04 (rev a1) # 01:00.0 (rev b2)");
        assert_eq!(pair.id, Some(PciId::new(0x10de, 0x2d04)));
        let pair = pair_part("Device [10de:2d04]");
        assert_eq!((pair.name, pair.revision), (None, None));
        let pair = pair_part("NVIDIA Audio [GeForce 940MX] [10d");
        assert!(pair.cut);
        assert_eq!(pair.name, Some("NVIDIA Audio [GeForce 940MX]"));
        assert!(pair_part("Quicklogic Corporation V962PBC i960jx Local Bus to ... (rev 01)").cut);
    }
}
