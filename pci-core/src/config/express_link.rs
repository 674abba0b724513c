//! What structures from 0x100 on need to know of the PCI Express capability: their
//! own layout depends on it.

use super::capabilities::Capabilities;
use super::capability_id::CapabilityId;
use super::conventional::express::{DeviceType, ExpressCapabilities};
use super::space::ConfigSpace;

/// What the function is in the hierarchy; `None` where that was not shown.
pub(crate) fn device_type(space: ConfigSpace<'_>) -> Option<DeviceType> {
    let express = Capabilities::read(space).find(CapabilityId::PCI_EXPRESS)?;
    Some(ExpressCapabilities::from_bits(express.flags).device_type)
}
