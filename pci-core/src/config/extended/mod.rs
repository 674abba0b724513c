//! Extended capability structures (from 0x100) that are relevant to passthrough. Only PCI Express
//! and PCI-X Mode 2 functions have them; `lspci -vvv` shows them only to root.
//!
//! | ID | structure | contents |
//! | --- | --- | --- |
//! | `000d` | [`AccessControlServices`] | isolation, which determines IOMMU groups |
//! | `0010` | [`SrIov`] | virtual functions |
//! | `0015` | [`ResizableBars`] | BARs with several sizes |
//!
//! All others are available by the names of their bits: [`decode`](crate::lspci::decode).

mod access_control_services;
mod resizable_bar;
mod sr_iov;

pub use access_control_services::{
    AccessControlServices, AcsCapabilities, AcsCapabilityFlags, AcsControl, AcsControlFlags,
};
pub use resizable_bar::{ResizableBar, ResizableBars};
pub use sr_iov::{SrIov, SrIovCapabilities, SrIovCapabilityFlags, SrIovControl, SrIovStatus};
