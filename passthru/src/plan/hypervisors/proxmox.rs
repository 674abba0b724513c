//! Proxmox VE: the guest's configuration, or commands where it is not shown.

use host_tree::Edit;
use hostconf::binding::modules::ETC_MODULES;
use hvconf::assigned::AssignedDevices;
use hvconf::description::{Description, VmName};
use hvconf::proxmox::{self, AssignmentPlan, EditContext, Note, VmId};

use super::super::document::{Check, Command, ManualStep, Moment, Undo};
use super::super::drafts::Drafts;
use super::super::request::Request;
use super::emitted::looking_glass;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::intents;
use crate::host::{Host, OF_PROXMOX};
use crate::plan::error::PlanError;
use crate::plan::guest_steps::Guest;
use crate::target::Target;

pub(super) const PROXMOX: Hypervisor = Hypervisor {
    rom_directory: Some(OF_PROXMOX),
    has_machine_types: true,
    // Proxmox VE, PCI(e) Passthrough.
    modules: &["vfio", "vfio_iommu_type1", "vfio_pci"],
    module_list: Some(ETC_MODULES),
    page: Some(PAGE),
    ..Hypervisor::new(
        Target::Proxmox,
        GuestName::Required("a number from 100 to 999999999"),
        Pass::By(pass),
    )
};

