//! Any bytes are a database of names, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(names) = pci_core::Names::from_blob(data) {
        let _ = names.device_text(pci_core::PciId::new(0x10de, 0x2d04)).to_string();
        let _ = names.search("nvidia").count();
    }
    let _ = pci_core::names::Database::parse(data);
});
