//! Hypervisors that cannot assign PCI functions.

use hvconf::unsupported::Unsupported;

use super::hypervisor::{GuestName, Hypervisor, Pass};
use crate::target::Target;

pub(super) const FIRECRACKER: Hypervisor = Hypervisor::new(
    Target::Firecracker,
    GuestName::MACHINE,
    Pass::Never(Unsupported::Firecracker),
);

pub(super) const VIRTUALBOX: Hypervisor = Hypervisor::new(
    Target::VirtualBox,
    GuestName::MACHINE,
    Pass::Never(Unsupported::VirtualBox),
);
