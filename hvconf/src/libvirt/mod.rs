//! libvirt: domain XML, edited by splices that leave every other byte alone.

mod attach;
mod block;
mod domain;
mod emit;
mod hostdev;
mod kept;
mod lint;
mod memory;
mod others;
mod pass;
mod pass_error;
mod placement;
mod qemu;
mod read;
mod settings;
mod splice;
mod tree;
mod virt_xml;
mod window;
mod xml;

pub use attach::{DomainName, DomainNameError, HostdevFile, attach_commands};
pub(crate) use domain::number;
pub use domain::{Balloon, Domain, ExistingHostdev, Firmware, Switch};
pub use emit::emit;
pub use hostdev::{GuestAddress, Hostdev, ROM_DIRECTORY};
pub use kept::{Kept, kept};
pub use lint::{DomainIssue, VendorIdFault, lint};
pub use pass::{add, remove};
pub use pass_error::PassDomainError;
pub use read::{DomainReadError, read_back};
pub use settings::edit;
pub use tree::XmlError;
pub use virt_xml::{virt_install, virt_xml};
