//! The numbers that the tables are sorted by: the ids one after the other, the
//! first in the highest bits.

use crate::{PciId, SubsystemId, VendorId};

pub(super) fn vendor(id: VendorId) -> u64 {
    u64::from(id.0)
}

pub(super) fn device(id: PciId) -> u64 {
    vendor(id.vendor) << 16 | u64::from(id.device.0)
}

pub(super) fn generic_subsystem(id: SubsystemId) -> u64 {
    vendor(id.vendor) << 16 | u64::from(id.device.0)
}

pub(super) fn subsystem(device_id: PciId, id: SubsystemId) -> u64 {
    device(device_id) << 32 | generic_subsystem(id)
}

pub(super) fn base_class(base: u8) -> u64 {
    u64::from(base)
}

pub(super) fn sub_class(base: u8, sub: u8) -> u64 {
    base_class(base) << 8 | u64::from(sub)
}

pub(super) fn prog_if(base: u8, sub: u8, prog_if: u8) -> u64 {
    sub_class(base, sub) << 8 | u64::from(prog_if)
}
