//! Passing functions to a Proxmox VE machine by an edit of its configuration.

use list_order::Order as _;
use pci_core::Address;

use super::assignment_plan::{AssignmentPlan, Decision, Note};
use super::claims::{Claimed, cover, is_of};
use super::config_edit::Edit;
use super::hardware::lacks;
use super::host_context::HostContext;
use super::hostpci::{HostAddress, HostDevice, HostPci, MOST_ENTRIES};
use super::machine::is_q35;
use super::property::PropertyString;
use super::vm_config::VmConfig;
use super::vm_id::VmId;
use crate::assigned::{AssignedDevices, AssignedSlot, Coverage, DisplayRole, RomBar};
use crate::description::{Firmware, HardwareChange};
use crate::error::{Cause, Error};

/// Edits the configuration `text` of `vm` so that the guest gets `assigned`.
///
/// Existing entries are unchanged; missing functions are added to the entry of their slot, or get a
/// new one. A function in several entries, with which no guest starts, remains in one of them. The
/// machine type and the firmware are unchanged: [`edit`](super::edit) changes them on request. A
/// second run changes nothing.
///
/// # Errors
/// If a task locks the VM, it is a template, an existing entry cannot be read or may assign the
/// same functions in another way, or there is no free one.
///
/// ```
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// use hvconf::proxmox::{HostContext, VmId, assign_in_config};
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let text = "machine: q35\nscsi0: local-lvm:vm-105-disk-0,size=32G\n";
/// let plan = assign_in_config("105".parse()?, text, &assigned, HostContext::default())?;
/// let after = format!("{text}hostpci0: 0000:01:00,pcie=1\n");
/// assert_eq!(plan.text, Some(after));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assign_in_config(
    vm: VmId,
    text: &str,
    assigned: &AssignedDevices,
    host_context: HostContext<'_>,
) -> Result<AssignmentPlan, Error> {
    let mut edit = Edit::of(text)?;
    let mut notes = edit.assign(assigned, HardwareChange::default(), host_context)?;
    notes.extend(edit.pending_overrides(text));
    Ok(edit.finish(vm, HardwareChange::default(), notes))
}

/// An entry of the configuration, as it was and as it is to be.
struct Claim {
    key: String,
    line: u32,
    before: HostPci,
    entry: HostPci,
    claimed: Claimed,
}

impl Claim {
    /// The host functions that it certainly assigns.
    fn functions(&self) -> &[HostAddress] {
        match &self.entry.device {
            // As the edit leaves it so far.
            HostDevice::Host(addresses) if self.entry.mdev.is_none() => addresses,
            HostDevice::Host(_) => &[],
            HostDevice::Mapping(_) => self.claimed.functions(),
        }
    }

    fn is_mapping(&self) -> bool {
        matches!(self.entry.device, HostDevice::Mapping(_))
    }
}

impl Edit {
    /// Assigns `assigned` to the guest, and makes the requested changes.
    pub(super) fn assign(
        &mut self,
        assigned: &AssignedDevices,
        change: HardwareChange,
        host_context: HostContext<'_>,
    ) -> Result<Vec<Note>, Error> {
        let mut notes = self.change_hardware(change)?;
        for slot in assigned.slots() {
            self.assign_slot(slot, host_context)?;
        }
        let has_display = assigned.functions().any(|function| function.is_display());
        notes.extend(
            lacks(&self.config, has_display)
                .into_iter()
                .filter(|note| match note {
                    Note::I440fx { .. } => change.chipset.is_none(),
                    _ => change.firmware.is_none(),
                }),
        );
        for claim in self.claims(host_context)? {
            if let Claimed::NotShown(mapping) = claim.claimed {
                let line = claim.line;
                notes.push(Note::MappingNotShown { line, mapping });
            }
        }
        if self.config.get("balloon").is_some() {
            self.set(
                "balloon",
                "0",
                "memory of a guest with assigned functions is pinned",
            )?;
        }
        if shows_screen(assigned) {
            self.set(
                "vga",
                "none",
                "the assigned card is the guest's first screen",
            )?;
        }
        Ok(notes)
    }

