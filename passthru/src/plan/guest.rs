//! Giving the functions to the guest.

use hvconf::Edit;
use hvconf::libvirt::{self, DomainName};
use hvconf::passed::{Coverage, Passed, PassedSlot};
use hvconf::proxmox::{self, Note, PassPlan, VmId};

use super::document::{Check, Command, ManualStep, Moment, Undo};
use super::drafts::Drafts;
use super::hypervisors::{self, HostSide};
use super::request::{PlanError, Request};
use crate::host::{Device, Host};
use crate::remedy::shown;
use crate::target::Target;

/// What gives the functions to the guest.
#[derive(Debug, Default)]
pub(super) struct Guest {
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
    pub(super) checks: Vec<Check>,
}

pub(super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let passed = passed(host, functions)?;
    if HostSide::of(target) != HostSide::Vfio || hypervisors::knows(target) {
        return hypervisors::pass(host, target, request, functions, passed, drafts);
    }
    let Some(vm) = &request.vm else {
        let text = "name the guest with --vm to plan its configuration too".to_owned();
        return Ok(Guest {
            manual: vec![ManualStep {
                moment: Moment::Now,
                step: "name-guest".into(),
                text,
            }],
            ..Guest::default()
        });
    };
    match target {
        Target::Proxmox => on_proxmox(vm, &passed, drafts),
        Target::Libvirt => on_libvirt(host, vm, &passed, drafts),
        _ => Err(PlanError::TargetNotPlanned(target)),
    }
}

pub(crate) fn passed(host: &Host, functions: &[&Device]) -> Result<Passed, PlanError> {
    let error = |error| PlanError::edit("the guest's configuration", error);
    let mut slots: Vec<PassedSlot> = Vec::new();
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
        slots.push(PassedSlot::new(functions, coverage).map_err(error)?);
        rest = others;
    }
    Passed::new(slots).map_err(error)
}

fn on_proxmox(vm: &str, passed: &Passed, drafts: &mut Drafts<'_>) -> Result<Guest, PlanError> {
    let id: VmId = vm.parse().map_err(|_| PlanError::BadGuest {
        vm: vm.to_owned(),
        target: Target::Proxmox,
        expected: "a number from 100 to 999999999",
    })?;
    let path = id.config_path();
    let text = drafts.text(&path)?;
    let plan = match &text {
        Some(text) => proxmox::pass_in_config(id, text, passed),
        None => proxmox::pass_by_commands(id, passed),
    }
    .map_err(|error| PlanError::edit(&path, error))?;
    if let (Some(before), Some(after)) = (text, &plan.text) {
        let mut edit = Edit::change(&*path, before, after.clone());
        for change in &plan.changes {
            edit = edit.because(format!("{}: {}", change.what, change.why));
        }
        drafts.set(edit);
    }
    let mut checks = Vec::new();
    if plan.notes.contains(&Note::ConfigNotShown) {
        checks.push(Check {
            moment: Moment::Before,
            argv: ["qm".to_owned(), "config".to_owned(), id.to_string()].to_vec(),
            expect: "no hostpci0 yet, and a machine and bios that may change: qm set replaces \
                     what stands there"
                .to_owned(),
            holds: None,
        });
    }
    Ok(Guest {
        manual: proxmox_steps(id, &plan),
        commands: proxmox_commands(id, &plan),
        checks,
    })
}

fn proxmox_commands(id: VmId, plan: &PassPlan) -> Vec<Command> {
    let why = |argv: &[String]| {
        if argv.iter().any(|word| word == "--efidisk0") {
            "the firmware OVMF keeps its settings on a disk of its own".to_owned()
        } else {
            let keys: Vec<String> = argv
                .iter()
                .skip(3)
                .zip(argv.iter().skip(4))
                .filter(|(key, _)| key.starts_with("--"))
                .map(|(key, value)| format!("{}: {value}", key.trim_start_matches('-')))
                .collect();
            format!(
                "the guest's configuration is not shown; this sets {}",
                keys.join(", ")
            )
        }
    };
    let commands = plan.commands.iter();
    commands
        .map(|argv| Command {
            argv: argv.clone(),
            why: why(argv),
            undo: Undo::Restore {
                paths: vec![id.config_path()],
            },
        })
        .collect()
}

