//! bhyve on FreeBSD: reservations in `loader.conf`, bhyve's arguments and its file of variables, and
//! vm-bhyve's configuration of a guest.
//!
//! All number functions in decimal: 0000:0a:00.0 is
//! [`10/0/0`](pci_core::notation::PassthruDevice).

mod arguments;
mod assignments;
mod emit;
#[cfg(feature = "convert")]
mod format;
mod ppt;
mod sizes;
mod variables;
mod vm_bhyve;

pub use arguments::read_arguments;
pub use assignments::{Assignment, Assignments};
pub use emit::{arguments, emit};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use ppt::PptDevs;
pub use variables::{Variables, read_variables};
pub use vm_bhyve::{assign, read};
