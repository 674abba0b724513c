//! Any bytes are a snapshot, or an error with its line.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    if let Ok(tree) = host_tree::MemoryTree::from_snapshot(data) {
        let again = tree.to_snapshot().expect("a tree that was read is written");
        let again = host_tree::MemoryTree::from_snapshot(again.as_bytes());
        assert_eq!(again.expect("and read again"), tree);
        let host = passthru::Host::read(&tree);
        let _ = passthru::redact::tree(&tree, &host);
    }
}
