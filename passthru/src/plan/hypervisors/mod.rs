//! The hypervisors of plans: a file each, with its part on the host, the name that its guests
//! have, and the files, commands and steps that assign functions to one.

mod bhyve;
mod cloud_hypervisor;
mod crosvm;
mod emitted;
mod esxi;
mod gpu_operator;
mod harvester;
mod hyper_v;
mod incus;
mod intents;
mod kubevirt;
mod libvirt;
mod nixos;
mod nova;
mod pass;
mod proxmox;
mod qemu;
mod steps;
mod talos;
mod truenas;
mod unable;
mod unraid;
mod xcp_ng;
mod xen;

pub(super) use emitted::add;
use host_tree::Edit;
use pass::Pass;
pub(super) use pass::pass;
pub(super) use unraid::bind as bind_on_unraid;

use super::request::PlanError;
use crate::host::Platform;
use crate::target::{System, Target};

/// The part of a plan that differs by hypervisor.
pub(super) struct Hypervisor {
    target: Target,
    /// The driver binding on a host with Linux.
    binding: HostBinding,
    /// The name of a guest.
    guest: GuestName,
    /// The reason for a reboot of the host, where files of the hypervisor changed.
    reboot: Option<&'static str>,
    /// The directory of the host where the ROM files of guests are.
    pub(super) rom_directory: Option<&'static str>,
    /// Whether `--machine-type` is QEMU's, and the window for BARs is that of OVMF.
    pub(super) has_machine_types: bool,
    /// The modules that the hypervisor's documentation loads at boot.
    pub(super) modules: &'static [&'static str],
    pass: Pass,
}

impl Hypervisor {
    /// A hypervisor of Linux whose functions vfio-pci has by the plan's own files.
    const fn new(target: Target, guest: GuestName, pass: Pass) -> Self {
        Self {
            target,
            binding: HostBinding::Plan,
            guest,
            reboot: None,
            rom_directory: None,
            has_machine_types: false,
            modules: &["vfio-pci"],
            pass,
        }
    }

    /// The same, which binds the functions by itself.
    const fn binds(self) -> Self {
        Self {
            binding: HostBinding::Hypervisor,
            ..self
        }
    }

    /// The same, whose host reboots where files changed.
    const fn reboots(self, why: &'static str) -> Self {
        Self {
            reboot: Some(why),
            ..self
        }
    }

    pub(super) fn of(target: Target) -> &'static Self {
        let mut all = ALL.iter().copied();
        // A test holds that each target is there.
        all.find(|one| one.target == target).unwrap_or(&qemu::QEMU)
    }
}

const ALL: &[&Hypervisor] = &[
    &proxmox::PROXMOX,
    &libvirt::LIBVIRT,
    &qemu::QEMU,
    &esxi::ESXI,
    &xen::XEN,
    &xcp_ng::XCP_NG,
    &hyper_v::HYPER_V,
    &bhyve::BHYVE,
    &cloud_hypervisor::CLOUD_HYPERVISOR,
    &crosvm::CROSVM,
    &incus::INCUS,
    &incus::LXD,
    &kubevirt::KUBEVIRT,
    &harvester::HARVESTER,
    &nova::NOVA,
    &gpu_operator::GPU_OPERATOR,
    &unraid::UNRAID,
    &truenas::TRUENAS,
    &nixos::NIXOS,
    &talos::TALOS,
    &unable::FIRECRACKER,
    &unable::VIRTUALBOX,
];

/// The binder of functions on a host with Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HostBinding {
    /// The plan, by files of the host.
    Plan,
    /// The hypervisor.
    Hypervisor,
}

/// The name of a guest in `--vm`, described for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GuestName {
    /// A machine's name of letters, digits and '-'.
    Machine(&'static str),
    /// An identifier of the hypervisor's own.
    Own(&'static str),
    /// The same; without it nothing of a guest is planned.
    Required(&'static str),
}

impl GuestName {
    const MACHINE: Self = Self::Machine("a machine's name of letters, digits and '-'");

    const fn expected(self) -> &'static str {
        match self {
            Self::Machine(expected) | Self::Own(expected) | Self::Required(expected) => expected,
        }
    }
}

/// The part of a plan on the host itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostSide {
    /// The plan binds the functions to vfio-pci by files of the host.
    Vfio,
    /// The hypervisor binds the functions; the kernel's options are the plan's.
    Linux,
    /// The host's system is no Linux with KVM.
    Foreign,
}

impl HostSide {
    pub(super) fn of(target: Target) -> Self {
        match (target.system(), Hypervisor::of(target).binding) {
            (System::Linux, HostBinding::Plan) => Self::Vfio,
            (System::Linux, HostBinding::Hypervisor) => Self::Linux,
            _ => Self::Foreign,
        }
    }
}

/// Whether the hypervisor holds functions for guests by a driver of its own, not by vfio-pci.
pub(crate) fn has_own_driver(target: Target) -> bool {
    HostSide::of(target) == HostSide::Foreign
}

/// The target on a host that is no Linux with KVM: the one that was named where it runs there,
/// or the first that does.
pub(super) fn of_platform(platform: Platform, named: Option<Target>) -> Result<Target, PlanError> {
    let runs = |target: &Target| target.system() == platform.system();
    match named {
        Some(target) => Some(target).filter(runs),
        None => Target::ALL.into_iter().find(runs),
    }
    .ok_or(PlanError::PlatformNotPlanned(platform))
}

/// Refuses targets that cannot assign functions.
pub(super) fn able(target: Target) -> Result<Target, PlanError> {
    match Hypervisor::of(target).pass {
        Pass::Never(unable) => Err(PlanError::Cannot {
            target,
            because: unable.because(),
        }),
        Pass::By(_) => Ok(target),
    }
}

/// The reason for a reboot of the host, where the hypervisor's own files changed.
pub(super) fn reboot(target: Target, edits: &[Edit]) -> Option<String> {
    let why = Hypervisor::of(target).reboot?;
    (!edits.is_empty()).then(|| why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_is_a_hypervisor() {
        let listed: Vec<Target> = ALL.iter().map(|one| one.target).collect();
        assert_eq!(listed, Target::ALL);
    }
}
