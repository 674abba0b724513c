//! ESXi: the host releases the functions, and the VM's `.vmx` has them.

use host_tree::numbered_lines;
use hvconf::description::{Description, Firmware, MemorySize, SecureBoot};
use hvconf::esxi::{
    self, CORE_CHECK, Conflict, MapEntry, MapId, OwnerSwitch, PassthruMap, remove_owners,
    set_reset_method,
};

use super::super::document::{Command, ManualStep, When};
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::steps::by_hand;
use super::{emitted, intents};
use crate::file_settings::Intent;
use crate::host::{Esxi, Host, VmxFile};
use crate::plan::drafts::Drafts;
use crate::plan::error::PlanCause;
use crate::plan::guest_steps::Guest;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const ESXI: Hypervisor = Hypervisor::new(
    Target::Esxi,
    GuestName::Own(|| text!("the VM's displayName, or the name of its .vmx")),
    Pass::By(pass),
)
.documented(PAGE);

const PAGE: Page = Page {
    reads: "`.vmx`, `passthru.map`, `esx.conf`, `boot.cfg`",
    writes: "`.vmx`; `esxcli`, kernel settings, `auto-backup.sh`",
    edits: "`.vmx`, `passthru.map` (one reset method for each device) and owner lines of `esx.conf`, byte by byte",
    checked_by: "libvirt's VMX reader (`virsh domxml-from-native`)",
    versions: "`esxcli … --apply-now` from 7.0; 64-bit MMIO from 6.5",
};

/// The command that makes guests the owner of functions, by ESXi's release.
fn switch(host: &Host) -> OwnerSwitch {
    match host.system.is_esxi_before_7() {
        Some(true) => OwnerSwitch::HostClient,
        Some(false) | None => OwnerSwitch::Esxcli,
    }
}

/// Edits the host's files: one reset method for each device, and no owner lines beside the command
/// that sets the owner.
fn edit_host(host: &Host, vm: &Description, drafts: &mut Drafts<'_>) -> Result<bool, PlanCause> {
    let mut edited = false;
    let functions: Vec<_> = vm.assigned.functions().collect();
    let path = Esxi::resets_path();
    for id in functions.iter().filter_map(|one| one.id) {
        let Some(text) = drafts.text(path)? else {
            break;
        };
        let id = MapId {
            vendor: Some(id.vendor.0),
            device: Some(id.device.0),
        };
        let map = PassthruMap::parse(&text);
        let Some(kept) = map
            .conflicts()
            .into_iter()
            .find_map(|one| kept(&map, id, &one))
        else {
            continue;
        };
        let removed = map.entries.iter().filter(|entry| entry.id == id);
        let lines = removed.filter_map(|entry| {
            let mut lines = numbered_lines(&text);
            let (_, line) = lines.find(|(number, _)| *number == entry.line)?;
            Some(Intent::changes_from("", line.trim()))
        });
        drafts.intend(path, lines.collect::<Vec<_>>());
        let after = set_reset_method(&text, id, kept.reset, kept.shareable).text;
        let why = text!(
            "one reset method for the device: {method}; try another one if the card does not \
             start again after a restart of the guest",
            method = kept.reset.as_str()
        );
        drafts.write(path, after, &why)?;
        edited = true;
    }
    let path = Esxi::owners_path();
    let text = drafts.text(path)?;
    // Before 7.0 the lines are the setting.
    let managed = host.system.is_esxi_before_7() == Some(false);
    if let Some(text) = text.filter(|_| managed) {
        let addresses: Vec<_> = functions.iter().map(|one| one.address).collect();
        let after = remove_owners(&text, &addresses);
        if after != text {
            let kept: Vec<&str> = after.lines().collect();
            let removed = text.lines().filter(|line| !kept.contains(line));
            let lines = removed.map(|line| Intent::changes_from("", line.trim()));
            drafts.intend(path, lines.collect::<Vec<_>>());
            let why = text!("esxcli sets the owner, in the ConfigStore");
            drafts.write(path, after, &why)?;
            edited = true;
        }
    }
    Ok(edited)
}

/// The entry of a conflict that stays: that with the method of the vendor's other devices, or the
/// first.
fn kept(map: &PassthruMap, id: MapId, conflict: &Conflict) -> Option<MapEntry> {
    let all_of_vendor = MapId { device: None, ..id };
    let usual = map.entries.iter().find(|entry| entry.id == all_of_vendor);
    let mut entries = conflict.entries.iter();
    let as_usual = entries.find(|entry| usual.is_some_and(|usual| usual.reset == entry.reset));
    let stays = as_usual.or(conflict.entries.first())?;
    (conflict.id == id).then_some(*stays)
}

