//! Values after labels.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::digits::{bracketed_pair, decimal, hex8, part, subsystem};
use super::label::{Field, Label};
use super::piece::{Piece, trimmed};
use super::record::{BridgeBuses, Record};

/// Length limit of a heading.
const MAX_HEADING: usize = 80;

/// Sets the value of `piece`, which starts with `label`, in the record. The first value of a field
/// is kept.
pub(super) fn set(record: &mut Record, label: Label, piece: &Piece<'_>) {
    if matches!(label.field, Field::Verbose | Field::Other) {
        return;
    }
    let value = trimmed(part(piece.text, label.end - label.start, piece.text.len()));
    match label.field {
        Field::Subsystem if record.subsystem.is_none() && record.subsystem_name.is_none() => {
            let bracket = bracketed_pair(value);
            let id = match bracket {
                Some(at) => value.get(at + 1..).and_then(subsystem),
                None => subsystem(value.strip_prefix("Device ").unwrap_or(value)),
            };
            let name = match bracket {
                Some(at) => part(value, 0, at),
                None if id.is_some() => "",
                None => uncommented(value),
            }
            .trim();
            record.subsystem = id.map(|id| piece.locate(id));
            record.subsystem_name = (!name.is_empty() && name != "Device").then(|| name.to_owned());
        }
        Field::DeviceName if record.device_name.is_none() && !value.is_empty() => {
            record.device_name = Some(piece.locate(value.to_owned()));
        }
        Field::UnknownHeader if record.unknown_header.is_none() => {
            record.unknown_header = hex8(value, 2).map(|kind| piece.locate(kind));
        }
        Field::Driver if record.driver.is_none() => {
            let driver = word(value);
            record.driver = (!driver.is_empty()).then(|| piece.locate(driver.to_owned()));
        }
        Field::Modules if record.modules.is_none() => {
            let modules = module_list(value);
            record.modules = (!modules.is_empty()).then(|| piece.locate(modules));
        }
        Field::Flags => {
            let group = value
                .rfind("IOMMU group ")
                .and_then(|at| decimal(value.get(at + "IOMMU group ".len()..)?));
            set_group(record, group, piece);
            let node = value
                .rfind("NUMA node ")
                .and_then(|at| decimal(value.get(at + "NUMA node ".len()..)?));
            set_numa_node(record, node, piece);
        }
        Field::Group => set_group(record, decimal(value), piece),
        Field::Buses if record.buses.is_none() => {
            record.buses = buses(value).map(|buses| piece.locate(buses));
        }
        Field::PhysicalSlot if record.physical_slot.is_none() && !value.is_empty() => {
            record.physical_slot = Some(piece.locate(value.to_owned()));
        }
        Field::NumaNode => set_numa_node(record, decimal(value), piece),
        _ => {}
    }
}

/// `primary=00, secondary=01, subordinate=01, sec-latency=0`.
pub(super) fn buses(value: &str) -> Option<BridgeBuses> {
    let bus = |name: &str| {
        let at = value.find(name)?;
        hex8(value.get(at + name.len()..)?, 2)
    };
    Some(BridgeBuses {
        primary: bus("primary="),
        secondary: bus("secondary=")?,
        subordinate: bus("subordinate=")?,
    })
}

fn set_numa_node(record: &mut Record, node: Option<u32>, piece: &Piece<'_>) {
    if record.numa_node.is_none() {
        record.numa_node = node.map(|node| piece.locate(node));
    }
}

fn set_group(record: &mut Record, group: Option<u32>, piece: &Piece<'_>) {
    if record.iommu_group.is_none() {
        record.iommu_group = group.map(|group| piece.locate(group));
    }
}

/// The bytes of driver and module names.
const OF_NAMES: [bool; 256] = {
    let mut of_names = [false; 256];
    let mut byte = 0_u8;
    loop {
        if let Some((_, [is_one, ..])) = of_names.split_at_mut_checked(byte as usize) {
            *is_one = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+');
        }
        if byte == u8::MAX {
            break of_names;
        }
        byte += 1;
    }
};

fn is_of_name(byte: u8) -> bool {
    OF_NAMES.get(usize::from(byte)).copied().unwrap_or(false)
}

