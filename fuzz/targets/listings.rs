//! Any text gives rows, or none.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = pci_core::listing::pvesh::parse(text);
    let _ = pci_core::listing::nvidia_smi::parse(text);
});
