//! Any bytes are a snapshot, or an error with its line.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(tree) = pci_core::tree::MemoryTree::from_snapshot(data) {
        let _ = passthru::Host::read(&tree);
    }
});
