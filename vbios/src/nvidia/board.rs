//! Subsystem IDs of NVIDIA ROMs.

use pci_core::{PciId, SubsystemId};

use crate::field::u16_at;
use crate::image::Image;

/// The subsystem IDs in an x86 image and in the images of both chains.
///
/// Up to early Pascal they are at 0x54 of the x86 image, which later ones use otherwise; later ROMs
/// have them in the data structure extensions. Both offsets are from published dumps, which match
/// the cards' IDs.
pub(crate) fn subsystem(x86: &[u8], images: &[Image]) -> Option<SubsystemId> {
    let reported = images.iter().find_map(|image| image.extension?.subsystem);
    // Notebook chips have `10de:0000`: the notebook's firmware sets the IDs.
    reported
        .or_else(|| in_header(x86))
        .filter(|id| id.device.0 != 0)
}

fn in_header(x86: &[u8]) -> Option<SubsystemId> {
    let id = PciId::new(u16_at(x86, 0x54)?, u16_at(x86, 0x56)?);
    // "PMID": another use of that offset.
    let other_use = x86.get(0x54..)?.starts_with(b"PMID");
    let nothing = matches!(id.vendor.0, 0 | 0xffff);
    (!other_use && !nothing).then(|| SubsystemId::new(id.vendor.0, id.device.0))
}
