//! Proxmox VE: the guest's configuration, or commands where it is not shown.

use host_tree::Edit;
use hostconf::binding::modules::ETC_MODULES;
use hvconf::description::{Description, VmName};
use hvconf::proxmox::{self, AssignmentPlan, EditContext, Note, VmId};

use super::super::document::{Command, ManualStep, PlanCheck, Undo, When};
use super::emitted::looking_glass;
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::intents;
use crate::host::{Host, OF_PROXMOX};
use crate::plan::error::PlanCause;
use crate::plan::guest_steps::Guest;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const PROXMOX: Hypervisor = Hypervisor {
    rom_directory: Some(OF_PROXMOX),
    has_machine_types: true,
    // Proxmox VE, PCI(e) Passthrough.
    modules: &["vfio", "vfio_iommu_type1", "vfio_pci"],
    module_list: Some(ETC_MODULES),
    page: Some(PAGE),
    ..Hypervisor::new(
        Target::Proxmox,
        GuestName::Required(|| text!("a number from 100 to 999999999")),
        Pass::By(pass),
    )
};

const PAGE: Page = Page {
    reads: "VM configurations, `pci.cfg`",
    writes: "VM configurations, `qm create`, `pci.cfg`",
    edits: "VM configurations (functions, CPU hiding, huge pages, `args`) and `pci.cfg`, byte \
            by byte",
    checked_by: "Proxmox VE's parser, writer and command generator (qemu-server 9.2.6: for \
                 edits, the QEMU command line before and after) where `HYPERVISOR_SOURCES` \
                 has them; golden files elsewhere",
    versions: "mappings from 8.0; guest-visible IDs from 7.2; `hv-vendor-id` from 6.2",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let passed = vm.assigned;
    let vm = request.vm.as_deref().unwrap_or_default();
    let vm_options = &request.vm_options;
    let id: VmId = vm.parse().map_err(|_| PROXMOX.bad_guest(request))?;
    let path = id.config_path();
    let text = drafts.text(&path)?;
    if text.is_none() {
        drafts.has_guest("/etc/pve/qemu-server", ".conf", vm)?;
    }
    let mut machine = Description::new(VmName::unnamed(), passed);
    vm_options.of_machine(&mut machine);
    if !needs_window(host) {
        machine.assigned.forget_bars();
    }
    let change = vm_options.change();
    let context = EditContext {
        change,
        host_context: host.guests.mappings.host_context(),
    };
    let plan = match &text {
        Some(text) => proxmox::update(id, text, &machine, context),
        None => proxmox::edit_by_commands(id, &machine, change),
    }
    .map_err(|error| PlanCause::edit(&path, error))?;
    if let (Some(before), Some(after)) = (&text, &plan.text) {
        let mut edit = Edit::change(&*path, before.clone(), after.clone());
        for change in &plan.changes {
            edit = edit.with_purpose(match change.versions {
                Some(versions) => text!(
                    "{what}: {why} ({versions})",
                    what = Text::of_english(change.what.to_string()),
                    why = Text::of_english(change.reason.to_string()),
                    versions
                ),
                None => text!(
                    "{what}: {why}",
                    what = Text::of_english(change.what.to_string()),
                    why = Text::of_english(change.reason.to_string())
                ),
            });
        }
        drafts.intend(&path, intents::of_proxmox(before, &machine, vm_options));
        drafts.set(edit);
    }
    *guest = Guest {
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
                    Some(line) => text!(
                        "line {line} of {path} sets the firmware SeaBIOS",
                        line,
                        path
                    ),
                    None => text!(
                        "{path} sets no firmware, so the guest uses Proxmox VE's default, \
                           SeaBIOS",
                        path
                    ),
                };
                vm_options.firmware_stays(&which, &machine.assigned)
            }
            Note::ConfigNotShown if vm_options.machine.is_none() => Some(before(
                "guest-machine",
                text!(
                    "the machine type is not in the input, and the plan keeps it: if qm \
                       config {id} shows machine: q35, add pcie=1 to each hostpci of the \
                       command",
                    id
                ),
            )),
            note => step(id, &path, note),
        });
    }
    looking_glass(vm_options, guest, drafts)
}

/// Whether OVMF's window for BARs above 4 GiB must be enlarged manually: that of Proxmox VE 8 and
/// later has the size of the processor's address space (edk2, `PlatformDynamicMmioWindow`, in
/// edk2-stable202211).
fn needs_window(host: &Host) -> bool {
    let version = host.system.hypervisor_version.as_ref();
    let major = version.and_then(|version| version.value.split('.').next()?.parse::<u16>().ok());
    major.is_some_and(|major| major < 8)
}

fn proxmox_commands(id: VmId, plan: &AssignmentPlan) -> Vec<Command> {
    let why = |argv: &[String]| {
        if argv.iter().any(|word| word == "--efidisk0") {
            text!("OVMF stores its settings on a separate disk")
        } else {
            let keys: Vec<String> = argv
                .iter()
                .skip(3)
                .zip(argv.iter().skip(4))
                .filter(|(key, _)| key.starts_with("--"))
                .map(|(key, value)| format!("{}: {value}", key.trim_start_matches('-')))
                .collect();
            text!(
                "the guest's configuration is not in the input; this command sets {keys}",
                keys = keys.join(", ")
            )
        }
    };
    let commands = plan.commands.iter();
    commands
        .map(|argv| Command {
            argv: argv.clone(),
            purpose: why(argv),
            undo: Undo::RestoreFiles {
                paths: vec![id.config_path()],
            },
        })
        .collect()
}

