//! The assignment of the functions to the guest.

use hvconf::assigned::{AssignedDevices, AssignedSlot, Coverage};
use hvconf::description::{MmioWindow, Pages};
use hvconf::libvirt;

use super::document::{ManualStep, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::guest_steps::Guest;
use super::hypervisors;
use super::request::Request;
use super::vm_options::{VmOptions, Window};
use crate::host::{Device, Host, guest_names, guests_with};
use crate::target::Target;
use crate::text::text;

pub(super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanCause> {
    let mut guest = given(host, target, request, functions, drafts)?;
    guest
        .manual
        .extend(of_others(host, functions, request.vm.as_deref()));
    guest.manual.extend(rom_at(&request.vm_options, target));
    guest
        .manual
        .extend(window_by_itself(&request.vm_options, target));
    guest
        .manual
        .extend(huge_pages(host, request.vm.as_deref(), &request.vm_options));
    Ok(guest)
}

/// The step for functions that the configurations of other guests assign.
fn of_others(host: &Host, functions: &[&Device], vm: Option<&str>) -> Option<ManualStep> {
    let vm = vm?;
    let mut guests = guests_with(host, functions);
    guests.retain(|path, _| {
        let mut domains = host.guests.domains.iter();
        let mut vms = host.guests.proxmox_vms.iter();
        let is_same = domains.any(|domain| domain.path == *path && domain.name == vm)
            || vms
                .any(|found| found.path == *path && found.id.is_none_or(|id| id.to_string() == vm));
        !is_same
    });
    (!guests.is_empty()).then(|| ManualStep {
        when: When::Before,
        step: "other-guests".into(),
        text: text!(
            "the configurations of other guests assign these functions too: {guests}; one guest can \
             run at a time, and none of the others may start at boot",
            guests = guest_names(host, guests.keys().map(String::as_str))
        ),
    })
}

/// The reservation of the guest's huge pages, which is the host's: with too few of them the guest does
/// not start (Linux Documentation/admin-guide/mm/hugetlbpage.rst).
fn huge_pages(host: &Host, vm: Option<&str>, vm_options: &VmOptions) -> Option<ManualStep> {
    let Pages::Huge(size) = vm_options.pages else {
        return None;
    };
    let of_host = host
        .guests
        .memory
        .huge_page_size
        .as_ref()
        .map(|size| size.value);
    let of_page = size.mebibytes().map(|size| u64::from(size) << 20);
    let page = of_page.or(of_host)?;
    let is_default = of_page.is_none() || of_page == of_host;
    let needed = vm
        .and_then(|vm| memory_of(host, vm))
        .map(|size| size.div_ceil(page));
    let reserved = host
        .guests
        .memory
        .huge_pages
        .as_ref()
        .filter(|_| is_default);
    if let (Some(needed), Some(reserved)) = (needed, reserved)
        && needed <= reserved.value
    {
        return None;
    }
    let size = crate::size::bytes(page);
    let text = match needed {
        Some(needed) => text!(
            "reserve {needed} huge pages of {size}, without which the guest does not start: at \
             boot with the kernel options hugepagesz={size} hugepages={needed}, in this order; \
             grep Huge /proc/meminfo shows those of the default size",
            needed,
            size
        ),
        None => text!(
            "reserve huge pages of {size} for all of the guest's memory, without which the guest \
             does not start: at boot with the kernel options hugepagesz={size} hugepages=NUMBER, \
             in this order; grep Huge /proc/meminfo shows those of the default size",
            size
        ),
    };
    Some(ManualStep {
        when: When::Before,
        step: "reserve-huge-pages".into(),
        text,
    })
}

/// The memory of a guest in bytes, if the input has its configuration.
fn memory_of(host: &Host, vm: &str) -> Option<u64> {
    let mut domains = host.guests.domains.iter();
    if let Some(domain) = domains.find(|domain| domain.name == vm) {
        let memory = libvirt::Domain::parse(&domain.text).ok()?.memory()?;
        return u64::try_from(memory).ok();
    }
    let mut guests = host.guests.proxmox_vms.iter();
    let guest = guests.find(|guest| guest.id.is_some_and(|id| id.to_string() == vm))?;
    // In MiB (qm.conf(5), memory): `16384`, `current=16384`.
    let memory = guest.config.get("memory")?;
    let memory = memory
        .value
        .strip_prefix("current=")
        .unwrap_or(memory.value);
    memory.parse::<u64>().ok()?.checked_mul(1 << 20)
}

fn given(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanCause> {
    let passed = passed(host, functions, &request.vm_options)?;
    check(&request.vm_options, target, &passed)?;
    hypervisors::pass(host, target, request, functions, passed, drafts)
}

pub(crate) fn passed(
    host: &Host,
    functions: &[&Device],
    vm_options: &VmOptions,
) -> Result<AssignedDevices, PlanCause> {
    let error = |error| PlanCause::edit("the guest's configuration", error);
    let mut slots: Vec<AssignedSlot> = Vec::new();
    let mut rest = functions;
    while let Some(first) = rest.first() {
        let slot = first.address.slot();
        let here = rest
            .iter()
            .take_while(|device| device.address.slot() == slot)
            .count();
        let (these, others) = rest.split_at_checked(here).unwrap_or((rest, &[]));
        let functions = these
            .iter()
            .map(|device| host.passed_function(device))
            .collect();
        let all = these.len() == host.functions_of(slot).count();
        let coverage = if all {
            Coverage::WholeSlot
        } else {
            Coverage::ListedFunctions
        };
        slots.push(AssignedSlot::new(functions, coverage).map_err(error)?);
        rest = others;
    }
    vm_options.of_devices(&mut slots);
    AssignedDevices::new(slots).map_err(error)
}

/// Refuses VM options that the functions or the target cannot have.
fn check(
    vm_options: &VmOptions,
    target: Target,
    passed: &AssignedDevices,
) -> Result<(), PlanCause> {
    let has_types = hypervisors::of_target(target).has_machine_types;
    if vm_options.machine.is_some() && !has_types {
        return Err(PlanCause::NoMachineType(target));
    }
    let because = match (vm_options.window, passed.bytes_above_4g()) {
        (Some(Window::Needed), None) => {
            text!(
                "the BARs of the functions are not all in the input; this shows them: lspci \
                   -vv"
            )
        }
        (Some(Window::Needed), Some(0)) => {
            text!("no BAR of the functions is above 4 GiB: no window is needed")
        }
        (Some(Window::Needed), Some(_)) if MmioWindow::for_assigned(passed).is_none() => {
            text!("the BARs of the functions need more than the largest window")
        }
        _ => return Ok(()),
    };
    Err(PlanCause::WindowNotKnown { because })
}

/// The step for a window that is not set, since the guest's default suffices: OVMF's window and
/// that of a q35 have 32 GiB (edk2 OvmfPkg/Library/PlatformInitLib/MemDetect.c; QEMU
/// hw/pci-host/q35.c).
fn window_by_itself(vm_options: &VmOptions, target: Target) -> Option<ManualStep> {
    let Some(Window::Of(window)) = vm_options.window else {
        return None;
    };
    let is_of_qemu = hypervisors::of_target(target).has_machine_types;
    (is_of_qemu && window.gibibytes() <= 32).then(|| ManualStep {
        when: When::Before,
        step: "guest-mmio-window".into(),
        text: text!(
            "nothing is set for a window of {size} GiB: OVMF and q35 have 32 GiB by default",
            size = window.gibibytes()
        ),
    })
}

/// The path at which the ROM file has to be, for targets that read it from a directory of the host.
fn rom_at(vm_options: &VmOptions, target: Target) -> Option<ManualStep> {
    let directory = hypervisors::of_target(target).rom_directory?;
    let file = vm_options.rom_file.as_ref()?;
    Some(ManualStep {
        when: When::Before,
        step: "rom-file".into(),
        text: text!(
            "put the ROM at {directory}/{file}, unless it is there; passthru rom verify \
               checks that it is this card's: without the file the guest does not start",
            directory,
            file
        ),
    })
}
