//! The hypervisors of plans: one file for each, with the host's part, the guest's identifier, and
//! the files, commands and steps that assign functions to a guest.

mod bhyve;
mod cloud_hypervisor;
mod crosvm;
mod emitted;
mod esxi;
mod gpu_operator;
mod harvester;
mod hyper_v;
mod hypervisor;
mod incus;
mod intents;
mod kubevirt;
mod libvirt;
mod nixos;
mod nova;
mod proxmox;
mod qemu;
mod steps;
mod table;
mod talos;
mod truenas;
mod unraid;
mod unsupported;
mod xcp_ng;
mod xen;

use host_tree::Edit;
use hvconf::assigned::AssignedDevices;
use hvconf::description::{Description, VmName};
use hypervisor::{GuestName, Passing};
pub(super) use unraid::bind as bind_on_unraid;

use super::document::{ManualStep, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::guest_steps::Guest;
use super::hypervisors::hypervisor::{HostBinding, Hypervisor, Pass};
use super::request::Request;
use crate::host::{Device, Host, Platform};
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// The hypervisor of a target.
pub(super) fn of_target(target: Target) -> &'static Hypervisor {
    let mut all = ALL.iter().copied();
    // A test proves that each target is listed.
    all.find(|one| one.target == target).unwrap_or(&qemu::QEMU)
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
    &unsupported::FIRECRACKER,
    &unsupported::VIRTUALBOX,
];

/// The table of `docs/targets.md`.
pub(crate) fn table() -> String {
    table::table(ALL)
}

/// The part of a plan for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostSide {
    /// The plan binds the functions to vfio-pci by files of the host.
    Vfio,
    /// The hypervisor binds the functions; the kernel's options are the plan's.
    Linux,
    /// The host's system is not Linux with KVM.
    Foreign,
}

impl HostSide {
    pub(super) fn of(target: Target) -> Self {
        match (target.system(), of_target(target).binding) {
            (HostSystem::Linux, HostBinding::Plan) => Self::Vfio,
            (HostSystem::Linux, HostBinding::Hypervisor | HostBinding::AddressFile) => Self::Linux,
            _ => Self::Foreign,
        }
    }
}

/// Whether the hypervisor reserves functions for guests by its own driver, not by vfio-pci.
pub(crate) fn has_own_driver(target: Target) -> bool {
    HostSide::of(target) == HostSide::Foreign
}

/// Whether the hypervisor unbinds a function's host driver and binds vfio-pci when a guest starts:
/// libvirt with `managed='yes'`, qemu-server's `PCI.pm`, Incus's and LXD's devices.
pub(super) const fn binds_at_start(target: Target) -> bool {
    matches!(
        target,
        Target::Libvirt | Target::Unraid | Target::Proxmox | Target::Incus | Target::Lxd
    )
}

/// The target on a host that is not Linux with KVM: the given one if it runs there, otherwise the
/// first that does.
pub(super) fn of_platform(platform: Platform, named: Option<Target>) -> Result<Target, PlanCause> {
    match named {
        Some(target) if target.system() != platform.system() => {
            Err(PlanCause::OtherPlatform(platform, target))
        }
        Some(target) => Ok(target),
        None => platform.targets().next().ok_or(PlanCause::NoTarget),
    }
}

/// Refuses targets that cannot assign functions.
pub(super) fn able(target: Target) -> Result<Target, PlanCause> {
    match of_target(target).pass {
        Pass::Never(unable) => Err(PlanCause::Cannot {
            target,
            because: Text::of_english(unable.reason()),
        }),
        Pass::By(_) => Ok(target),
    }
}

/// The reason for a reboot of the host if the hypervisor's files changed.
pub(super) fn reboot(target: Target, edits: &[Edit]) -> Option<Text> {
    let why = of_target(target).reboot?;
    (!edits.is_empty()).then(why)
}

pub(super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    passed: AssignedDevices,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanCause> {
    let hypervisor = of_target(target);
    let Pass::By(by) = hypervisor.pass else {
        return Err(PlanCause::TargetNotPlanned(target));
    };
    let mut guest = Guest::default();
    let name = match (&request.vm, hypervisor.guest) {
        (Some(vm), GuestName::Machine(_)) => {
            vm.parse().map_err(|_| hypervisor.bad_guest(request))?
        }
        (Some(_), GuestName::Own(_) | GuestName::Required(_)) => VmName::unnamed(),
        (None, GuestName::Required(_)) => {
            guest.manual.push(ManualStep {
                when: When::Now,
                step: "name-guest".into(),
                text: text!("name the guest with --vm to plan its configuration too"),
            });
            return Ok(guest);
        }
        (None, name) => {
            guest.manual.push(ManualStep {
                when: When::Before,
                step: "name-guest".into(),
                text: text!(
                    "name the guest with --vm: {expected}",
                    expected = name.expected()
                ),
            });
            VmName::unnamed()
        }
    };
    let mut vm = Description::new(name, passed);
    request.vm_options.of_machine(&mut vm);
    by(Passing {
        host,
        request,
        functions,
        vm,
        guest: &mut guest,
        drafts,
    })?;
    Ok(guest)
}

#[cfg(test)]
mod tests;
