//! Labels of the lines below a record's first line.

/// Field of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Subsystem,
    DeviceName,
    UnknownHeader,
    Driver,
    Modules,
    /// `Flags:` of `-v`, a list that may name the IOMMU group.
    Flags,
    Group,
    /// `Bus: primary=00, secondary=01, subordinate=01`.
    Buses,
    PhysicalSlot,
    NumaNode,
    /// Another line that only `-v` prints.
    Verbose,
    /// Another line.
    Other,
}

/// A label in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) field: Field,
    /// The offset of its first letter.
    pub(super) start: usize,
    /// The offset after its colon.
    pub(super) end: usize,
}

/// The words before a colon that are labels, as pciutils prints them.
const WORDS: [(&str, Field); 23] = [
    ("Subsystem", Field::Subsystem),
    ("DeviceName", Field::DeviceName),
    ("Kernel driver in use", Field::Driver),
    ("Kernel modules", Field::Modules),
    ("Flags", Field::Flags),
    ("IOMMU group", Field::Group),
    ("Control", Field::Verbose),
    ("Status", Field::Verbose),
    ("Latency", Field::Verbose),
    ("Interrupt", Field::Verbose),
    // Since 3.15.
    ("Interrupts", Field::Verbose),
    ("Capabilities", Field::Verbose),
    ("Secondary status", Field::Verbose),
    ("BridgeCtl", Field::Verbose),
    ("I/O behind bridge", Field::Verbose),
    // Before the label that is its suffix.
    ("Prefetchable memory behind bridge", Field::Verbose),
    ("Memory behind bridge", Field::Verbose),
    ("Bus", Field::Buses),
    ("Physical Slot", Field::PhysicalSlot),
    ("NUMA node", Field::NumaNode),
    ("Device tree node", Field::Other),
    // Labels of lspci on systems other than Linux.
    ("Driver in use", Field::Driver),
    ("Driver modules", Field::Modules),
];

const UNKNOWN_HEADER: &str = "!!! Unknown header type ";

/// Starts of `-v` lines without a label.
const OPENINGS: [&str; 12] = [
    "Region ",
    "Memory ",
    "I/O ",
    "Expansion ROM at ",
    "BIST ",
    "!!! Invalid class ",
    "Prefetchable memory behind bridge",
    "[virtual] ",
    "[enhanced] ",
    "[disabled] ",
    "16-bit legacy interface ports at ",
    "Virtual: ",
];

/// For each byte the labels that start with it, and those that end with it, as bits in the order of
/// [`WORDS`].
const BEGINNING: [u32; 256] = by_byte(Edge::First);
const ENDING: [u32; 256] = by_byte(Edge::Last);

/// Whether one of [`OPENINGS`] begins with the byte.
const OPENING: [bool; 256] = {
    let mut is_first = [false; 256];
    let mut rest: &[&str] = &OPENINGS;
    while let [opening, after @ ..] = rest {
        if let [first, ..] = opening.as_bytes() {
            if let Some((_, [is_one, ..])) = is_first.split_at_mut_checked(*first as usize) {
                *is_one = true;
            }
        }
        rest = after;
    }
    is_first
};

#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

const fn by_byte(edge: Edge) -> [u32; 256] {
    let mut index = [0; 256];
    let mut rest: &[(&str, Field)] = &WORDS;
    let mut bit = 1;
    while let [(word, _), after @ ..] = rest {
        let byte = match (edge, word.as_bytes()) {
            (Edge::First, [byte, ..]) | (Edge::Last, [.., byte]) => *byte,
            _ => 0,
        };
        if let Some((_, [words, ..])) = index.split_at_mut_checked(byte as usize) {
            *words |= bit;
        }
        bit <<= 1;
        rest = after;
    }
    index
}

/// The words of an index that have `byte` there, in the order of [`WORDS`].
fn words(index: &[u32; 256], byte: u8) -> impl Iterator<Item = (&'static str, Field)> + use<> {
    let mut left = index.get(usize::from(byte)).copied().unwrap_or(0);
    core::iter::from_fn(move || {
        let at = usize::try_from(left.trailing_zeros()).ok()?;
        // None after the last.
        let word = WORDS.get(at)?;
        left &= left - 1;
        Some(*word)
    })
}

