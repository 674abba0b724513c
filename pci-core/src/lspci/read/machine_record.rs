//! Records of tags and values: `lspci -vmm`, and `-vm`, whose first tag is
//! `Device` and not `Slot` (lspci(8), "Machine readable output").

use super::digits::part;

/// Meaning of a line of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Slot,
    Class,
    Vendor,
    Device,
    SubsystemVendor,
    Subsystem,
    PhysicalSlot,
    Revision,
    ProgIf,
    Driver,
    Module,
    NumaNode,
    TreeNode,
    Group,
}

/// The tags, as pciutils prints them; a tag follows each one that is its suffix.
const TAGS: [(&str, Tag); 14] = [
    ("PhySlot", Tag::PhysicalSlot),
    ("Slot", Tag::Slot),
    ("Class", Tag::Class),
    ("SVendor", Tag::SubsystemVendor),
    ("Vendor", Tag::Vendor),
    ("SDevice", Tag::Subsystem),
    ("Device", Tag::Device),
    ("Rev", Tag::Revision),
    ("ProgIf", Tag::ProgIf),
    ("Driver", Tag::Driver),
    ("Module", Tag::Module),
    ("NUMANode", Tag::NumaNode),
    ("DTNode", Tag::TreeNode),
    ("IOMMUGroup", Tag::Group),
];

/// A tag in a line, with the offsets of the tag and of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tagged {
    pub(super) tag: Tag,
    pub(super) start: usize,
    pub(super) value: usize,
}

/// The tags of a line, in order. There are several if line breaks were lost; all but the first then
/// have a tab after their colon.
pub(super) fn tags(line: &str) -> impl Iterator<Item = Tagged> {
    memchr::memchr_iter(b':', line.as_bytes()).filter_map(move |colon| {
        let before = part(line, 0, colon);
        let (word, tag) = TAGS.iter().find(|(word, _)| before.ends_with(word))?;
        let start = colon - word.len();
        let leads = part(line, 0, start)
            .bytes()
            .all(|byte| b" \t>|*".contains(&byte));
        let tabbed = line.as_bytes().get(colon + 1) == Some(&b'\t');
        (tabbed || leads).then_some(Tagged {
            tag: *tag,
            start,
            value: colon + 1,
        })
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn tags_are_found_at_the_start_or_before_a_tab() {
        let found = |line| -> Vec<_> {
            tags(line)
                .map(|tagged| (tagged.tag, tagged.start))
                .collect()
        };
        assert_eq!(found("SVendor:\tIntel"), [(Tag::SubsystemVendor, 0)]);
        assert_eq!(found("> Slot: 01:00.0"), [(Tag::Slot, 2)]);
        assert_eq!(
            found("Slot:\t01:00.0Class:\tVGA: xVendor:\tA Vendor: B"),
            [(Tag::Slot, 0), (Tag::Class, 13), (Tag::Vendor, 26)]
        );
        assert_eq!(found("PhySlot:\t0-1"), [(Tag::PhysicalSlot, 0)]);
        assert_eq!(found("A Device: x"), []);
    }
}