    /// The plan that the edit makes, and OVMF's disk where it was requested and has none.
    pub(super) fn finish(
        self,
        vm: VmId,
        change: HardwareChange,
        notes: Vec<Note>,
    ) -> AssignmentPlan {
        let (mut commands, mut manual) = (Vec::new(), Vec::new());
        let asked = matches!(change.firmware, Some(Firmware::Ovmf(_)));
        if asked && self.config.get("efidisk0").is_none() {
            match disk_storage(&self.config) {
                Some(storage) => commands.push(efi_disk(vm, storage)),
                None => manual.push(Decision::ChooseEfiDiskStorage(vm)),
            }
        }
        AssignmentPlan {
            text: Some(self.config.to_string()),
            changes: self.changes,
            commands,
            manual,
            notes,
        }
    }

    /// The entries of the current section that hold.
    fn claims(&self, host_context: HostContext<'_>) -> Result<Vec<Claim>, Error> {
        let entries = self.hostpci()?;
        let all: Vec<&HostPci> = entries.iter().map(|(_, _, entry)| entry).collect();
        let claimed = Claimed::all(&all, host_context);
        Ok(entries
            .into_iter()
            .zip(claimed)
            .map(|((key, line, entry), claimed)| Claim {
                key,
                line,
                before: entry.clone(),
                entry,
                claimed,
            })
            .collect())
    }

    fn assign_slot(
        &mut self,
        wanted: &AssignedSlot,
        host_context: HostContext<'_>,
    ) -> Result<(), Error> {
        let mut claims = self.claims(host_context)?;
        check_other_entries(&claims, wanted)?;
        assign_once(&mut claims, wanted);
        let missing: Vec<Address> = addresses(wanted)
            .filter(|one| !claims.iter().any(|claim| cover(claim.functions(), *one)))
            .collect();
        if !missing.is_empty() {
            match joinable(&mut claims, wanted, &missing) {
                Some(claim) => join(claim, wanted, &missing),
                None => claims.push(self.new_claim(&claims, wanted, &missing)?),
            }
        }
        ask_for_options(&mut claims, wanted)?;
        let q35 = is_q35(&self.config);
        let other = !q35 && (self.config.get("machine").is_some() || self.config.lacks("machine"));
        for claim in &mut claims {
            if !addresses(wanted).any(|one| cover(claim.functions(), one)) {
                continue;
            }
            let entry = &mut claim.entry;
            if q35 && entry.pcie.is_none() && entry.legacy_igd != Some(true) {
                entry.pcie = Some(true);
            } else if other && entry.pcie == Some(true) {
                entry.pcie = None;
            }
        }
        for claim in claims {
            // An entry with an equal meaning keeps its notation.
            if claim.entry == claim.before {
                continue;
            }
            if claim.functions().is_empty() && !claim.is_mapping() {
                let why = format!("slot {} is assigned by another entry", wanted.slot());
                self.unset(&claim.key.parse()?, &why);
                continue;
            }
            let why = if claim.before.pcie.is_some() && claim.entry.pcie.is_none() {
                "pcie=1 is for machine q35: with it the guest does not start".to_owned()
            } else {
                let given = wanted.functions().iter();
                let names: Vec<_> = given
                    .filter(|one| cover(claim.functions(), one.address))
                    .map(ToString::to_string)
                    .collect();
                format!("the guest gets {}", names.join(", "))
            };
            self.set(&claim.key, &claim.entry.to_string(), &why)?;
        }
        Ok(())
    }

    /// A free entry with the functions that are missing.
    fn new_claim(
        &self,
        claims: &[Claim],
        wanted: &AssignedSlot,
        missing: &[Address],
    ) -> Result<Claim, Error> {
        let is_free = |key: &String| !claims.iter().any(|claim| claim.key == *key);
        let mut keys = (0..MOST_ENTRIES).map(|index| format!("hostpci{index}"));
        let all = missing.len() == wanted.functions().len();
        let device = HostDevice::Host(named(wanted, missing, all));
        Ok(Claim {
            key: keys.find(is_free).ok_or(Cause::NoFreeIndex)?,
            line: 0,
            before: HostPci::new(HostDevice::Host(Vec::new())),
            entry: HostPci::new(device),
            claimed: Claimed::Functions(Vec::new()),
        })
    }
}

