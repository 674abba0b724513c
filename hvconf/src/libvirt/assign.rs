//! Adding and removing hostdevs: splices into the text of a domain.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::{Address, Slot};

use super::block::with_attributes;
use super::domain::{Domain, ExistingHostdev};
use super::hostdev::{Functions, GuestAddress, Hostdev, alias, rom_element, root_port};
use super::placement::{FreeSlots, Full};
use super::splice::{Splice, splice};
use super::tree::{Element, Id};
use crate::assigned::{AssignedDevices, AssignedSlot, RomBar, RomFile};
use crate::error::{Cause, Error};

/// The XML `text` of a domain with a `<hostdev>` for every function of `assigned`.
///
/// Existing entries remain, so a second run changes nothing; a function whose slot already has an
/// entry is added to that slot in the guest. Functions of one slot share a slot in the guest if one
/// is certainly free; otherwise libvirt chooses their addresses. A ROM file is set for the slot's
/// display. The guest's first screen needs no setting here: with UEFI there is no `x-vga`.
///
/// # Errors
/// When `text` is not the XML of a domain with devices, or the guest is full.
///
/// ```
/// use hvconf::libvirt::{add, remove};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("03:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let text = "<domain>\n  <devices>\n    <emulator>x</emulator>\n  </devices>\n</domain>\n";
/// let new = add(text, &assigned)?;
/// assert!(new.contains("\n    <hostdev mode='subsystem' type='pci' managed='yes'>\n"));
/// assert_eq!(remove(&new, &[nic.address])?, text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add(text: &str, assigned: &AssignedDevices) -> Result<String, Error> {
    let domain = Domain::parse(text)?;
    let layout = Layout::of(&domain)?;
    let existing = domain.hostdevs();
    let mut free = FreeSlots::of(&domain);
    let mut splices = Vec::new();
    let mut added = String::new();
    for slot in assigned.slots() {
        let (there, missing) = split(slot, &existing);
        complete_roms(&domain, slot, &there, &mut splices);
        let elements = new_elements(&domain, slot, &there, &missing, &mut free, &mut splices);
        let elements = elements.map_err(|Full| Cause::NoFreeSlot(slot.slot()))?;
        for element in elements {
            added.push_str(&layout.element(&element));
        }
    }
    splices.push((layout.insert_at..layout.insert_at, added));
    Ok(splice(text, splices))
}

/// The XML `text` of a domain without the hostdevs of `functions`, and without
/// the root ports that [`add`] made for them.
///
/// # Errors
/// When `text` is not the XML of a domain.
pub fn remove(text: &str, functions: &[Address]) -> Result<String, Error> {
    let domain = Domain::parse(text)?;
    let functions: BTreeSet<Address> = functions.iter().copied().into_set();
    let (gone, left): (Vec<_>, Vec<_>) = domain
        .hostdevs()
        .into_iter()
        .partition(|hostdev| functions.contains(&hostdev.source));
    let left: BTreeSet<Slot> = left.iter().map(|hostdev| hostdev.source.slot()).into_set();
    let ports: BTreeSet<String> = gone
        .iter()
        .map(|hostdev| hostdev.source.slot())
        .filter(|slot| !left.contains(slot))
        .map(|slot| alias(&slot.to_string()))
        .into_set();
    let mut elements: BTreeSet<Id> = gone.iter().map(|hostdev| hostdev.id).into_set();
    let devices: Vec<(Id, &Element)> = domain
        .devices()
        .into_iter()
        .flat_map(|(id, _)| domain.tree.children(id))
        .collect();
    // A port that other devices use stays.
    let others = devices.iter().filter(|(id, _)| !elements.contains(id));
    let buses: BTreeSet<u8> = others
        .filter_map(|(id, _)| domain.guest_address(*id))
        .map(|address| address.bus)
        .into_set();
    for (id, device) in devices {
        let alias = domain.tree.child(id, "alias");
        let alias = alias.and_then(|(_, alias)| alias.attribute("name"));
        let used = device
            .attribute("index")
            .and_then(|index| index.parse().ok());
        if device.name == "controller"
            && alias.is_some_and(|alias| ports.contains(alias))
            && used.is_none_or(|bus| !buses.contains(&bus))
        {
            elements.insert(id);
        }
    }
    let spans = elements.iter().filter_map(|id| domain.tree.get(*id));
    let splices = spans.map(|element| (domain.span_with_indent(element), String::new()));
    Ok(splice(text, splices.collect()))
}

