use super::*;

/// Each function with its group, and whether the group is complete.
fn rows(text: &str) -> Vec<(&str, u32, bool)> {
    let mut found = Vec::new();
    for member in enumerated(text) {
        let end = member.name.as_ptr().addr() - text.as_ptr().addr() + member.name.len();
        let whole = member.completeness == Completeness::Whole;
        found.push((text.get(end - 7..end).unwrap(), member.group, whole));
    }
    found
}

#[test]
fn functions_below_headings() {
    let wanted = [
        ("00:01.0", 1, true),
        ("01:00.0", 1, true),
        ("02:00.0", 12, false),
    ];
    for (heading, row) in [
        ("IOMMU Group N:", "\tA VGA [0300]: x [10de:1e84]"),
        ("IOMMU GROUP N :", "    A VGA"),
        ("### IOMMU Group N", "- A VGA"),
        ("**IOMMU Group N**", "* A VGA"),
        ("## Group N", "* `0000:A` VGA"),
        ("----- IOMMU group N -----", "A"),
        ("=== Group N ===", "[10de:1e84] [R] A  VGA"),
        ("> Group N:", "> A VGA"),
        ("IOMMU Group N:\n", "\tA VGA\n\tKernel driver in use: x\n\n"),
        ("Group N:\n```", "A VGA"),
    ] {
        let head = |group: &str| heading.replace('N', group);
        let row = |address: &str| row.replacen('A', address, 1);
        let text = format!(
            "{}\n{}\n{}\n{}\n{}\n",
            head("1"),
            row("00:01.0"),
            row("01:00.0"),
            head("12"),
            row("02:00.0")
        );
        assert_eq!(rows(&text), wanted, "{text}");
    }
}

#[test]
fn rows_between_rows_of_other_groups() {
    let list = "IOMMU Group 12 00:1f.2 RAID bus controller [0104]: x\n\
                IOMMU Group 12 00:1f.3 SMBus [0c05]: x\n\
                IOMMU Group 13 02:00.0 PCI bridge [0604]: x\n\
                IOMMU Group 14 04:00.0 VGA compatible controller [0300]: x\n\
                IOMMU Group 14 04:00.1 Audio device [0403]: x\n\
                IOMMU Group 1 00:02.0 VGA compatible controller [0300]: x\n";
    let whole = |text: &str| -> Vec<u32> {
        let rows = rows(text).into_iter().filter(|(.., whole)| *whole);
        let mut groups: Vec<u32> = rows.map(|(_, group, _)| group).collect();
        groups.dedup();
        groups
    };
    assert_eq!(whole(list), [13, 14]);
    let of_another = "# dmesg | grep IOMMU\nDMAR: IOMMU enabled\n```\n\n```\n";
    assert_eq!(whole(&format!("{of_another}{list}")), [13, 14]);
    let quoted = format!("{of_another}{list}").replace('\n', "\n> ");
    assert_eq!(whole(&quoted), [13, 14]);
    let filtered = format!("lsiommu | grep -v USB\n\n```\n{list}");
    assert!(whole(&filtered).is_empty());
    // In a list by functions, and in one with few classes, rows may be elsewhere.
    let by_address = list.replace("Group 1 ", "Group 13 ");
    assert!(whole(&by_address).is_empty());
    let few = list.replace("RAID bus controller", "SMBus");
    assert!(whole(&few.replace("PCI bridge", "SMBus")).is_empty());
}

