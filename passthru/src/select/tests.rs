use super::*;

#[test]
fn a_slot_of_bridges_alone_is_there() {
    let mut tree = host_tree::MemoryTree::partial();
    let text = "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:4660]\n\
            00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:460d]\n\
            00:1f.0 ISA bridge [0601]: Intel Corporation Device [8086:7a84]\n\
            00:1f.3 Audio device [0403]: Intel Corporation Device [8086:7ad0]\n";
    tree.insert_text("lspci -nn", text);
    let host = Host::read(&tree);
    let of = |word: &str| find(&host, word).map(|found| found.len()).ok();
    assert_eq!(of("0000:00:00"), Some(1));
    assert_eq!(of("00:01"), of("00:01.0"));
    // If the slot has other functions, its bridges are not selected.
    assert_eq!(
        devices(&host, "00:1f").unwrap(),
        devices(&host, "00:1f.3").unwrap()
    );
    assert!(matches!(
        find(&host, "0000:00:02"),
        Err(SelectCause::NotThere { .. })
    ));
}