/// The hostdevs of a slot that are there, and the functions that are not.
fn split(
    slot: &AssignedSlot,
    existing: &[ExistingHostdev],
) -> (Vec<ExistingHostdev>, Vec<Address>) {
    let of_slot = |hostdev: &&ExistingHostdev| hostdev.source.slot() == slot.slot();
    let there: Vec<_> = existing.iter().filter(of_slot).cloned().collect();
    let is_there = |address: &Address| there.iter().any(|hostdev| hostdev.source == *address);
    let wanted = slot.functions().iter().map(|function| function.address);
    let missing = wanted.filter(|address| !is_there(address)).collect();
    (there, missing)
}

fn rom_of(slot: &AssignedSlot, address: Address) -> Option<RomFile> {
    let file = slot.rom_file.clone();
    let seen = slot.rom_bar == RomBar::Visible;
    file.filter(|_| seen && slot.rom_function() == Some(address))
}

fn rom_bar_of(slot: &AssignedSlot, address: Address) -> RomBar {
    if slot.rom_function() == Some(address) {
        slot.rom_bar
    } else {
        RomBar::Visible
    }
}

/// Sets the requested ROM file of an existing hostdev.
fn complete_roms(
    domain: &Domain<'_>,
    slot: &AssignedSlot,
    there: &[ExistingHostdev],
    splices: &mut Vec<Splice>,
) {
    for hostdev in there {
        let hidden = rom_bar_of(slot, hostdev.source) == RomBar::Hidden;
        let (element, path) = match rom_of(slot, hostdev.source) {
            _ if hidden => ("<rom bar='off'/>".to_owned(), None),
            Some(file) => (rom_element(&file), Some(Hostdev::rom_path(&file))),
            None => continue,
        };
        if let Some((_, rom)) = domain.tree.child(hostdev.id, "rom") {
            let mut attributes = Vec::new();
            match &path {
                None => attributes.push(("bar", "off")),
                Some(path) => {
                    attributes.push(("file", path.as_str()));
                    // Without it no ROM is seen.
                    let seen = [("bar", "off", "on"), ("enabled", "no", "yes")];
                    for (name, off, on) in seen {
                        if rom.attribute(name) == Some(off) {
                            attributes.push((name, on));
                        }
                    }
                }
            }
            splices.extend(with_attributes(domain, rom, &attributes));
        } else if let Some((_, source)) = domain.tree.child(hostdev.id, "source") {
            let indent = domain.span_with_indent(source).start..source.open.start;
            let indent = domain.tree.text.get(indent).unwrap_or_default();
            splices.push((source.end..source.end, format!("{indent}{element}")));
        }
    }
}

/// Inserted elements, each as lines with their depth.
type Lines = Vec<(usize, String)>;

fn new_elements(
    domain: &Domain<'_>,
    slot: &AssignedSlot,
    there: &[ExistingHostdev],
    missing: &[Address],
    free: &mut FreeSlots,
    splices: &mut Vec<Splice>,
) -> Result<Vec<Lines>, Full> {
    let mut elements = Vec::new();
    // Without an address libvirt chooses one.
    let mut places: Vec<Option<GuestAddress>> = vec![None; missing.len()];
    match (there, missing) {
        (_, []) => {}
        ([], [_]) => {
            places = vec![free.take_for_one()?.map(|place| place.function(0))];
        }
        ([], several) => {
            if let Some(place) = free.take_for_several()? {
                if place.new_root_port {
                    elements.push(root_port(slot.slot(), place.bus));
                }
                places = guest_functions(several)
                    .map(|function| Some(place.function(function)))
                    .collect();
            }
        }
        (there, missing) => {
            if let Some(beside) = join(domain, there, splices) {
                let place = |address: &Address| {
                    let function = address.function();
                    let guest = GuestAddress { function, ..beside };
                    free.take(guest).then_some(guest)
                };
                places = missing.iter().map(place).collect();
            }
        }
    }
    let functions = match missing {
        [_] => Functions::One,
        _ => Functions::Several,
    };
    for (address, guest) in missing.iter().zip(places) {
        let mut hostdev = Hostdev::new(*address).with_rom_file(rom_of(slot, *address));
        hostdev.rom_bar = rom_bar_of(slot, *address);
        hostdev.guest = guest.map(|guest| (guest, functions));
        elements.push(hostdev.lines());
    }
    Ok(elements)
}