const PAGE: Page = Page {
    reads: "VM configurations, `pci.cfg`",
    writes: "VM configurations, `qm create`, `pci.cfg`",
    edits: "VM configurations (functions, what is hidden, huge pages, `args`) and \
        `pci.cfg`, byte by byte",
    checked_by: "Proxmox VE's own parser, writer and command generator (qemu-server 9.2.6: of \
        edits, what QEMU is started with before and after) where `HYPERVISOR_SOURCES` \
        has them; golden files elsewhere",
    versions: "mappings from 8.0; ids that the guest sees from 7.2; `hv-vendor-id` from 6.2",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let Passing {
        host,
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    *guest = on_proxmox(host, request, vm.assigned, drafts)?;
    Ok(())
}

fn on_proxmox(
    host: &Host,
    request: &Request,
    passed: AssignedDevices,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let (vm, wishes) = (request.vm.as_deref().unwrap_or_default(), &request.wishes);
    let id: VmId = vm.parse().map_err(|_| PROXMOX.bad_guest(request))?;
    let path = id.config_path();
    let text = drafts.text(&path)?;
    let mut machine = Description::new(VmName::unnamed(), passed);
    wishes.of_machine(&mut machine);
    if !needs_window(host) {
        machine.assigned.forget_bars();
    }
    let change = wishes.change();
    let context = EditContext {
        change,
        host_context: host.mappings.host_context(),
    };
    let plan = match &text {
        Some(text) => proxmox::update(id, text, &machine, context),
        None => proxmox::edit_by_commands(id, &machine, change),
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
    let mut guest = Guest {
        manual: efi_disk(id, &plan),
        commands: proxmox_commands(id, &plan),
        checks: plan
            .notes
            .iter()
            .filter_map(|note| look(id, &plan, note))
            .collect(),
    };
    for note in &plan.notes {
        guest.manual.extend(match note {
            Note::SeaBios { line } => {
                let which = match line {
                    Some(line) => format!("line {line} of {path} sets the firmware SeaBIOS"),
                    None => format!(
                        "{path} sets no firmware, so the guest has Proxmox VE's default, SeaBIOS"
                    ),
                };
                wishes.firmware_stays(&which, &machine.assigned)
            }
            Note::ConfigNotShown if wishes.machine.is_none() => Some(before(
                "guest-machine",
                format!(
                    "the input does not show the machine type, and the plan keeps it: where qm \
                     config {id} shows machine: q35, add pcie=1 to each hostpci of the command"
                ),
            )),
            note => step(id, &path, note),
        });
    }
    looking_glass(wishes, &mut guest, drafts)?;
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

fn proxmox_commands(id: VmId, plan: &AssignmentPlan) -> Vec<Command> {
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

fn efi_disk(id: VmId, plan: &AssignmentPlan) -> Vec<ManualStep> {
    let choose_storage = proxmox::ManualStep::ChooseEfiDiskStorage(id);
    let chosen = plan.manual.iter().filter(|step| **step == choose_storage);
    chosen
        .map(|_| ManualStep {
            moment: Moment::Now,
            step: "efi-disk".into(),
            text: format!(
                "unless the guest has an efidisk0 already, choose a storage and run: qm set {id} \
                 --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0"
            ),
        })
        .collect()
}

/// What to look at before the plan is carried out.
fn look(id: VmId, plan: &AssignmentPlan, note: &Note) -> Option<Check> {
    let (argv, expect): (Vec<String>, String) = match note {
        Note::ConfigNotShown => {
            let words = plan.commands.iter().flatten();
            let keys: Vec<&str> = words.filter_map(|word| word.strip_prefix("--")).collect();
            (
                ["qm".to_owned(), "config".to_owned(), id.to_string()].into(),
                format!(
                    "no {}, or values that may be replaced by qm set",
                    keys.join(", ")
                ),
            )
        }
        Note::MappingNotShown { line, mapping } => (
            ["cat", "/etc/pve/mapping/pci.cfg"]
                .map(str::to_owned)
                .into(),
            format!(
                "the mapping {} (line {line} of the guest's configuration) has none of the \
                 planned functions: with a function assigned twice the guest does not start",
                mapping.as_str()
            ),
        ),
        Note::MemoryNotShown { page } => (
            ["qm".to_owned(), "config".to_owned(), id.to_string()].into(),
            format!(
                "memory is a multiple of {page}: otherwise the guest does not start with huge \
                 pages of {page} MiB"
            ),
        ),
        Note::NeedsHostNodes { count } => (
            [
                "ls".to_owned(),
                "-d".to_owned(),
                format!("/sys/devices/system/node/node{}", count.saturating_sub(1)),
            ]
            .into(),
            format!(
                "the directory exists: each of the guest's {count} sockets needs a NUMA node of \
                 the host for its huge pages, and with fewer nodes the guest does not start"
            ),
        ),
        _ => return None,
    };
    Some(Check {
        moment: Moment::Before,
        argv,
        expect,
        requirement: None,
    })
}

fn before(step: &'static str, text: String) -> ManualStep {
    ManualStep {
        moment: Moment::Before,
        step: step.into(),
        text,
    }
}

/// What a person does, or has to know.
fn step(id: VmId, path: &str, note: &Note) -> Option<ManualStep> {
    let (step, text) = match note {
        Note::WindowsHardwareChanges => (
            "windows-hardware",
            "Windows finds other hardware with another machine type: activation may be requested \
             again, and network settings may be lost"
                .to_owned(),
        ),
        Note::FirmwareChanges => (
            "guest-firmware",
            "an installed system does not start under another firmware: omit --firmware, unless \
             the guest is for a new installation"
                .to_owned(),
        ),
        Note::CustomCpu { line, model } => (
            "guest-cpu",
            format!(
                "OVMF does not start on a 32-bit processor; this shows the processor that \
                 {model} (line {line}) reports: cat /etc/pve/virtual-guest/cpu-models.conf"
            ),
        ),
        Note::I440fx { line } => {
            let which = match line {
                Some(line) => format!("line {line} of {path} sets the machine type i440fx"),
                None => format!(
                    "{path} sets no machine type, so the guest has Proxmox VE's default, i440fx"
                ),
            };
            (
                "guest-machine",
                format!(
                    "{which}. The plan keeps the type, since another one is other hardware for \
                     the installed system. On i440fx the functions are conventional PCI devices, \
                     without the PCI Express link and the extended configuration space that some \
                     drivers need; for a new installation: --machine-type q35"
                ),
            )
        }
        Note::PendingOverrides { key, line } => (
            "guest-pending",
            format!(
                "a pending change of {key} in line {line} wins at the next start: apply or \
                 revert \
                 it first"
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
        Note::ArgsNotShown { wanted } => (
            "guest-args",
            format!(
                "the input does not show the guest's args, and qm set replaces them: add to \
                 them, as root@pam, for a guest with OVMF on q35: {wanted}"
            ),
        ),
        Note::CpuNotShown { wanted } => (
            "guest-cpu",
            format!(
                "the input does not show the guest's cpu, and qm set replaces the value: add \
                 {wanted} to the cpu that qm config {id} shows (where there is none: qm set {id} \
                 --cpu kvm64,{wanted})"
            ),
        ),
        _ => return None,
    };
    Some(before(step, text))
}
