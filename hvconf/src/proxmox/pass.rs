//! Passing functions to a Proxmox VE machine: the edit of its configuration, or
//! the commands that do the same where the configuration was not shown.

use super::config_edit::Edit;
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES};
use super::machine::is_q35;
use super::pass_plan::{ManualStep, Note, PassError, PassPlan};
use super::property::PropertyString;
use super::vm_config::{Key, VmConfig};
use super::vm_id::VmId;
use crate::description::{Firmware, SecureBoot};
use crate::passed::{Coverage, DisplayRole, Passed, PassedSlot, RomBar};

/// Edits the configuration `text` of `vm` so that the guest gets `passed`.
///
/// An entry that already names the slot is completed, its other options kept;
/// further entries of that slot go. A second run changes nothing.
///
/// # Errors
/// When a task holds the machine, an existing entry cannot be read, or there is
/// no free one.
///
/// ```
/// use hvconf::passed::{Coverage, Passed, PassedFunction, PassedSlot};
/// use hvconf::proxmox::{VmId, pass_in_config};
/// let gpu = PassedFunction::at("01:00.0".parse()?);
/// let passed = Passed::new(vec![PassedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let text = "scsi0: local-lvm:vm-105-disk-0,size=32G\n";
/// let plan = pass_in_config("105".parse()?, text, &passed)?;
/// assert!(plan.text.is_some_and(|text| text.contains("hostpci0: 0000:01:00,pcie=1\n")));
/// assert_eq!(plan.commands[0].join(" "),
///     "qm set 105 --efidisk0 local-lvm:1,efitype=4m,pre-enrolled-keys=0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pass_in_config(vm: VmId, text: &str, passed: &Passed) -> Result<PassPlan, PassError> {
    let mut edit = Edit::of(text)?;
    let mut notes = edit.pass(passed, Firmware::Ovmf(SecureBoot::Off))?;
    notes.extend(edit.pending_overrides(text));
    Ok(edit.finish(vm, notes))
}

impl Edit {
    /// Gives `passed` to the guest, and what goes with that. `firmware` is the one that the
    /// guest is to have where its configuration names none.
    pub(super) fn pass(
        &mut self,
        passed: &Passed,
        firmware: Firmware,
    ) -> Result<Vec<Note>, PassError> {
        let notes = self.machine_and_firmware(firmware)?;
        for slot in passed.slots() {
            self.pass_slot(slot)?;
        }
        if self.config.get("cpu").is_none() {
            self.set(
                "cpu",
                "host",
                "the guest's drivers see the processor as it is",
            )?;
        }
        self.set(
            "balloon",
            "0",
            "memory of a guest with passed functions is pinned",
        )?;
        if shows_screen(passed) {
            self.set("vga", "none", "the passed card is the guest's first screen")?;
        }
        Ok(notes)
    }

    /// The plan that the edit makes, and OVMF's disk where one is missing.
    pub(super) fn finish(self, vm: VmId, notes: Vec<Note>) -> PassPlan {
        let (mut commands, mut manual) = (Vec::new(), Vec::new());
        let ovmf = self
            .config
            .get("bios")
            .is_some_and(|bios| bios.value == "ovmf");
        if ovmf && self.config.get("efidisk0").is_none() {
            match disk_storage(&self.config) {
                Some(storage) => commands.push(efi_disk(vm, storage)),
                None => manual.push(ManualStep::ChooseEfiDiskStorage(vm)),
            }
        }
        PassPlan {
            text: Some(self.config.to_string()),
            changes: self.changes,
            commands,
            manual,
            notes,
        }
    }

    fn machine_and_firmware(&mut self, firmware: Firmware) -> Result<Vec<Note>, PassError> {
        let mut notes = Vec::new();
        let windows = self
            .config
            .get("ostype")
            .is_some_and(|os| os.value.starts_with('w'));
        match self.config.get("machine") {
            None => {
                self.set("machine", "q35", "PCI Express in the guest needs q35")?;
                if windows {
                    notes.push(Note::WindowsHardwareChanges);
                }
            }
            Some(machine) if !is_q35(&self.config) => {
                notes.push(Note::KeptI440fx { line: machine.line });
            }
            Some(_) => {}
        }
        let is_ovmf = matches!(firmware, Firmware::Ovmf(_));
        match self.config.get("bios") {
            // SeaBIOS is what Proxmox VE gives by itself.
            None if !is_ovmf => {}
            None => {
                self.set("bios", "ovmf", "UEFI starts cards through their UEFI ROM")?;
                notes.push(Note::FirmwareChanges);
            }
            Some(bios) if (bios.value == "ovmf") != is_ovmf => {
                notes.push(Note::KeptBios { line: bios.line });
            }
            Some(_) => {}
        }
        Ok(notes)
    }

