//! Hosts that are neither Linux with KVM nor ESXi.

use crate::target::{HostSystem, Target};

/// Platform of the host, if it is none that the doctor examines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// FreeBSD; its hypervisor is bhyve.
    FreeBsd,
    /// Windows; its hypervisor is Hyper-V.
    Windows,
    /// Xen: the kernel that shows the functions is a guest of it, too.
    Xen,
}

impl Platform {
    /// The same as the system of a hypervisor's host.
    #[must_use]
    pub const fn system(self) -> HostSystem {
        match self {
            Self::FreeBsd => HostSystem::FreeBsd,
            Self::Windows => HostSystem::Windows,
            Self::Xen => HostSystem::Xen,
        }
    }

    /// The hypervisors that run on it.
    pub(crate) fn targets(self) -> impl Iterator<Item = Target> {
        let runs = move |target: &Target| target.system() == self.system();
        Target::ALL.into_iter().filter(runs)
    }

    /// Its name in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FreeBsd => "FreeBSD",
            Self::Windows => "Windows",
            Self::Xen => "Xen",
        }
    }
}
