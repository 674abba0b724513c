//! Passing functions to a Proxmox VE machine: the edit of its configuration, or
//! the commands that do the same where the configuration was not shown.

use super::hostpci::{HostAddress, HostDevice, HostPci, HostPciError, MOST_ENTRIES};
use super::machine::is_q35;
use super::property::PropertyString;
use super::vm_config::{Key, KeyError, SectionKind, Value, ValueError, VmConfig};
use super::vm_id::VmId;
use crate::passed::{Coverage, DisplayRole, Passed, PassedSlot, RomBar};

/// What passes the functions: the new text and what a text cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassPlan {
    /// The configuration after the edit; `None` where none was shown.
    pub text: Option<String>,
    /// What was changed in it and why, in the order of the changes.
    pub changes: Vec<Change>,
    /// Commands to run on the node, each an argument vector.
    pub commands: Vec<Vec<String>>,
    /// What a person has to decide or do.
    pub manual: Vec<ManualStep>,
    /// What a person should know.
    pub notes: Vec<Note>,
}

/// One changed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line as it is now, `machine: q35`, or `delete KEY`.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What cannot be decided from the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManualStep {
    /// OVMF needs a disk for its variables, and no disk of the machine shows on
    /// which storage: `qm set ID --efidisk0 STORAGE:1,efitype=4m,pre-enrolled-keys=0`.
    ChooseEfiDiskStorage(VmId),
}

/// What the edit leaves to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// No `machine` was set, so the guest had an i440fx; with q35 its hardware
    /// changes. Windows may ask for activation and lose its network settings.
    WindowsHardwareChanges,
    /// `machine` asks for an i440fx, which is kept: the functions come as
    /// conventional PCI, without `pcie=1`.
    KeptI440fx {
        /// The line of `machine`, from 1.
        line: u32,
    },
    /// No `bios` was set, so the guest had SeaBIOS; a system that was installed
    /// under it does not start under OVMF.
    FirmwareChanges,
    /// `bios` asks for another firmware than OVMF, which is kept.
    KeptBios {
        /// The line of `bios`, from 1.
        line: u32,
    },
    /// The configuration was not shown: the commands replace what the machine has
    /// under their keys, and may change an installed guest's hardware and firmware.
    ConfigNotShown,
    /// `[PENDING]` sets or deletes a key that was edited: at the next start it
    /// wins over the edit.
    PendingOverrides {
        /// The key.
        key: String,
        /// The line in `[PENDING]`, from 1.
        line: u32,
    },
}

/// Why the functions cannot be passed by an edit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassError {
    /// A task holds the machine.
    #[error("expected no lock, found {lock} on line {line}")]
    Locked {
        /// The lock's name.
        lock: String,
        /// Its line, from 1.
        line: u32,
    },
    /// An existing `hostpciN` cannot be read, so what it passes is not known.
    #[error("{key} on line {line}: {error}")]
    BadHostPci {
        /// The key.
        key: String,
        /// Its line, from 1.
        line: u32,
        /// Why it cannot be read.
        error: HostPciError,
    },
    /// All sixteen entries are taken.
    #[error("expected a free entry from hostpci0 to hostpci15, found none")]
    NoFreeIndex,
    /// What was to be written is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was to be written is no value.
    #[error(transparent)]
    Value(#[from] ValueError),
}

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
    let mut edit = Edit {
        config: VmConfig::parse(text),
        changes: Vec::new(),
    };
    if let Some(lock) = edit.config.lock() {
        return Err(PassError::Locked {
            lock: lock.value.to_owned(),
            line: lock.line,
        });
    }
    let mut notes = edit.machine_and_firmware()?;
    for slot in passed.slots() {
        edit.pass_slot(slot)?;
    }
    if edit.config.get("cpu").is_none() {
        edit.set(
            "cpu",
            "host",
            "the guest's drivers see the processor as it is",
        )?;
    }
    edit.set(
        "balloon",
        "0",
        "memory of a guest with passed functions is pinned",
    )?;
    if shows_screen(passed) {
        edit.set("vga", "none", "the passed card is the guest's first screen")?;
    }
    notes.extend(edit.pending_overrides(&VmConfig::parse(text)));
    let (mut commands, mut manual) = (Vec::new(), Vec::new());
    let ovmf = edit
        .config
        .get("bios")
        .is_some_and(|bios| bios.value == "ovmf");
    if ovmf && edit.config.get("efidisk0").is_none() {
        match disk_storage(&edit.config) {
            Some(storage) => commands.push(efi_disk(vm, storage)),
            None => manual.push(ManualStep::ChooseEfiDiskStorage(vm)),
        }
    }
    Ok(PassPlan {
        text: Some(edit.config.to_string()),
        changes: edit.changes,
        commands,
        manual,
        notes,
    })
}

