//! Ids that were taken for decimal numbers.

use alloc::format;

use pci_core::VendorId;

/// The vendor that was meant where `vendor` is its id read as a decimal number: tools
/// that build ROMs take `1002` without `0x` for 0x03ea.
pub(super) fn meant(vendor: VendorId) -> Option<VendorId> {
    let meant = u16::from_str_radix(&format!("{:04}", vendor.0), 16).ok()?;
    let meant = VendorId(meant);
    // Vendors whose ids have no letters, and whose cards are passed through.
    [VendorId::ATI, VendorId::AMD, VendorId::INTEL]
        .contains(&meant)
        .then_some(meant)
}
