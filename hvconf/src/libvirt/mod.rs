//! libvirt: domain XML, edited by splices that leave every other byte alone.

mod attach;
mod domain;
mod hostdev;
mod lint;
mod pass;
mod placement;
mod tree;

pub use attach::{DomainName, DomainNameError, HostdevFile, attach_commands};
pub(crate) use domain::number;
pub use domain::{Balloon, Domain, ExistingHostdev, Firmware, Switch};
pub use hostdev::{GuestAddress, Hostdev, ROM_DIRECTORY};
pub use lint::{DomainIssue, VendorIdFault, lint};
pub use pass::{PassDomainError, add, remove};
pub use tree::XmlError;
