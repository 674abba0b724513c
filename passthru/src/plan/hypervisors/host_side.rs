//! What a plan has to do on the host itself.

use hvconf::Edit;
use hvconf::unable::Unable;

use super::super::request::PlanError;
use crate::host::Platform;
use crate::target::Target;

/// What a plan has to do on the host itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum HostSide {
    /// vfio-pci gets the functions by files of ours.
    Vfio,
    /// The hypervisor binds the functions itself; the kernel's options are needed.
    Linux,
    /// No kernel of ours stands between the functions and the hypervisor.
    Foreign,
}

impl HostSide {
    pub(in super::super) const fn of(target: Target) -> Self {
        match target {
            Target::Incus
            | Target::Lxd
            | Target::Harvester
            | Target::GpuOperator
            | Target::Unraid
            | Target::TrueNas
            | Target::NixOs
            | Target::Talos => Self::Linux,
            Target::Esxi | Target::Xen | Target::XcpNg | Target::HyperV | Target::Bhyve => {
                Self::Foreign
            }
            _ => Self::Vfio,
        }
    }
}

/// Whether the hypervisor holds functions for guests by a driver of its own, not by vfio-pci.
pub(crate) const fn has_own_driver(target: Target) -> bool {
    matches!(HostSide::of(target), HostSide::Foreign)
}

/// Whether plans for the target are made here.
pub(in super::super) const fn knows(target: Target) -> bool {
    matches!(
        target,
        Target::Qemu | Target::CloudHypervisor | Target::Crosvm | Target::KubeVirt | Target::Nova
    )
}

/// Why no plan can be for the target.
pub(super) const fn unable(target: Target) -> Option<Unable> {
    match target {
        Target::Firecracker => Some(Unable::Firecracker),
        Target::VirtualBox => Some(Unable::VirtualBox),
        _ => None,
    }
}

/// The target on a host that is no Linux with KVM: the one that was named where it
/// runs there, or the one that is there.
pub(in super::super) fn of_platform(
    platform: Platform,
    named: Option<Target>,
) -> Result<Target, PlanError> {
    let there: &[Target] = match platform {
        Platform::FreeBsd => &[Target::Bhyve],
        Platform::Windows => &[Target::HyperV],
        Platform::Xen => &[Target::Xen, Target::XcpNg],
    };
    match named {
        Some(target) if there.contains(&target) => Ok(target),
        None => there
            .first()
            .copied()
            .ok_or(PlanError::PlatformNotPlanned(platform)),
        Some(_) => Err(PlanError::PlatformNotPlanned(platform)),
    }
}

/// Refuses targets that cannot pass functions through.
pub(in super::super) fn able(target: Target) -> Result<Target, PlanError> {
    match unable(target) {
        Some(unable) => Err(PlanError::Cannot {
            target,
            because: unable.because(),
        }),
        None => Ok(target),
    }
}

/// Why the host has to be rebooted, where the hypervisor's own files changed.
pub(in super::super) fn reboot(target: Target, edits: &[Edit]) -> Option<String> {
    let why = match target {
        Target::Xen => "pciback takes the functions before dom0's drivers load",
        Target::Bhyve => "the driver ppt takes the functions when the kernel starts",
        Target::NixOs => "the new generation of the system counts from its boot on",
        _ => return None,
    };
    (!edits.is_empty()).then(|| why.to_owned())
}