/// Adds the kernel setting for a processor with two kinds of cores, where the host proves to have
/// one.
fn core_check(host: &Host, guest: &mut Guest, drafts: &mut Drafts<'_>) -> Result<(), PlanCause> {
    let mut messages = host.log_messages.iter();
    let stopped = messages.any(|logged| logged.message.code == "esxi-hybrid-cores");
    let mut options = host.esxi.boot_options.iter();
    let is_set = options.any(|option| option.value.is(CORE_CHECK, "FALSE"));
    let is_hybrid = stopped || host.system.has_hybrid_cores.is_some();
    if !is_hybrid || is_set {
        return Ok(());
    }
    emitted::add(esxi::hybrid_processor(), guest, drafts)
}

/// The notes on Secure Boot of a guest.
fn secure_boot(has: Firmware, vm: &Description) -> Option<ManualStep> {
    let is_on = has == Firmware::Ovmf(SecureBoot::On);
    let has_card = vm.assigned.functions().any(|one| one.is_display());
    (is_on && has_card).then(|| ManualStep {
        when: When::Before,
        step: "guest-secure-boot".into(),
        text: text!(
            "the VM has UEFI Secure Boot: a Linux guest rejects unsigned modules, such as those \
             of NVIDIA's installer. Sign them, or set uefi.secureBoot.enabled = \"FALSE\""
        ),
    })
}

/// Releases the functions from the host, and adds them to the VM's `.vmx` if it is in the input.
fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        host,
        request,
        mut vm,
        guest,
        drafts,
        ..
    } = passing;
    if edit_host(host, &vm, drafts)? {
        let saved = esxi::auto_backup();
        let why = Text::of_english(saved.purpose);
        guest.commands.push(Command::refresh(saved.argv, why));
    }
    core_check(host, guest, drafts)?;
    let switch = switch(host);
    let is_ours = |file: &&VmxFile| {
        let name = file
            .vmx
            .get("displayName")
            .map(|entry| entry.value.as_str());
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.strip_suffix(".vmx").unwrap_or(stem);
        let asked = request.vm.as_deref();
        asked.is_some() && (name == asked || Some(stem) == asked)
    };
    let Some(file) = host.guests.vmx_files.iter().find(is_ours) else {
        guest.manual.push(by_hand(
            "vmx",
            text!(
                "add the VM's .vmx to the input, with its displayName as --vm, to plan its \
                   lines too; or add the functions in the host client once the host shows \
                   them as active"
            ),
        ));
        return emitted::add(esxi::host(&vm, switch), guest, drafts);
    };
    // A line that VMware does not read may be about a key that the plan sets, too.
    if let Some(fault) = file.vmx.faults.first() {
        let reported = text!(
            "{fault}; write the line as key = \"value\" first",
            fault = Text::of_english(fault.to_string())
        );
        return Err(PlanCause::edit(&file.path, reported));
    }
    let value = |key: &str| file.vmx.get(key).map(|entry| entry.value.as_str());
    // The rest of the VM is unchanged.
    vm.memory.size = value("memSize")
        .and_then(|text| text.parse().ok())
        .and_then(MemorySize::from_mebibytes);
    vm.processors = None;
    vm.emulated_display = None;
    let is =
        |key: &str, wanted: &str| value(key).is_some_and(|text| text.eq_ignore_ascii_case(wanted));
    let has = match (is("firmware", "efi"), is("uefi.secureBoot.enabled", "TRUE")) {
        (true, true) => Firmware::Ovmf(SecureBoot::On),
        (true, false) => Firmware::Ovmf(SecureBoot::Off),
        (false, _) => Firmware::SeaBios,
    };
    guest.manual.extend(secure_boot(has, &vm));
    // Secure Boot cannot be requested.
    let changes = request.vm_options.keeps_firmware(has).is_some();
    if !changes {
        vm.firmware = has;
    }
    if changes {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "an installed system does not start under another firmware: omit \
                         --firmware, unless the VM is for a new installation"
            ),
        });
    } else if has == Firmware::SeaBios {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: "guest-firmware".into(),
            text: text!(
                "the VM keeps its BIOS, which has no room for large BARs: a system that \
                       was installed under a BIOS does not start under EFI"
            ),
        });
    }
    let before = drafts
        .text(&file.path)?
        .unwrap_or_else(|| file.text.clone());
    drafts.intend(&file.path, intents::of_vmx(&before, &vm));
    let (after, emitted) = esxi::edit(&before, &vm, None, switch)
        .map_err(|error| PlanCause::edit(&file.path, error))?;
    drafts.write(
        &file.path,
        after,
        &text!(
            "the functions, the reservation of all memory, and room for the BARs; other \
               lines are kept"
        ),
    )?;
    emitted::add(emitted, guest, drafts)
}