/// The label at the start of `line`.
pub(super) fn leading_label(line: &str) -> Option<Label> {
    let first = *line.as_bytes().first()?;
    for (word, field) in words(&BEGINNING, first) {
        let after = line.as_bytes().get(word.len());
        if after == Some(&b':') && line.starts_with(word) {
            return Some(Label {
                field,
                start: 0,
                end: word.len() + 1,
            });
        }
    }
    if first == b'!' && line.starts_with(UNKNOWN_HEADER) {
        return Some(Label {
            field: Field::UnknownHeader,
            start: 0,
            end: UNKNOWN_HEADER.len(),
        });
    }
    if !OPENING.get(usize::from(first)).copied().unwrap_or(false) {
        return None;
    }
    let opening = OPENINGS.iter().find(|opening| {
        opening.as_bytes().first() == Some(&first) && line.starts_with(**opening)
    })?;
    Some(Label {
        field: Field::Verbose,
        start: 0,
        end: opening.len(),
    })
}

/// The labels of a line, in order.
pub(super) fn labels(line: &str) -> impl Iterator<Item = Label> {
    let marks = memchr::memchr2_iter(b':', b'!', line.as_bytes());
    marks.filter_map(|at| label_at(line, at))
}

/// The label that ends with the colon, or starts with the exclamation mark, at `mark`.
pub(super) fn label_at(line: &str, mark: usize) -> Option<Label> {
    if line.as_bytes().get(mark) == Some(&b':') {
        return before_colon(line, mark);
    }
    let rest = line.get(mark..)?;
    rest.starts_with(UNKNOWN_HEADER).then_some(Label {
        field: Field::UnknownHeader,
        start: mark,
        end: mark + UNKNOWN_HEADER.len(),
    })
}

fn before_colon(line: &str, colon: usize) -> Option<Label> {
    let before = line.get(..colon)?;
    let last = *before.as_bytes().last()?;
    if last.is_ascii_digit() {
        // `Region 0:`, and the same of virtual functions.
        let start = colon.checked_sub("Region 0".len())?;
        return line.get(start..)?.starts_with("Region ").then_some(Label {
            field: Field::Verbose,
            start,
            end: colon + 1,
        });
    }
    let (word, field) = words(&ENDING, last).find(|(word, _)| before.ends_with(word))?;
    let start = colon - word.len();
    if field == Field::Subsystem && names_capability(line.get(..start)?) {
        return None;
    }
    // `Port L0p Exit Latency: 4us` belongs to a capability.
    if *word == *"Latency" && line.get(..start)?.ends_with("Exit ") {
        return None;
    }
    // `Bus:` is a word of many texts.
    if field == Field::Buses && !line.get(colon..)?.starts_with(": primary=") {
        return None;
    }
    Some(Label {
        field,
        start,
        end: colon + 1,
    })
}

/// Whether `before` ends in `Capabilities: [88] `: bridges have a capability titled `Subsystem:`,
/// like the line.
fn names_capability(before: &str) -> bool {
    let Some(inner) = before.strip_suffix("] ") else {
        return false;
    };
    let from = inner.len().saturating_sub(8);
    let open = inner
        .bytes()
        .enumerate()
        .skip(from)
        .rfind(|(_, byte)| *byte == b'[');
    open.and_then(|(at, _)| inner.get(..at))
        .is_some_and(|rest| rest.ends_with("Capabilities: "))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn fields(line: &str) -> Vec<Field> {
        labels(line).map(|label| label.field).collect()
    }

    #[test]
    fn labels_are_found_where_they_stick_to_values() {
        assert_eq!(
            fields("[VGA controller])Kernel driver in use: nvidiaKernel modules: nvidiafb"),
            [Field::Driver, Field::Modules]
        );
        assert_eq!(
            fields("\tCapabilities: [88] Subsystem: Intel"),
            [Field::Verbose]
        );
        assert_eq!(fields("Device [x] Subsystem: Intel"), [Field::Subsystem]);
        assert_eq!(fields("!!! Unknown header type 7f"), [Field::UnknownHeader]);
        assert_eq!(fields(":::!!! Kernel driver in use"), []);
        assert_eq!(fields("\t\t\t L0p+, Port L0p Exit Latency: 4us"), []);
    }
}
