use super::*;

fn looked(shell: Shell, words: &[&str]) -> Vec<String> {
    let argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let found = of_look(shell, &argv).into_iter();
    found.map(|command| command.topic.into_owned()).collect()
}

#[test]
fn each_row_is_one_command() {
    let rows = include_str!("../../../data/ask.tsv").lines();
    let rows = rows.filter(|row| !row.starts_with('#')).count();
    assert_eq!(COMMANDS.len(), rows);
    for command in COMMANDS.iter() {
        let text = &command.text;
        let windows = command.shell == Shell::Windows;
        let quote = |c: char| windows && c == '\'';
        let plain = |c: char| c.is_ascii_alphanumeric() || " _@%+=:,./-*|".contains(c) || quote(c);
        assert!(text.chars().all(plain), "{text}");
        if command.shell != Shell::Windows {
            assert!(!text.contains('|'), "{text}");
            let program = text.split(' ').next().unwrap();
            assert!(!text.contains('*') || program == "cat", "{text}");
        }
    }
}

#[test]
fn a_finding_s_command_means_its_topic() {
    let posix = Shell::Posix;
    assert_eq!(looked(posix, &["dmesg"]), ["kernel log"]);
    let found = looked(posix, &["lspci", "-nnk", "-s", "01:00"]);
    assert!(found.iter().all(|topic| topic == "PCI devices") && !found.is_empty());
    let found = looked(posix, &["ls", "/sys/class/iommu"]);
    assert!(found.iter().all(|topic| topic == "IOMMU") && !found.is_empty());
    assert_eq!(
        looked(posix, &["zpool", "status", "-LP"]),
        ["zpool status -LP"]
    );
    assert_eq!(
        looked(posix, &["virsh", "dumpxml", "a b"]),
        ["virsh dumpxml 'a b'"]
    );
    assert_eq!(
        looked(posix, &["sh", "-c", "ls -l /sys/class/net; ip route"]),
        ["network"; 6]
    );
    assert!(looked(Shell::Esxi, &["dmesg"]).is_empty());
    assert!(looked(Shell::Windows, &["lspci"]).contains(&"PCI devices".to_owned()));
}
