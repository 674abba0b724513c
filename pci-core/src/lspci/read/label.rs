//! The labels of the lines below a record's first line.

/// What a label introduces.
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
    /// The offset behind its colon.
    pub(super) end: usize,
}

/// The words before a colon that make a label, as pciutils prints them.
const WORDS: [(&str, Field); 16] = [
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
    ("Capabilities", Field::Verbose),
    ("Physical Slot", Field::Other),
    ("NUMA node", Field::Other),
    ("Device tree node", Field::Other),
    // What ports of lspci to other systems than Linux print.
    ("Driver in use", Field::Driver),
    ("Driver modules", Field::Modules),
];

const UNKNOWN_HEADER: &str = "!!! Unknown header type ";

/// The labels of a line, in order.
pub(super) fn labels(line: &str) -> impl Iterator<Item = Label> {
    let marks = line
        .bytes()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b':' | b'!'));
    marks.filter_map(|(at, byte)| match byte {
        b':' => before_colon(line, at),
        _ => line
            .get(at..)
            .filter(|rest| rest.starts_with(UNKNOWN_HEADER))
            .map(|_| Label {
                field: Field::UnknownHeader,
                start: at,
                end: at + UNKNOWN_HEADER.len(),
            }),
    })
}

fn before_colon(line: &str, colon: usize) -> Option<Label> {
    let before = line.get(..colon)?;
    let last = *before.as_bytes().last()?;
    let (word, field) = WORDS
        .iter()
        .find(|(word, _)| word.as_bytes().last() == Some(&last) && before.ends_with(word))?;
    let start = colon - word.len();
    if *field == Field::Subsystem && names_capability(line.get(..start)?) {
        return None;
    }
    Some(Label {
        field: *field,
        start,
        end: colon + 1,
    })
}

/// Whether `before` ends in `Capabilities: [88] `: bridges have a capability
/// that is called `Subsystem:` like the line.
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
    use super::*;
    use alloc::vec::Vec;

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
    }
}