fn proxmox_steps(id: VmId, plan: &PassPlan) -> Vec<ManualStep> {
    let mut steps = Vec::new();
    let choose_storage = proxmox::ManualStep::ChooseEfiDiskStorage(id);
    if plan.manual.contains(&choose_storage) {
        steps.push(ManualStep {
            moment: Moment::Now,
            step: "efi-disk".into(),
            text: format!(
                "unless the guest has an efidisk0 already, choose a storage and run: qm set {id} \
                 --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0"
            ),
        });
    }
    for note in &plan.notes {
        let (step, text) = match note {
            Note::WindowsHardwareChanges => (
                "windows-hardware",
                "with q35 a Windows guest that had i440fx finds other hardware: it may ask for \
                 activation and lose its network settings"
                    .to_owned(),
            ),
            Note::FirmwareChanges => (
                "guest-firmware",
                "a guest that was installed under SeaBIOS does not start under OVMF: if this one \
                 was, leave bios: ovmf out"
                    .to_owned(),
            ),
            Note::KeptI440fx { line } => (
                "guest-machine",
                format!(
                    "line {line} asks for i440fx, which is kept: the card comes as conventional PCI"
                ),
            ),
            Note::KeptBios { line } => (
                "guest-firmware",
                format!("line {line} asks for another firmware, which is kept"),
            ),
            Note::PendingOverrides { key, line } => (
                "guest-pending",
                format!(
                    "a pending change of {key} in line {line} wins at the next start: apply or revert it first"
                ),
            ),
            _ => continue,
        };
        steps.push(ManualStep {
            moment: Moment::Before,
            step: step.into(),
            text,
        });
    }
    steps
}

fn on_libvirt(
    host: &Host,
    vm: &str,
    passed: &Passed,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let name: DomainName = vm.parse().map_err(|_| PlanError::BadGuest {
        vm: vm.to_owned(),
        target: Target::Libvirt,
        expected: "a domain's name",
    })?;
    let domain = host.domains.iter().find(|domain| domain.name == vm);
    let mut guest = Guest::default();
    if let Some(domain) = domain {
        // libvirt owns its files: the new text goes to a file of ours, and libvirt
        // reads it from there.
        let path = format!("/var/lib/passthru/{name}.xml");
        let after = libvirt::add(&domain.text, passed)
            .map_err(|error| PlanError::edit(&domain.path, error))?;
        if after == domain.text {
            return Ok(guest);
        }
        let why = "the domain with the functions; virsh define gives it to libvirt, whose own \
                   files are not edited by hand";
        drafts.write(&path, after, why)?;
        let earlier = format!("/var/lib/passthru/{name}.before.xml");
        let why = "the domain as it is, for the way back";
        drafts.write(&earlier, domain.text.clone(), why)?;
        let define =
            |path: &str| ["virsh", "define", "--file", path, "--validate"].map(str::to_owned);
        guest.commands.push(Command {
            argv: define(&path).to_vec(),
            why: "libvirt takes the changed domain, from the guest's next start on".to_owned(),
            undo: Undo::Run {
                argv: define(&earlier).to_vec(),
            },
        });
        return Ok(guest);
    }
    for file in libvirt::attach_commands(&name, passed) {
        drafts.write(&file.path, file.text, "one function, as libvirt takes it")?;
        guest.commands.push(Command {
            why: format!(
                "the guest gets the function from its next start on; {} takes it out again",
                shown(&file.detach)
            ),
            argv: file.attach,
            undo: Undo::Run { argv: file.detach },
        });
    }
    Ok(guest)
}