/// The name of a driver or module at the start of `text`. Text after it is a comment.
pub(super) fn word(text: &str) -> &str {
    let end = text
        .bytes()
        .position(|byte| !is_of_name(byte))
        .unwrap_or(text.len());
    part(text, 0, end)
}

/// Whether `text` is exactly the name of a driver or module.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_of_name)
}

/// Whether `text` is a list of modules in lspci's form: names separated by a comma and a blank.
pub(super) fn is_module_list(text: &str) -> bool {
    // The state before the byte: nothing, a comma, a blank after a comma, or a name.
    let (mut comma, mut name) = (false, false);
    for byte in text.bytes() {
        match byte {
            b',' if name => (comma, name) = (true, false),
            b' ' if comma => comma = false,
            _ if !comma && is_of_name(byte) => name = true,
            _ => return false,
        }
    }
    name
}

/// The names of a list of modules.
pub(super) fn module_words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?.trim_start();
        let module = word(text);
        let after = text.get(module.len()..).unwrap_or_default().trim_start();
        // Anything but blanks after a name ends the list.
        rest = after.strip_prefix(',');
        (!module.is_empty()).then_some(module)
    })
}

fn module_list(text: &str) -> Vec<String> {
    module_words(text).map(str::to_owned).collect()
}

fn uncommented(text: &str) -> &str {
    text.find(" #").map_or(text, |at| part(text, 0, at))
}

/// The group of a line such as `IOMMU Group 17:` or `IOMMU group 1: ` that scripts print above or
/// before the functions of a group, optionally after list or quotation marks.
pub(super) fn group_heading(text: &str) -> Option<u32> {
    if text.len() > MAX_HEADING {
        return None;
    }
    let text = text.trim_start_matches(['*', '+', '-', '>', '#', '|', '`', ' ', '\t']);
    let word = text.get(..11)?;
    let rest = text.get(11..)?;
    if !word.eq_ignore_ascii_case("IOMMU group") {
        return None;
    }
    let number = rest.trim_start_matches([':', ' ', '#']);
    let group = decimal(number)?;
    let end = number.trim_start_matches(|digit: char| digit.is_ascii_digit());
    matches!(end.trim(), "" | ":" | "-").then_some(group)
}

/// The group at the end of a line's start such as `1. IOMMU Group 17: ` or `Group 17 `, which
/// precedes the address of one of its functions.
pub(super) fn trailing_group(lead: &str) -> Option<u32> {
    let marks = [' ', '\t', ':', '-', '[', '|', '*', '`', ','];
    let lead = lead.trim_end_matches(marks);
    let word = lead.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let group = decimal(lead.get(word.len()..)?)?;
    let word = word.trim_end_matches([' ', '\t', ':', '#', '=']);
    let before = word.get(..word.len().checked_sub(5)?)?;
    let named = word.get(before.len()..)?.eq_ignore_ascii_case("group");
    let parted = !before.ends_with(|last: char| last.is_alphanumeric());
    // `Adding to iommu group 17` refers to the function before it.
    let names_function_before = before.trim_end().ends_with("to iommu");
    (named && parted && !names_function_before && word.len() < lead.len()).then_some(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_not_part_of_names() {
        assert_eq!(word("vfio-pci    # vfio-pci"), "vfio-pci");
        assert_eq!(word("nouveau nouveau   （系统）"), "nouveau");
        assert_eq!(word("（"), "");
        assert_eq!(
            module_list("nvidiafb, nouveau   # two"),
            ["nvidiafb", "nouveau"]
        );
        assert_eq!(module_list("a,b x, c"), ["a", "b"]);
        assert!(module_list("").is_empty());
    }

    #[test]
    fn headings_of_groups() {
        for text in [
            "IOMMU Group 17:",
            "> IOMMU group  17",
            "**IOMMU Group: 17 -",
        ] {
            assert_eq!(group_heading(text), Some(17), "{text}");
        }
        for text in [
            "IOMMU Group",
            "IOMMU Group x:",
            "IOMMU group 17 has",
            "Adding to iommu group 17",
        ] {
            assert_eq!(group_heading(text), None, "{text}");
        }
    }
}
