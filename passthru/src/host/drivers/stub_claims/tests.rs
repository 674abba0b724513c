use super::*;

#[test]
fn ids_and_claimed_functions_are_read() {
    let log = "\
[    4.540441]pci-stub: add 1002:67B1 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000
[    4.540445] pci-stub: add 1002:AAC8 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000
[    4.540453] pci-stub 0000:02:00.1: claimed by stub
[    4.540456] pci-stub: add 1106:3403 sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000
The lines of pci-stub: add no more.
";
    let found = read(&[CommandText::new("dmesg", log)]);
    let added: Vec<String> = found
        .added
        .iter()
        .map(|one| format!("{} {}", one.value.id, one.value.is_followed))
        .collect();
    assert_eq!(
        added,
        ["1002:67b1 true", "1002:aac8 true", "1106:3403 false"]
    );
    let claimed: Vec<String> = found
        .claimed
        .iter()
        .map(|one| one.value.to_string())
        .collect();
    assert_eq!(claimed, ["0000:02:00.1"]);
}
