//! Which board a ROM is for.

use pci_core::{PciId, SubsystemId};

use crate::field::u16_at;
use crate::image::Image;

/// The subsystem that an x86 image and the images of both chains tell.
///
/// Up to early Pascal the x86 image has it at 0x54, which later ones use for other
/// things; those have it in the extensions of the data structures. Both places are
/// from published dumps, where they agree with what the cards show.
pub(crate) fn subsystem(x86: &[u8], images: &[Image]) -> Option<SubsystemId> {
    let told = images.iter().find_map(|image| image.extension?.subsystem);
    // Chips of notebooks have `10de:0000`: the notebook's firmware gives them ids.
    told.or_else(|| in_header(x86))
        .filter(|id| id.device.0 != 0)
}

fn in_header(x86: &[u8]) -> Option<SubsystemId> {
    let id = PciId::new(u16_at(x86, 0x54)?, u16_at(x86, 0x56)?);
    // "PMID": the place has another use there.
    let other_use = x86.get(0x54..)?.starts_with(b"PMID");
    let nothing = matches!(id.vendor.0, 0 | 0xffff);
    (!other_use && !nothing).then(|| SubsystemId::new(id.vendor.0, id.device.0))
}
