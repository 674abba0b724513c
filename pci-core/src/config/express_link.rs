//! What structures from 0x100 on need to know of the PCI Express capability: their
//! own layout depends on it.

use super::capabilities::Capabilities;
use super::capability_id::CapabilityId;
use super::conventional::express::{DeviceType, ExpressCapabilities, LinkCapabilities};
use super::space::ConfigSpace;

/// The most lanes that a link can have (PCI Express Base Specification 6.3, section
/// 7.5.3.6).
const MOST_LANES: u8 = 32;

/// What the function is in the hierarchy; `None` where that was not shown.
pub(crate) fn device_type(space: ConfigSpace<'_>) -> Option<DeviceType> {
    let express = Capabilities::read(space).find(CapabilityId::PCI_EXPRESS)?;
    Some(ExpressCapabilities::from_bits(express.flags).device_type)
}

/// How many lanes the link can have, 32 at most; 0 where that was not shown.
pub(crate) fn lanes(space: ConfigSpace<'_>) -> u16 {
    let express = Capabilities::read(space).find(CapabilityId::PCI_EXPRESS);
    let register = express.and_then(|express| space.dword(express.offset.checked_add(0xc)?));
    let width = register.map_or(0, |bits| LinkCapabilities::from_bits(bits).max_width.0);
    u16::from(width.min(MOST_LANES))
}
