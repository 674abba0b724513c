//! The capability structures from 0x100 on that decide on passthrough. Only functions of
//! PCI Express, and of PCI-X Mode 2, have them; in `lspci -vvv` only root sees them.
//!
//! | id | structure | what it is for |
//! | --- | --- | --- |
//! | `000d` | [`AccessControlServices`] | isolation, which makes IOMMU groups |
//! | `0010` | [`SrIov`] | virtual functions |
//! | `0015` | [`ResizableBars`] | BARs of several sizes |
//!
//! The others are read by the names of their bits: [`decode`](crate::lspci::decode).

mod access_control_services;
mod resizable_bar;
mod sr_iov;

pub use access_control_services::{
    AccessControlServices, AcsCapabilities, AcsCapabilityFlags, AcsControl, AcsControlFlags,
};
pub use resizable_bar::{ResizableBar, ResizableBars};
pub use sr_iov::{SrIov, SrIovCapabilities, SrIovCapabilityFlags, SrIovControl, SrIovStatus};