    /// The entries of the current section that hold.
    fn entries(&self) -> Result<Vec<(u8, HostPci)>, PassError> {
        let mut entries = Vec::new();
        for index in 0..MOST_ENTRIES {
            let key = format!("hostpci{index}");
            let Some(found) = self.config.get(&key) else {
                continue;
            };
            let entry = found.value.parse().map_err(|error| PassError::BadHostPci {
                key,
                line: found.line,
                error,
            })?;
            entries.push((index, entry));
        }
        Ok(entries)
    }

    fn pass_slot(&mut self, wanted: &PassedSlot) -> Result<(), PassError> {
        let entries = self.entries()?;
        let ours = |address: &HostAddress| address.slot() == wanted.slot();
        // The first entry of this slot alone is the one that is kept.
        let kept = entries.iter().find(|(_, entry)| {
            let addresses = entry.addresses();
            !addresses.is_empty() && addresses.iter().all(ours)
        });
        for (index, entry) in &entries {
            if kept.is_some_and(|(kept, _)| kept == index) || !entry.addresses().iter().any(ours) {
                continue;
            }
            let key = Key::numbered("hostpci", *index)?;
            let others: Vec<_> = entry
                .addresses()
                .iter()
                .copied()
                .filter(|a| !ours(a))
                .collect();
            let why = format!("slot {} is passed by one entry", wanted.slot());
            if others.is_empty() {
                self.unset(&key, &why);
            } else {
                let mut rest = entry.clone();
                rest.device = HostDevice::Host(others);
                self.set(key.as_str(), &rest.to_string(), &why)?;
            }
        }
        let free =
            || (0..MOST_ENTRIES).find(|index| !entries.iter().any(|(used, _)| used == index));
        let (index, mut entry) = match kept {
            Some((index, entry)) => (*index, entry.clone()),
            None => (
                free().ok_or(PassError::NoFreeIndex)?,
                HostPci::new(HostDevice::Host(Vec::new())),
            ),
        };
        let before = entry.clone();
        ask_for(&mut entry, wanted);
        if is_q35(&self.config) {
            entry.pcie = Some(true);
        }
        // What says the same already stays as it is written.
        if entry == before {
            return Ok(());
        }
        let names: Vec<_> = wanted.functions().iter().map(ToString::to_string).collect();
        let why = format!("the guest gets {}", names.join(", "));
        self.set(&format!("hostpci{index}"), &entry.to_string(), &why)
    }
}

/// Puts what `wanted` asks for into `entry`; what it says nothing of stays.
pub(super) fn ask_for(entry: &mut HostPci, wanted: &PassedSlot) {
    let addresses = match wanted.coverage {
        Coverage::WholeSlot => vec![HostAddress::Slot(wanted.slot())],
        Coverage::ListedFunctions => wanted
            .functions()
            .iter()
            .map(|function| HostAddress::Function(function.address))
            .collect(),
    };
    entry.device = HostDevice::Host(addresses);
    if wanted.display == DisplayRole::Primary {
        entry.x_vga = Some(true);
    }
    if wanted.rom_bar == RomBar::Hidden {
        entry.rombar = Some(false);
        entry.romfile = None;
    } else if let Some(file) = &wanted.rom_file {
        entry.romfile = Some(file.into());
    }
    let ids = wanted.seen_ids;
    entry.vendor_id = ids.vendor.or(entry.vendor_id);
    entry.device_id = ids.device.or(entry.device_id);
    entry.sub_vendor_id = ids.subsystem_vendor.or(entry.sub_vendor_id);
    entry.sub_device_id = ids.subsystem_device.or(entry.sub_device_id);
}

pub(super) fn shows_screen(passed: &Passed) -> bool {
    let primary = |slot: &PassedSlot| slot.display == DisplayRole::Primary;
    passed.slots().iter().any(primary)
}

/// Allocation goes through `qm set`: in the file itself the value would have to
/// be a volume that exists (`qm.conf(5)`, "efidisk0").
fn efi_disk(vm: VmId, storage: &str) -> Vec<String> {
    let disk = format!("{storage}:1,efitype=4m,pre-enrolled-keys=0");
    ["qm", "set", &vm.to_string(), "--efidisk0", &disk]
        .map(str::to_owned)
        .into()
}

/// The storage of the first disk in the file.
fn disk_storage(config: &VmConfig) -> Option<&str> {
    let disk = |key: &str| {
        let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
        name != key && matches!(name, "scsi" | "virtio" | "sata" | "ide")
    };
    let mut disks = config.entries().filter(|entry| disk(entry.key));
    disks.find_map(|entry| {
        let value = PropertyString::parse(entry.value, "file").ok()?;
        if value.get("media") == Some("cdrom") {
            return None;
        }
        let (storage, _) = value.get("file")?.split_once(':')?;
        is_storage_id(storage).then_some(storage)
    })
}

/// The `pve-storage-id` format: a letter, then letters, digits, `-`, `_`, `.`.
fn is_storage_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests;
