//! Any bytes are a database of names, or an error.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    if let Ok(names) = pci_core::Names::from_blob(data) {
        let _ = names
            .device_text(pci_core::PciId::new(0x10de, 0x2d04))
            .to_string();
        let _ = names.search("nvidia");
        let _ = names.candidates("NVIDIA Corporation Device 2d04");
    }
    let _ = pci_core::names::version_of(data);
    if let Ok(loaded) = pci_core::names::LoadedNames::parse(data.to_vec()) {
        let _ = loaded
            .names()
            .device_text(pci_core::PciId::new(0x10de, 0x2d04))
            .to_string();
    }
}
