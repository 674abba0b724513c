//! The PCI Express device type, on which the layout of extended capabilities depends.

use super::capabilities::Capabilities;
use super::capability_id::CapabilityId;
use super::conventional::express::{DeviceType, ExpressCapabilities};
use super::space::ConfigSpace;

/// Device/port type; `None` if not in the input.
pub(crate) fn device_type(space: ConfigSpace<'_>) -> Option<DeviceType> {
    let express = Capabilities::read(space).find(CapabilityId::PCI_EXPRESS)?;
    Some(ExpressCapabilities::from_bits(express.flags).device_type)
}
