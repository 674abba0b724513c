//! libvirt: domain XML, edited by splices that preserve every other byte.

mod assign;
mod attach;
mod block;
mod domain;
mod emit;
#[cfg(feature = "convert")]
mod format;
mod hostdev;
mod kept;
mod lint;
mod memory;
mod others;
mod placement;
mod qemu;
mod read;
mod settings;
mod splice;
mod tree;
mod virt_xml;
mod window;
mod xml;
pub use assign::{add, remove};
pub use attach::{DomainName, HostdevFile, attach_commands};
pub use domain::{Balloon, Domain, DomainFirmware, ExistingHostdev, Switch};
pub use emit::emit;
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use hostdev::{GuestAddress, Hostdev};
pub use kept::{Kept, kept};
pub use lint::{DomainIssue, VendorIdIssue, lint};
pub use read::read_back;
pub use settings::edit;
pub use virt_xml::{virt_install, virt_xml};
