//! PCI Express.

mod capability;
mod device;
mod device_2;
mod link;
mod link_2;
mod slot;

pub(super) use capability::write;
