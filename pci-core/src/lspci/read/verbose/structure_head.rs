//! First registers of structures in the capability list.

use super::capability::ListedCapability;
use super::details::Details;
use super::registers::Place;
use crate::lspci::structures::CapabilityKind;

/// Sets the ID, version and next pointer of a structure.
pub(super) fn set_head(details: &mut Details, listed: &ListedCapability, place: &Place) {
    let registers = &mut details.registers;
    let is_extended = listed.offset >= 0x100;
    let before = details
        .capabilities
        .last()
        .map(|before| before.value.offset)
        .filter(|before| (*before >= 0x100) == is_extended);
    match listed.kind {
        Some(CapabilityKind::Conventional(id)) => {
            registers.set(listed.offset, 0, 8, u64::from(id.0), place);
        }
        Some(CapabilityKind::Extended(id)) => {
            registers.set(listed.offset, 0, 16, u64::from(id.0), place);
        }
        None => {}
    }
    if let Some(version) = listed.version {
        registers.set(listed.offset, 16, 4, u64::from(version), place);
    }
    // The low bits of a next pointer are reserved.
    let link = u64::from(listed.offset >> 2);
    match before {
        Some(before) if is_extended => registers.set(before, 22, 10, link, place),
        Some(before) => registers.set(before, 10, 6, link, place),
        None => {}
    }
}
