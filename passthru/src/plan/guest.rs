//! The assignment of the functions to the guest.

use hvconf::assigned::{AssignedDevices, AssignedSlot, Coverage};
use hvconf::description::MmioWindow;

use super::document::{ManualStep, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::guest_steps::Guest;
use super::hypervisors;
use super::request::Request;
use super::vm_options::{VmOptions, Window};
use crate::host::{Device, Host};
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
    guest.manual.extend(rom_at(&request.vm_options, target));
    guest
        .manual
        .extend(window_by_itself(&request.vm_options, target));
    Ok(guest)
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
