//! IDs that were mistaken for decimal numbers.

use alloc::format;

use pci_core::{PciId, VendorId};

/// The intended IDs if those of an image are these read as decimal numbers: tools that build ROMs
/// read `1002` without `0x` as 0x03ea. A device ID with letters is not affected.
pub(super) fn intended(id: PciId) -> Option<PciId> {
    let decoded = |number: u16| u16::from_str_radix(&format!("{number:04}"), 16).ok();
    let vendor = VendorId(decoded(id.vendor.0)?);
    // Vendors of passed-through cards whose IDs have no letters.
    let known = [VendorId::ATI, VendorId::AMD, VendorId::INTEL].contains(&vendor);
    let device = decoded(id.device.0).unwrap_or(id.device.0);
    known.then(|| PciId::new(vendor.0, device))
}