fn addresses(wanted: &AssignedSlot) -> impl Iterator<Item = Address> + '_ {
    wanted.functions().iter().map(|function| function.address)
}

/// Refuses functions of which an entry makes a mediated device, and such as a mapping may
/// pass or not.
fn check_other_entries(claims: &[Claim], wanted: &AssignedSlot) -> Result<(), Error> {
    for claim in claims {
        let covered = |given: &[HostAddress]| addresses(wanted).find(|one| cover(given, *one));
        let (key, line) = (claim.key.clone(), claim.line);
        match &claim.claimed {
            Claimed::Mediated(of) => {
                if let Some(address) = covered(of) {
                    return Err(Cause::Mediated { address }.at(line).in_part(key));
                }
            }
            Claimed::OneOf(answers) => {
                if let Some(address) = answers.iter().find_map(|answer| covered(answer)) {
                    return Err(Cause::MappingMayAssign { address }.at(line).in_part(key));
                }
            }
            Claimed::Functions(_) | Claimed::NotShown(_) => {}
        }
    }
    Ok(())
}

/// Leaves each function of the slot to one entry: a mapping's before others, a whole slot before
/// its functions. The options of its first function are moved, too.
fn assign_once(claims: &mut [Claim], wanted: &AssignedSlot) {
    let ours = is_of(wanted.slot());
    let mut functions: Vec<Address> = addresses(wanted).collect();
    for address in claims.iter().flat_map(Claim::functions) {
        if let HostAddress::Function(one) = address
            && ours(address)
        {
            functions.push(*one);
        }
    }
    functions.order();
    functions.dedup();
    let owner = |function: Address| {
        let covering = claims.iter().enumerate();
        let covering = covering.filter(|(_, claim)| cover(claim.functions(), function));
        covering
            .min_by_key(|(at, claim)| {
                let slot = claim
                    .functions()
                    .contains(&HostAddress::Slot(wanted.slot()));
                (!claim.is_mapping(), !slot, *at)
            })
            .map(|(at, _)| at)
    };
    let owners: Vec<(Address, Option<usize>)> = functions
        .iter()
        .map(|function| (*function, owner(*function)))
        .collect();
    let owned_by = |at: usize| {
        let owners = owners.iter().filter(move |(_, owner)| *owner == Some(at));
        owners.map(|(function, _)| *function)
    };
    let mut left: Vec<HostPci> = Vec::new();
    for (at, claim) in claims.iter_mut().enumerate() {
        if claim.is_mapping() || claim.entry.mdev.is_some() {
            continue;
        }
        let mut rest: Vec<HostAddress> = Vec::new();
        for address in claim.functions() {
            let not_converted = owners
                .iter()
                .any(|(function, owner)| address.covers(*function) && *owner != Some(at));
            let again = ours(address)
                && rest.iter().any(|earlier| match *address {
                    HostAddress::Function(one) => earlier.covers(one),
                    HostAddress::Slot(_) => earlier == address,
                });
            match address {
                _ if again => {}
                _ if !not_converted => rest.push(*address),
                HostAddress::Function(_) => {}
                HostAddress::Slot(_) => rest.extend(owned_by(at).map(HostAddress::Function)),
            }
        }
        if rest.is_empty() {
            left.push(claim.entry.clone());
        }
        claim.entry.device = HostDevice::Host(rest);
    }
    for entry in left {
        let Some(function) = HostAddress::first_function(entry.addresses()) else {
            continue;
        };
        let heir = claims
            .iter_mut()
            .find(|claim| HostAddress::first_function(claim.functions()) == Some(function));
        if let Some(heir) = heir {
            inherit(&mut heir.entry, &entry);
        }
    }
}

