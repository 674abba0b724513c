//! Hypervisors without PCI passthrough, and the reason.

use crate::error::{Cause, Error};

/// A hypervisor without PCI passthrough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unsupported {
    /// Firecracker.
    Firecracker,
    /// Oracle VirtualBox.
    VirtualBox,
}

impl Unsupported {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firecracker => "Firecracker",
            Self::VirtualBox => "VirtualBox",
        }
    }

    /// The reason, and an alternative.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Firecracker => {
                "its machines have virtio devices only, and no release supports a VFIO device \
                 (PCI, from 1.13 on, is a transport for virtio); Cloud Hypervisor does"
            }
            Self::VirtualBox => {
                "the extension pack's PCI passthrough of Linux hosts was experimental and was \
                 removed in 6.1 (its changelog); libvirt with QEMU does"
            }
        }
    }

    /// The error for every description.
    #[must_use]
    pub fn error(self) -> Error {
        Cause::NoPassthrough {
            target: self.name(),
            reason: self.reason(),
        }
        .into()
    }
}
