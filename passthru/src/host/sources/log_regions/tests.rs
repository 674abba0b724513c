use super::*;

fn sizes(lines: &[&str]) -> Option<Vec<(Option<u8>, u64, bool)>> {
    let mut regions = LoggedRegions::new("01:00.0".parse().unwrap());
    for line in lines {
        regions.line(line, || Evidence::new("dmesg", 1, *line));
    }
    let found = regions.whole()?.into_iter().map(|fact| fact.value);
    let sizes = found.map(|one| (one.bar, one.memory.size, one.memory.is_64_bit));
    Some(sizes.collect())
}

#[test]
fn regions_are_read_from_both_forms() {
    let old = [
        "reg 0x10: [mem 0xf6000000-0xf6ffffff]",
        "reg 0x14: [mem 0x4000000000-0x43ffffffff 64bit pref]",
        "reg 0x24: [io  0xe000-0xe07f]",
        "reg 0x30: [mem 0xf7000000-0xf707ffff pref]",
        "reg 0x18e: [mem 0x00000000-0x0003ffff 64bit pref]",
    ];
    let new = [
        "BAR 0 [mem 0xf6000000-0xf6ffffff]",
        "BAR 1 [mem 0x4000000000-0x43ffffffff 64bit pref]",
        "BAR 5 [io  0xe000-0xe07f]",
        "ROM [mem 0xf7000000-0xf707ffff pref]",
        "VF BAR 0 [mem 0x00000000-0x0003ffff 64bit pref]",
    ];
    let wanted = Some(vec![(Some(0), 1 << 24, false), (Some(1), 1 << 34, true)]);
    assert_eq!(sizes(&old), wanted);
    assert_eq!(sizes(&new), wanted);
    assert_eq!(sizes(&["BAR 0 [mem 0x00000000-0x00ffffff]"]), None);
    assert_eq!(sizes(&["BAR 0 [mem size 0x10000000 64bit pref]"]), None);
}
