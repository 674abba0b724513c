//! Proxmox VE: the guest's configuration, or commands where it is not shown.

use hvconf::Edit;
use hvconf::description::{Description, VmName};
use hvconf::passed::Passed;
use hvconf::proxmox::{self, Note, PassPlan, VmId};

use super::super::document::{Check, Command, ManualStep, Moment, Undo};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::PlanError;
use super::super::wishes::Wishes;
use super::intents;
use crate::host::Host;
use crate::target::Target;

pub(in super::super) fn on_proxmox(
    host: &Host,
    vm: &str,
    passed: Passed,
    wishes: &Wishes,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let id: VmId = vm.parse().map_err(|_| PlanError::BadGuest {
        vm: vm.to_owned(),
        target: Target::Proxmox,
        expected: "a number from 100 to 999999999",
    })?;
    let path = id.config_path();
    let text = drafts.text(&path)?;
    let mut machine = Description::new(VmName::unnamed(), passed);
    wishes.of_machine(&mut machine);
    if !needs_window(host) {
        machine.passed.forget_bars();
    }
    let plan = match &text {
        Some(text) => proxmox::mend(id, text, &machine),
        None => proxmox::edit_by_commands(id, &machine),
    }
    .map_err(|error| PlanError::edit(&path, error))?;
    if let (Some(before), Some(after)) = (&text, &plan.text) {
        let mut edit = Edit::change(&*path, before.clone(), after.clone());
        for change in &plan.changes {
            edit = edit.because(match change.versions {
                Some(versions) => format!("{}: {} ({versions})", change.what, change.why),
                None => format!("{}: {}", change.what, change.why),
            });
        }
        drafts.intend(&path, intents::of_proxmox(before, &machine, wishes));
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
    let mut guest = Guest {
        manual: proxmox_steps(id, &plan),
        commands: proxmox_commands(id, &plan),
        checks,
    };
    wishes.on_host(&mut guest, drafts)?;
    Ok(guest)
}

/// Whether OVMF's window for BARs above 4 GiB has to be made larger by hand: the one of
/// Proxmox VE 8 and later is as large as the processor's addresses allow (edk2,
/// `PlatformDynamicMmioWindow`, in edk2-stable202211).
fn needs_window(host: &Host) -> bool {
    let version = host.system.hypervisor_version.as_ref();
    let major = version.and_then(|version| version.value.split('.').next()?.parse::<u16>().ok());
    major.is_some_and(|major| major < 8)
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
            Note::ArgsReplaceCpu { line } => (
                "guest-args",
                format!(
                    "the -cpu in args (line {line}) replaces all that the cpu key says, and hides \
                     less than was asked for: take it out of args"
                ),
            ),
            Note::ArgsKept { line, wanted } => (
                "guest-args",
                format!("args (line {line}) is left as it is; it would have to have: {wanted}"),
            ),
            Note::MemoryIsNoMultiple { line, page } => (
                "guest-memory",
                format!(
                    "memory (line {line}) is no multiple of {page} MiB: the guest does not start \
                     with such huge pages"
                ),
            ),
            Note::ArgsNotShown { wanted } => (
                "guest-args",
                format!(
                    "the guest's args are not shown, and qm set replaces them: add to them, as \
                     root@pam: {wanted}"
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
