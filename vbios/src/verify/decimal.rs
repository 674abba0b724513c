//! IDs that were mistaken for decimal numbers.

use alloc::format;

use pci_core::VendorId;

/// The intended vendor if `vendor` is its ID read as a decimal number: tools that build ROMs read
/// `1002` without `0x` as 0x03ea.
pub(super) fn intended(vendor: VendorId) -> Option<VendorId> {
    let meant = u16::from_str_radix(&format!("{:04}", vendor.0), 16).ok()?;
    let meant = VendorId(meant);
    // Vendors of passed-through cards whose IDs have no letters.
    [VendorId::ATI, VendorId::AMD, VendorId::INTEL]
        .contains(&meant)
        .then_some(meant)
}
