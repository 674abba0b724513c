//! DMAR and IVRS.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for error in [
        iommu::acpi::Dmar::parse(bytes).err(),
        iommu::acpi::Ivrs::parse(bytes).err(),
    ] {
        assert!(error.is_none_or(|error| error.offset <= bytes.len()));
    }
});
