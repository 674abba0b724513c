use super::*;

#[test]
fn a_pattern_leaves_out_addresses_and_groups_alone() {
    for (text, wanted) in [
        ("01:00.0 is in no IOMMU group", "\0 is in no IOMMU group"),
        (
            "IOMMU group 17 also holds 0000:01:00.1, 02:00.0: bridges",
            "IOMMU group \0 also holds \0, \0: bridges",
        ),
        ("ids=10de:2d04 of 2 cards", "ids=10de:2d04 of 2 cards"),
        (
            "cat /sys/bus/pci/devices/0000:01:00.0/reset",
            "cat /sys/bus/pci/devices/\0/reset",
        ),
        ("", ""),
        ("é group é", "é group é"),
    ] {
        assert_eq!(pattern(text), wanted);
    }
}
