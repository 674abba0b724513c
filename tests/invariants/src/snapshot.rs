//! Any bytes are a snapshot, or an error with its line.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    if let Ok(tree) = pci_core::tree::MemoryTree::from_snapshot(data) {
        let _ = passthru::Host::read(&tree);
    }
}