/// The function numbers in the guest: the host's own where function 0 is among
/// them, else from 0 up, since a slot without function 0 is not looked at (PCI
/// Local Bus Specification 3.0, section 3.2.2.3.4).
fn guest_functions(addresses: &[Address]) -> impl Iterator<Item = u8> {
    let has_first = addresses.iter().any(|address| address.function() == 0);
    let pick = move |(order, address): (u8, &Address)| {
        if has_first { address.function() } else { order }
    };
    (0..).zip(addresses).map(pick)
}

/// The guest address of the slot's function 0 that is there, which is made multifunction; `None`
/// when it is not given or must stay alone.
fn join(
    domain: &Domain<'_>,
    there: &[ExistingHostdev],
    splices: &mut Vec<Splice>,
) -> Option<GuestAddress> {
    let first = there.iter().find(|hostdev| {
        hostdev.source.function() == 0 && hostdev.guest.is_some_and(|guest| guest.function == 0)
    })?;
    let (_, address) = domain.tree.child(first.id, "address")?;
    match address.attribute("multifunction") {
        Some("on") => {}
        Some(_) => return None,
        None => {
            let tag = domain.tree.text.get(address.open.clone())?;
            let inside = tag.trim_end_matches(['>', '/']).trim_end().len();
            let at = address.open.start + inside;
            splices.push((at..at, " multifunction='on'".to_owned()));
        }
    }
    first.guest
}

/// Layout of a domain's elements, and places of new ones.
struct Layout {
    insert_at: usize,
    // A line end and the indentation of a device; empty where the devices are
    // all on one line.
    before: String,
    unit: String,
}

impl Layout {
    fn of(domain: &Domain<'_>) -> Result<Self, Error> {
        let tree = &domain.tree;
        let (id, devices) = domain.devices().ok_or(Cause::NoDevices)?;
        let close = devices.close.ok_or(Cause::NoDevices)?;
        let inner = tree.text.get(devices.open.end..close).unwrap_or_default();
        let own = domain.span_with_indent(devices).start..devices.open.start;
        let own = tree.text.get(own).unwrap_or_default();
        let first = tree.children(id).next();
        let before = match first {
            Some((_, child)) => {
                let span = domain.span_with_indent(child).start..child.open.start;
                tree.text.get(span).unwrap_or_default().to_owned()
            }
            // Without a device to follow: one step deeper, if there are lines.
            None if inner.contains('\n') && !own.is_empty() => format!("{own}  "),
            None => String::new(),
        };
        let unit = match before.strip_prefix(own).filter(|_| !own.is_empty()) {
            Some(unit) if !unit.is_empty() => unit.to_owned(),
            _ if before.contains('\t') => "\t".to_owned(),
            _ => "  ".to_owned(),
        };
        Ok(Self {
            insert_at: devices.open.end + inner.trim_end().len(),
            before,
            unit,
        })
    }

    fn element(&self, lines: &Lines) -> String {
        let mut text = String::new();
        for (depth, line) in lines {
            text.push_str(&self.before);
            if !self.before.is_empty() {
                text.push_str(&self.unit.repeat(*depth));
            }
            text.push_str(line);
        }
        text
    }
}

#[cfg(test)]
mod tests;