#[test]
fn groups_before_functions() {
    let wanted = [
        ("00:00.0", 0, true),
        ("00:01.0", 1, false),
        ("01:00.0", 1, false),
    ];
    for row in [
        "IOMMU Group N A VGA: x [10de:1e84]",
        "Gruppe N: A VGA: x [10de:1e84]",
        "Groupe IOMMU N: A VGA: x [10de:1e84]",
        "Group N: A",
        "Group:  N   0000:A  VGA   Driver: x",
        "iommu group N: 0000:A",
        "7. IOMMU Group N: A VGA",
        "   12\tIOMMU Group N A VGA",
        "[2026-11-20 07:00:01] IOMMU Group N: A VGA",
        "2026-11-20T07:00:01Z IOMMU Group N A",
        "Group N:\t[10de:1e84] [R] A VGA",
    ] {
        let line = |group: &str, address: &str| {
            row.replacen(" N", &format!(" {group}"), 1)
                .replacen('A', address, 1)
        };
        let text = [
            line("0", "00:00.0"),
            line("1", "00:01.0"),
            line("1", "01:00.0"),
        ];
        assert_eq!(rows(&text.join("\n")), wanted, "{text:?}");
    }
    let one = "IOMMU Group 0: 00:00.0  IOMMU Group 1: 00:01.0, 01:00.0";
    assert_eq!(rows(one), wanted);
    let table = "| IOMMU Group | Address |\n|---|---|\n| 3 | `0000:01:00.0` |\n| 4 | - |\n";
    assert_eq!(rows(table), [("01:00.0", 3, false)]);
    let after = "01:00.0 VGA: x [10de:1e84] (IOMMU group 3)\n0000:01:00.1 iommu_group 3\n";
    assert_eq!(rows(after), [("01:00.0", 3, false), ("01:00.1", 3, false)]);
}

#[test]
fn a_group_is_whole_where_nothing_was_left_out() {
    let text = "Group 1:\n00:01.0 x\nGroup 2:\n00:02.0 x\n";
    assert!(rows(text)[0].2);
    for (from, to) in [
        ("Group 1", "$ ./groups.sh | grep -i nvidia\nGroup 1"),
        ("Group 2", "--\nGroup 2"),
        ("Group 2", "1:00.0 lost its first digit\nGroup 2"),
        ("Group 2", "[...]\nGroup 2"),
        ("Group 2", "And then:\nGroup 2"),
    ] {
        assert!(!rows(&text.replacen(from, to, 1))[0].2, "{to}");
    }
    // A group is missing.
    let text = "IOMMU Group 1 00:01.0\nIOMMU Group 3 00:02.0\nIOMMU Group 4 00:03.0\n";
    assert!(rows(text).iter().all(|row| !row.2));
}

#[test]
fn a_folder_printed_after_its_group() {
    let text =
        "Group 0: 0000:00:01.0\nGroup 1: 0000:00:01.2\n0000:20:00.0\nGroup 2: 0000:21:00.0\n";
    let wanted = [
        ("00:01.0", 0, true),
        ("00:01.2", 1, true),
        ("20:00.0", 1, true),
        ("21:00.0", 2, false),
    ];
    assert_eq!(rows(text), wanted);
    let prose = text.replace("0000:20:00.0", "0000:20:00.0 is mine");
    assert_eq!(rows(&prose).len(), 3);
}

#[test]
fn another_number_ends_a_group() {
    let found = rows("group 31 = 0b:00.0 vga, 32 = 0b:00.1 audio, 33 = 0b:00.2 usb\n");
    assert_eq!(found, [("0b:00.0", 31, false)]);
}

#[test]
fn sentences_and_paths_enumerate_nothing() {
    for text in [
        "the volume group 1 is on 01:00.0",
        "vfio 0000:01:00.0: group 14 is not viable",
        "pci 0000:01:00.0: Adding to iommu group 1",
        "Group 1 is what 01:00.0 has",
        "Group 0000:01:00.0",
        "Group 5 settings\nfor 01:00.0 and more",
        "/sys/kernel/iommu_groups/1/devices/0000:01:00.0",
        "a group of 01:00.0",
    ] {
        assert_eq!(rows(text), [], "{text}");
    }
}

/// The group that `lspci -vv` prints last of a function is not the heading of the next one.
#[test]
fn the_group_of_a_verbose_listing() {
    let text = "00:00.0 Host bridge: Intel Corporation Device 1234\n\
                \tControl: I/O- Mem+ BusMaster+\n\tLatency: 0\n\tIOMMU group: 1\n\n\
                00:01.0 PCI bridge: Intel Corporation Device 1905\n\
                \tInterrupt: pin A routed to IRQ 16\n\tIOMMU group: 2\n\n";
    assert!(enumerated(text).is_empty());
    // A script's heading above its functions is one.
    let script = "IOMMU group: 1\n\t00:00.0 Host bridge\nIOMMU group: 2\n\t00:01.0 PCI bridge\n";
    let groups: Vec<u32> = enumerated(script)
        .iter()
        .map(|member| member.group)
        .collect();
    assert_eq!(groups, [1, 2]);
}
