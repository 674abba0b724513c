//! DMAR and IVRS.

/// Panics where that does not hold of `bytes`.
pub fn check(bytes: &[u8]) {
    for error in [
        iommu::acpi::Dmar::parse(bytes).err(),
        iommu::acpi::Ivrs::parse(bytes).err(),
    ] {
        assert!(error.is_none_or(|error| error.offset() <= Some(bytes.len())));
    }
}
