//! Addresses and ids that are read print as themselves.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(address) = text.parse::<pci_core::Address>() {
        assert_eq!(address.to_string().parse(), Ok(address));
    }
    if let Ok(id) = text.parse::<pci_core::PciId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Ok(ids) = text.parse::<hostconf::binding::vfio_ids::VfioIds>() {
        assert_eq!(ids.to_string().parse(), Ok(ids));
    }
}