/// The commands that give `passed` to `vm`, whose configuration was not shown:
/// they take the entries from `hostpci0` up.
///
/// # Errors
/// When there are more than sixteen slots.
pub fn pass_by_commands(vm: VmId, passed: &Passed) -> Result<PassPlan, PassError> {
    let mut argv: Vec<String> = ["qm", "set"].map(str::to_owned).into();
    argv.push(vm.to_string());
    let mut option = |key: &str, value: &str| {
        argv.push(format!("--{key}"));
        argv.push(value.to_owned());
    };
    option("machine", "q35");
    option("bios", "ovmf");
    option("cpu", "host");
    option("balloon", "0");
    if shows_screen(passed) {
        option("vga", "none");
    }
    for (index, slot) in passed.slots().iter().enumerate() {
        let index = u8::try_from(index)
            .ok()
            .filter(|index| *index < MOST_ENTRIES);
        let index = index.ok_or(PassError::NoFreeIndex)?;
        let mut entry = HostPci::new(HostDevice::Host(Vec::new()));
        ask_for(&mut entry, slot);
        entry.pcie = Some(true);
        option(&format!("hostpci{index}"), &entry.to_string());
    }
    Ok(PassPlan {
        text: None,
        changes: Vec::new(),
        commands: vec![argv],
        manual: vec![ManualStep::ChooseEfiDiskStorage(vm)],
        notes: vec![Note::ConfigNotShown],
    })
}

struct Edit {
    config: VmConfig,
    changes: Vec<Change>,
}

impl Edit {
    fn set(&mut self, key: &str, value: &str, why: &str) -> Result<(), PassError> {
        if self
            .config
            .get(key)
            .is_some_and(|entry| entry.value == value)
        {
            return Ok(());
        }
        self.config.set(&key.parse()?, &value.parse::<Value>()?);
        self.changes.push(Change {
            what: format!("{key}: {value}"),
            why: why.to_owned(),
        });
        Ok(())
    }

    fn unset(&mut self, key: &Key, why: &str) {
        self.config.unset(key);
        self.changes.push(Change {
            what: format!("delete {key}"),
            why: why.to_owned(),
        });
    }

    fn machine_and_firmware(&mut self) -> Result<Vec<Note>, PassError> {
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
        match self.config.get("bios") {
            None => {
                self.set("bios", "ovmf", "UEFI starts cards through their UEFI ROM")?;
                notes.push(Note::FirmwareChanges);
            }
            Some(bios) if bios.value != "ovmf" => {
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

    /// Keys that were changed and that `[PENDING]` of `shown` changes too.
    fn pending_overrides(&self, shown: &VmConfig) -> Vec<Note> {
        let changed = |key: &str| {
            let names = |change: &Change| {
                let what = change.what.strip_prefix("delete ").unwrap_or(&change.what);
                what.split(':').next() == Some(key)
            };
            self.changes.iter().any(names)
        };
        let sections = shown.sections();
        let pending = sections
            .iter()
            .filter(|section| section.kind == SectionKind::Pending);
        let mut notes = Vec::new();
        for entry in pending.flat_map(|section| &section.entries) {
            // `delete: a,b` lists keys that the next start removes.
            let keys: Vec<&str> = match entry.key {
                "delete" => entry.value.split(',').map(str::trim).collect(),
                key => vec![key],
            };
            let overrides = keys.into_iter().filter(|key| changed(key));
            notes.extend(overrides.map(|key| Note::PendingOverrides {
                key: key.to_owned(),
                line: entry.line,
            }));
        }
        notes
    }
}

/// Puts what `wanted` asks for into `entry`; what it says nothing of stays.
fn ask_for(entry: &mut HostPci, wanted: &PassedSlot) {
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

fn shows_screen(passed: &Passed) -> bool {
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
