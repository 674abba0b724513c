//! Making a plan, step by step.

use hvconf::Edit;
use pci_core::tree::HostTree;

use super::document::{Binding, Plan, PlannedDevice, SCHEMA};
use super::drafts::Drafts;
use super::hypervisors::{self, HostSide};
use super::request::{PlanError, Request};
use super::state::State;
use super::{binding, checks, guards, guest, initramfs, options, remedies};
use crate::doctor::{self, Question};
use crate::host::{Device, Host};
use crate::target::Target;

/// Plans how the functions go to a guest, each with the card that it is part of
/// ([`Host::card_of`]).
///
/// The plan binds the functions to vfio-pci before the host's drivers can take
/// them, sets the kernel options that this needs, takes out what the doctor says
/// is needless or harmful, and gives the functions to the guest. `host` must have
/// been read from `tree`.
///
/// # Errors
///
/// When the request cannot be met, or when the input does not show what the plan
/// rests on; the message says what would show it.
pub fn make(tree: &dyn HostTree, host: &Host, request: &Request) -> Result<Plan, PlanError> {
    let target = target(host, request)?;
    let functions = functions(host, request)?;
    let devices = planned(&functions)?;
    let side = HostSide::of(target);
    let how = match side {
        HostSide::Vfio => binding::choose(host, &functions),
        HostSide::Linux | HostSide::Foreign => Binding::ByHypervisor,
    };

    let mut drafts = Drafts::new(tree);
    match (how, &host.etc_not_kept) {
        // The kernel command line alone binds then.
        (Binding::ById, Some(_)) | (Binding::ByHypervisor, _) => {}
        (Binding::ByAddress, Some(shown)) => {
            return Err(PlanError::NoPlaceForScript(shown.source.clone()));
        }
        (Binding::ById, None) => binding::by_id(host, &functions, target, &mut drafts)?,
        (Binding::ByAddress, None) => {
            binding::by_address(host, &functions, &devices, &mut drafts)?;
        }
    }
    let mut kernel = match side {
        HostSide::Vfio | HostSide::Linux => options::needed(host, &functions),
        HostSide::Foreign => options::Options::default(),
    };
    match how {
        Binding::ById if options::hold_ids(host) => options::bind_by_id(&mut kernel, &functions),
        Binding::ById | Binding::ByHypervisor => {}
        Binding::ByAddress => options::release_ids(host, &mut kernel, &functions),
    }
    // What the doctor would take out is taken out: after the plan it has nothing
    // left to say of these settings.
    let question = Question {
        devices: request.devices.clone(),
        target: Some(target),
    };
    let mut blockers = Vec::new();
    // What the doctor knows is of KVM's hosts.
    if side != HostSide::Foreign {
        let report = doctor::examine(host, &question);
        remedies::apply(&report, &functions, &mut drafts, &mut kernel)?;
        blockers = remedies::blockers(&report);
    }
    guards::add(host, &functions, &mut blockers);
    let written = options::write(host, &kernel, &mut drafts)?;
    let mut commands = written.commands;
    if initramfs::READS
        .iter()
        .any(|directory| drafts.touches(directory))
    {
        commands.push(initramfs::refresh(host)?);
    }
    let guest = guest::pass(host, target, request, &functions, &mut drafts)?;
    commands.extend(guest.commands);

    let (edits, assumes_absent) = drafts.finish();
    let reboot = match side {
        HostSide::Foreign => hypervisors::reboot(target, &edits),
        HostSide::Vfio | HostSide::Linux => {
            reboot(&edits, written.changed).or_else(|| hypervisors::reboot(target, &edits))
        }
    };
    Ok(Plan {
        schema: SCHEMA.into(),
        made_for: State::of(host, &edits),
        target,
        vm: request.vm.clone(),
        binding: how,
        blockers,
        checks: match side {
            HostSide::Foreign => guest.checks,
            HostSide::Vfio | HostSide::Linux => checks::all(host, &functions, how, &kernel)
                .into_iter()
                .chain(guest.checks)
                .collect(),
        },
        loses: checks::loses(host, &functions, &kernel),
        manual: written.manual.into_iter().chain(guest.manual).collect(),
        devices,
        assumes_absent,
        edits,
        commands,
        reboot,
    })
}

fn target(host: &Host, request: &Request) -> Result<Target, PlanError> {
    if let Some(platform) = &host.system.platform {
        return hypervisors::of_platform(platform.value, request.target);
    }
    let found = host.system.hypervisor.as_ref().map(|target| target.value);
    match request.target.or(found) {
        None => Err(PlanError::NoTarget),
        Some(Target::Esxi) => Err(PlanError::TargetNotPlanned(Target::Esxi)),
        Some(target) => hypervisors::able(target),
    }
}

/// The functions of all cards that were asked for, by address.
fn functions<'a>(host: &'a Host, request: &Request) -> Result<Vec<&'a Device>, PlanError> {
    let mut functions: Vec<&Device> = Vec::new();
    for address in &request.devices {
        match host.devices.get(address) {
            None => return Err(PlanError::NotThere(*address)),
            Some(device) if device.is_bridge() => return Err(PlanError::Bridge(*address)),
            Some(_) => functions.extend(host.card_of(*address)),
        }
    }
    functions.sort_by_key(|device| device.address);
    functions.dedup_by_key(|device| device.address);
    if functions.is_empty() {
        Err(PlanError::NoDevice)
    } else {
        Ok(functions)
    }
}

fn planned(functions: &[&Device]) -> Result<Vec<PlannedDevice>, PlanError> {
    functions
        .iter()
        .map(|device| {
            let id = device
                .id
                .as_ref()
                .ok_or(PlanError::IdNotShown(device.address))?;
            Ok(PlannedDevice {
                address: device.address,
                id: id.value,
                subsystem: device.subsystem.as_ref().map(|subsystem| subsystem.value),
            })
        })
        .collect()
}

/// Why the edits count only after a reboot.
fn reboot(edits: &[Edit], options: bool) -> Option<String> {
    let touched = |places: &[&str]| {
        edits
            .iter()
            .any(|edit| places.iter().any(|place| edit.path.starts_with(place)))
    };
    let binding = touched(&initramfs::READS);
    let why = match (binding, options) {
        (true, true) => {
            "vfio-pci must have the functions before the host's drivers load, and kernel options \
             count from the next boot on"
        }
        (true, false) => "vfio-pci must have the functions before the host's drivers load",
        (false, true) => "kernel options count from the next boot on",
        (false, false) => return None,
    };
    Some(why.to_owned())
}