fn efi_disk(id: VmId, plan: &AssignmentPlan) -> Vec<ManualStep> {
    let choose_storage = proxmox::Decision::ChooseEfiDiskStorage(id);
    let chosen = plan.manual.iter().filter(|step| **step == choose_storage);
    chosen
        .map(|_| ManualStep {
            when: When::Now,
            step: "efi-disk".into(),
            text: text!(
                "if the guest has no efidisk0, choose a storage and run: qm set {id} \
                   --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0",
                id
            ),
        })
        .collect()
}

/// The check before the plan is applied.
fn look(id: VmId, plan: &AssignmentPlan, note: &Note) -> Option<PlanCheck> {
    let (argv, expect): (Vec<String>, Text) = match note {
        Note::ConfigNotShown => {
            let words = plan.commands.iter().flatten();
            let keys: Vec<&str> = words.filter_map(|word| word.strip_prefix("--")).collect();
            (
                ["qm".to_owned(), "config".to_owned(), id.to_string()].into(),
                text!(
                    "no {keys}, or values that qm set may replace",
                    keys = keys.join(", ")
                ),
            )
        }
        Note::MappingNotShown { line, mapping } => (
            ["cat", "/etc/pve/mapping/pci.cfg"]
                .map(str::to_owned)
                .into(),
            text!(
                "the mapping {mapping} (line {line} of the guest's configuration) has none \
                   of the planned functions: a guest does not start with a function assigned \
                   twice",
                mapping = mapping.as_str(),
                line
            ),
        ),
        Note::MemoryNotShown { page } => (
            ["qm".to_owned(), "config".to_owned(), id.to_string()].into(),
            text!(
                "memory is a multiple of {page}: otherwise the guest does not start with \
                   huge pages of {page} MiB",
                page
            ),
        ),
        Note::NeedsHostNodes { count } => (
            [
                "ls".to_owned(),
                "-d".to_owned(),
                format!("/sys/devices/system/node/node{}", count.saturating_sub(1)),
            ]
            .into(),
            text!(
                "the directory exists: each of the guest's {count} sockets needs a NUMA \
                   node of the host for its huge pages, and the guest does not start with \
                   fewer nodes",
                count
            ),
        ),
        _ => return None,
    };
    Some(PlanCheck {
        when: When::Before,
        argv,
        expected: expect,
        requirement: None,
    })
}

fn before(step: &'static str, text: Text) -> ManualStep {
    ManualStep {
        when: When::Before,
        step: step.into(),
        text,
    }
}

/// A manual step, or a note.
fn step(id: VmId, path: &str, note: &Note) -> Option<ManualStep> {
    let (step, text) = match note {
        Note::WindowsHardwareChanges => (
            "windows-hardware",
            text!(
                "Windows detects other hardware with another machine type: activation may \
                   be requested again, and network settings may be lost"
            ),
        ),
        Note::FirmwareChanges => (
            "guest-firmware",
            text!(
                "an installed system does not start under another firmware: omit \
                   --firmware, unless the guest is for a new installation"
            ),
        ),
        Note::CustomCpu { line, model } => (
            "guest-cpu",
            text!(
                "OVMF does not start on a 32-bit processor; this shows the processor that \
                   {model} (line {line}) reports: cat /etc/pve/virtual-guest/cpu-models.conf",
                model,
                line
            ),
        ),
        Note::I440fx { line } => {
            let which = match line {
                Some(line) => text!(
                    "line {line} of {path} sets the machine type i440fx",
                    line,
                    path
                ),
                None => text!(
                    "{path} sets no machine type, so the guest uses Proxmox VE's default, \
                       i440fx",
                    path
                ),
            };
            (
                "guest-machine",
                text!(
                    "{which}. The plan keeps the type, since another type is other hardware \
                       for the installed system. On i440fx the functions are conventional PCI \
                       devices, without the PCI Express link and the extended configuration \
                       space that some drivers need; for a new installation: --machine-type \
                       q35",
                    which
                ),
            )
        }
        Note::PendingOverrides { key, line } => (
            "guest-pending",
            text!(
                "a pending change of {key} in line {line} takes effect at the next start: \
                   apply or revert it first",
                key,
                line
            ),
        ),
        Note::ArgsReplaceCpu { line } => (
            "guest-args",
            text!(
                "the -cpu in args (line {line}) replaces the cpu key, and hides less than \
                   requested: remove it from args",
                line
            ),
        ),
        Note::ArgsKept { line, wanted } => (
            "guest-args",
            text!(
                "args (line {line}) is not changed; required: {wanted}",
                line,
                wanted
            ),
        ),
        Note::ArgsNotShown { wanted } => (
            "guest-args",
            text!(
                "the guest's args are not in the input, and qm set replaces them: add to \
                   them, as root@pam, for a guest with OVMF on q35: {wanted}",
                wanted
            ),
        ),
        Note::CpuNotShown { wanted } => (
            "guest-cpu",
            text!(
                "the guest's cpu is not in the input, and qm set replaces the value: add \
                   {wanted} to the cpu that qm config {id} shows (if there is none: qm set \
                   {id} --cpu kvm64,{wanted})",
                wanted,
                id
            ),
        ),
        _ => return None,
    };
    Some(before(step, text))
}