/// The entry that functions of the slot can join, so that what it says of its first
/// function stays with that.
fn joinable<'a>(
    claims: &'a mut [Claim],
    wanted: &AssignedSlot,
    missing: &[Address],
) -> Option<&'a mut Claim> {
    let ours = is_of(wanted.slot());
    claims.iter_mut().find(|claim| {
        let functions = claim.functions();
        let keeps_first = || HostAddress::first_function(functions) < missing.first().copied();
        !claim.is_mapping()
            && !functions.is_empty()
            && functions.iter().all(&ours)
            && claim.entry.legacy_igd != Some(true)
            && (!says_of_first(&claim.entry) || keeps_first())
    })
}

/// Adds the missing functions to an entry that has functions of the slot only.
fn join(claim: &mut Claim, wanted: &AssignedSlot, missing: &[Address]) {
    let mut functions: Vec<Address> = missing.to_vec();
    for address in claim.functions() {
        if let HostAddress::Function(one) = address {
            functions.push(*one);
        }
    }
    functions.order();
    let all = addresses(wanted).all(|one| functions.contains(&one));
    claim.entry.device = HostDevice::Host(named(wanted, &functions, all));
}

/// The functions as they are written: the slot, where they are `all` of it.
fn named(wanted: &AssignedSlot, functions: &[Address], all: bool) -> Vec<HostAddress> {
    if all && wanted.coverage == Coverage::WholeSlot {
        return vec![HostAddress::Slot(wanted.slot())];
    }
    functions
        .iter()
        .copied()
        .map(HostAddress::Function)
        .collect()
}

/// Whether an entry says something that holds of its first function only.
pub(super) fn says_of_first(entry: &HostPci) -> bool {
    let plain = HostPci {
        pcie: entry.pcie,
        driver: entry.driver,
        mdev: entry.mdev.clone(),
        ..HostPci::new(entry.device.clone())
    };
    *entry != plain
}

/// Copies the settings of another entry with the same first function that the entry itself
/// does not set.
fn inherit(entry: &mut HostPci, from: &HostPci) {
    entry.x_vga = entry.x_vga.or(from.x_vga);
    entry.rombar = entry.rombar.or(from.rombar);
    entry.romfile = entry.romfile.take().or_else(|| from.romfile.clone());
    entry.vendor_id = entry.vendor_id.or(from.vendor_id);
    entry.device_id = entry.device_id.or(from.device_id);
    entry.sub_vendor_id = entry.sub_vendor_id.or(from.sub_vendor_id);
    entry.sub_device_id = entry.sub_device_id.or(from.sub_device_id);
    entry.driver = entry.driver.or(from.driver);
}

/// Sets the options of `wanted` in the entry whose first function is the slot's.
fn ask_for_options(claims: &mut [Claim], wanted: &AssignedSlot) -> Result<(), Error> {
    let Some(address) = addresses(wanted).next() else {
        return Ok(());
    };
    let mut claims = claims.iter_mut();
    let Some(claim) = claims.find(|claim| cover(claim.functions(), address)) else {
        return Ok(());
    };
    let mut entry = claim.entry.clone();
    ask_for(&mut entry, wanted);
    if entry == claim.entry {
        return Ok(());
    }
    let (key, line) = (claim.key.clone(), claim.line);
    if HostAddress::first_function(claim.functions()) != Some(address) {
        return Err(Cause::NotFirst { address }.at(line).in_part(key));
    }
    if entry.legacy_igd == Some(true) && entry.x_vga == Some(true) {
        let wanted = "x-vga";
        return Err(Cause::LegacyIgd { wanted }.at(line).in_part(key));
    }
    claim.entry = entry;
    Ok(())
}

/// The addresses of a slot that is assigned by an entry of its own.
pub(super) fn host(wanted: &AssignedSlot) -> HostDevice {
    let functions: Vec<Address> = addresses(wanted).collect();
    HostDevice::Host(named(wanted, &functions, true))
}

/// Sets the options of `wanted` in `entry`; others stay.
pub(super) fn ask_for(entry: &mut HostPci, wanted: &AssignedSlot) {
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

pub(super) fn shows_screen(assigned: &AssignedDevices) -> bool {
    let primary = |slot: &AssignedSlot| slot.display == DisplayRole::Primary;
    assigned.slots().iter().any(primary)
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
