//! The guest address of the functions of a slot.
//!
//! libvirt assigns every hostdev a separate slot unless configured otherwise, and the functions
//! of one card belong together. Addresses in the XML are reserved before libvirt chooses others,
//! so one that no device of the XML has stays ours (<https://libvirt.org/pci-addresses.html>). A
//! place that is not free for certain is not used: libvirt chooses.

use std::collections::BTreeSet;

use super::domain::Domain;
use super::hostdev::GuestAddress;
use super::tree::Element;
use crate::assigned::Root;

/// Controllers below which a function can be, too.
const OTHER_PORTS: [&str; 3] = [
    "pcie-expander-bus",
    "pcie-switch-upstream-port",
    "pcie-switch-downstream-port",
];

/// The slots that the guest has left.
#[derive(Clone, Debug)]
pub(super) struct FreeSlots {
    used: BTreeSet<GuestAddress>,
    // Indexes of root ports, and the highest one that a controller can have.
    ports: BTreeSet<u8>,
    highest: u8,
    // `None` for a machine whose buses are not known here.
    root: Option<Root>,
    // Slots of bus 0 that devices without an address may need.
    unsupported: usize,
    // Where bus 0 has root ports, which share slots: how many more there is room for, at most.
    room_for_ports: usize,
    // Arguments for QEMU only, which may put devices anywhere.
    arguments: Vec<String>,
}

/// A slot of the guest, and the root port that has to be added for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) bus: u8,
    pub(super) slot: u8,
    pub(super) new_root_port: bool,
}

/// The guest does not support a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Place {
    pub(super) const fn function(self, function: u8) -> GuestAddress {
        GuestAddress {
            bus: self.bus,
            slot: self.slot,
            function,
        }
    }
}

impl FreeSlots {
    pub(super) fn of(domain: &Domain<'_>) -> Self {
        let arguments = domain.tree.iter().map(|(_, element)| element);
        let arguments = arguments.filter(|element| element.name.ends_with(":arg"));
        let mut free = Self {
            used: BTreeSet::new(),
            ports: BTreeSet::new(),
            highest: 0,
            root: domain.machine().and_then(root),
            unsupported: 0,
            room_for_ports: 0,
            arguments: arguments
                .filter_map(|argument| argument.attribute("value").map(str::to_owned))
                .collect(),
        };
        let mut without_index: u8 = 0;
        let (mut shared, mut other_ports) = (BTreeSet::new(), false);
        let devices = domain.devices().into_iter();
        for (id, device) in devices.flat_map(|(id, _)| domain.tree.children(id)) {
            match domain.guest_address(id) {
                Some(address) => {
                    free.highest = free.highest.max(address.bus);
                    free.used.insert(address);
                }
                None => free.unsupported = free.unsupported.saturating_add(1),
            }
            if device.name != "controller" || device.attribute("type") != Some("pci") {
                continue;
            }
            let model = device.attribute("model");
            if model == Some("pcie-root") {
                free.root = Some(Root::Express);
            }
            let index = index(device);
            match model {
                Some("pcie-root-port") => {
                    let place = domain.guest_address(id).filter(|place| place.bus == 0);
                    shared.extend(place.map(|place| place.slot));
                    other_ports |= index.is_none();
                }
                Some(model) => other_ports |= OTHER_PORTS.contains(&model),
                None => {}
            }
            match index {
                Some(index) => {
                    free.highest = free.highest.max(index);
                    if model == Some("pcie-root-port") {
                        free.ports.insert(index);
                    }
                }
                None => without_index = without_index.saturating_add(1),
            }
        }
        // libvirt assigns the lowest free indexes to those.
        free.highest = free.highest.saturating_add(without_index);
        let q35 = domain
            .machine()
            .is_some_and(|machine| machine.contains("q35"));
        free.room_for_ports = if other_ports {
            usize::MAX
        } else {
            free.room_on_bus_0(&shared, if q35 { 30 } else { 31 })
        };
        free
    }

    /// How many functions of bus 0 are free for root ports, `shared` being the slots of those
    /// that are there. Slot 0 is the chipset's, as slot 31 of a q35 is.
    fn room_on_bus_0(&self, shared: &BTreeSet<u8>, last: u8) -> usize {
        let free = |slot: u8| {
            let at = |function| GuestAddress {
                bus: 0,
                slot,
                function,
            };
            match self.used.range(at(0)..=at(7)).count() {
                0 => 8,
                used if shared.contains(&slot) => 8 - used.min(8),
                _ => 0,
            }
        };
        (1..=last).map(free).sum()
    }

    /// Reserves an address; false where a device has it.
    pub(super) fn take(&mut self, address: GuestAddress) -> bool {
        self.used.insert(address)
    }

    fn is_used(&self, bus: u8, slots: core::ops::RangeInclusive<u8>) -> bool {
        let at = |slot, function| GuestAddress {
            bus,
            slot,
            function,
        };
        let all = at(*slots.start(), 0)..=at(*slots.end(), u8::MAX);
        self.used.range(all).next().is_some()
    }

    /// Whether an argument for QEMU names the bus.
    fn is_named(&self, bus: u8) -> bool {
        let name = format!("pci.{bus}");
        let of_bus = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
        let mut arguments = self.arguments.iter();
        arguments.any(|argument| argument.split(&name).skip(1).any(of_bus))
    }

    /// An unused root port; a machine without room for another is full.
    fn take_port(&mut self) -> Result<Option<Place>, Full> {
        let free = |port: &u8| !self.is_used(*port, 0..=u8::MAX) && !self.is_named(*port);
        if let Some(port) = self.ports.iter().copied().find(free) {
            return Ok(Some(self.taken(port, 0, false)));
        }
        self.room_for_ports = self.room_for_ports.checked_sub(1).ok_or(Full)?;
        Ok(None)
    }

    /// Reserves a slot for one function: an unused root port; otherwise none, and libvirt
    /// chooses.
    pub(super) fn take_for_one(&mut self) -> Result<Option<Place>, Full> {
        match self.root {
            Some(Root::Express) => self.take_port(),
            Some(Root::Conventional) | None => Ok(None),
        }
    }

    /// Reserves a slot for several functions: an unused root port, a new one, or
    /// on a machine without PCI Express a slot of bus 0; none where no place is free for
    /// certain.
    pub(super) fn take_for_several(&mut self) -> Result<Option<Place>, Full> {
        match self.root {
            Some(Root::Express) => {
                if let Some(place) = self.take_port()? {
                    return Ok(Some(place));
                }
                let Some(bus) = self.highest.checked_add(1) else {
                    return Ok(None);
                };
                self.highest = bus;
                Ok(Some(self.taken(bus, 0, true)))
            }
            Some(Root::Conventional) => {
                // Slots 1 and 2 of an i440fx are the chipset's and the first screen's.
                let free = |slot: &u8| !self.is_used(0, *slot..=*slot);
                let free: Vec<u8> = (3..=31).filter(free).collect();
                // A balloon that libvirt adds, and a bridge for the rest.
                let needed = self.unsupported.saturating_add(2);
                let addressed = self.arguments.iter().any(|one| one.contains("addr"));
                let slot = free.first().filter(|_| free.len() > needed && !addressed);
                Ok(slot.copied().map(|slot| self.taken(0, slot, false)))
            }
            None => Ok(None),
        }
    }

    fn taken(&mut self, bus: u8, slot: u8, new_root_port: bool) -> Place {
        let place = Place {
            bus,
            slot,
            new_root_port,
        };
        self.used.insert(place.function(0));
        place
    }
}

/// The root bus of a machine type, where its slots are known here.
fn root(machine: &str) -> Option<Root> {
    if machine.contains("q35") || machine.starts_with("virt") {
        Some(Root::Express)
    } else if machine == "pc" || machine.starts_with("pc-i440fx") {
        Some(Root::Conventional)
    } else {
        None
    }
}

/// The index of a PCI controller; that of a root is 0 where it is not given.
fn index(controller: &Element) -> Option<u8> {
    match controller.attribute("index") {
        Some(index) => index.parse().ok(),
        None => matches!(
            controller.attribute("model"),
            Some("pcie-root" | "pci-root")
        )
        .then_some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(machine: &str, devices: &str) -> FreeSlots {
        free_with(machine, devices, "")
    }

    fn free_with(machine: &str, devices: &str, more: &str) -> FreeSlots {
        let text = format!(
            "<domain><os><type machine='{machine}'/></os><devices>{devices}</devices>{more}</domain>"
        );
        FreeSlots::of(&Domain::parse(&text).unwrap())
    }

    fn one(free: &mut FreeSlots) -> Option<Place> {
        free.take_for_one().unwrap()
    }

    fn several(free: &mut FreeSlots) -> Option<Place> {
        free.take_for_several().unwrap()
    }

    fn port(index: u8) -> String {
        format!("<controller type='pci' index='{index}' model='pcie-root-port'/>")
    }

    fn at(bus: u8, slot: u8) -> String {
        format!("<x><address type='pci' bus='{bus}' slot='{slot}' function='0'/></x>")
    }

    #[test]
    fn a_free_root_port_is_used_once() {
        let disk = "<disk><address type='pci' bus='0x01' slot='0x00' function='0x0'/></disk>";
        let mut free = free("q35", &(port(1) + disk + &port(2)));
        assert_eq!(one(&mut free).map(|place| place.bus), Some(2));
        assert_eq!(one(&mut free), None);
        let place = several(&mut free).unwrap();
        assert_eq!((place.bus, place.new_root_port), (3, true));
    }

    #[test]
    fn conventional_pci_has_one_bus() {
        let mut free = free("pc", &at(0, 3));
        let place = several(&mut free).unwrap();
        assert_eq!((place.bus, place.slot, place.new_root_port), (0, 4, false));
        for slot in 5..=29 {
            assert_eq!(several(&mut free).map(|place| place.slot), Some(slot));
        }
        assert_eq!(several(&mut free), None);
    }

    #[test]
    fn devices_without_an_address_keep_room_on_bus_0() {
        let used: String = (3..=20).map(|slot| at(0, slot)).collect();
        let mut few = free("pc", &format!("{used}{}", "<rng/>".repeat(8)));
        assert_eq!(several(&mut few).map(|place| place.slot), Some(21));
        assert_eq!(several(&mut few), None);
        let mut many = free("pc", &format!("{used}{}", "<rng/>".repeat(9)));
        assert_eq!(several(&mut many), None);
    }

    /// libvirt assigns the lowest free indexes to them.
    #[test]
    fn controllers_without_an_index_count() {
        let root = "<controller type='pci' model='pcie-root'/>";
        let other = "<controller type='pci' model='pcie-root-port'/>";
        for (devices, bus) in [
            (format!("{root}{other}{other}"), 3),
            (format!("{other}{root}{other}{}", port(4)), 4),
            (format!("{root}{other}{}{}", port(4), at(4, 0)), 6),
            (format!("{root}{}", at(7, 0)), 8),
        ] {
            let place = several(&mut free("q35", &devices));
            assert_eq!(place.map(|place| place.bus), Some(bus), "{devices}");
        }
        assert_eq!(several(&mut free("q35", &at(255, 0))), None);
    }

    #[test]
    fn buses_that_arguments_for_qemu_name_are_not_used() {
        let arguments = |value: &str| {
            format!("<qemu:commandline><qemu:arg value='{value}'/></qemu:commandline>")
        };
        let ports = port(1) + &port(11);
        let mut named = free_with("q35", &ports, &arguments("x,bus=pci.1,addr=0"));
        assert_eq!(one(&mut named).map(|place| place.bus), Some(11));
        let mut eleven = free_with("q35", &ports, &arguments("x,bus=pci.11"));
        assert_eq!(one(&mut eleven).map(|place| place.bus), Some(1));
        let mut addressed = free_with("pc", "", &arguments("x,addr=3"));
        assert_eq!(several(&mut addressed), None);
    }

    #[test]
    fn other_machines_are_left_to_libvirt() {
        for machine in ["pseries", "s390-ccw-virtio", "xenfv", "isapc", ""] {
            let mut free = free(machine, &port(1));
            assert_eq!(one(&mut free), None, "{machine}");
            assert_eq!(several(&mut free), None, "{machine}");
        }
    }

    /// Root ports share slots of bus 0, with each other only.
    #[test]
    fn a_bus_without_room_for_a_root_port_is_full() {
        let others: String = (1..=30)
            .filter(|slot| *slot != 2)
            .map(|slot| at(0, slot))
            .collect();
        let ports = |count: u8| -> String {
            let port = |function| {
                format!(
                    "<controller type='pci' index='{}' model='pcie-root-port'><address type='pci' \
                     bus='0' slot='2' function='{function}'/></controller>{}",
                    function + 1,
                    at(function + 1, 0)
                )
            };
            (0..count).map(port).collect()
        };
        let mut seven = free("q35", &(others.clone() + &ports(7)));
        assert_eq!(several(&mut seven).map(|place| place.bus), Some(8));
        assert_eq!(seven.take_for_several(), Err(Full));
        assert_eq!(seven.take_for_one(), Err(Full));
        let mut eight = free("q35", &(others.clone() + &ports(8) + &port(9)));
        assert_eq!(one(&mut eight).map(|place| place.bus), Some(9));
        assert_eq!(eight.take_for_one(), Err(Full));
        let disk = others + &at(0, 2);
        assert_eq!(free("q35", &disk).take_for_one(), Err(Full));
        // A port of another kind, or one of which the bus is not known, may be free.
        for more in [
            "<controller type='pci' model='pcie-root-port'/>",
            "<controller type='pci' index='9' model='pcie-switch-downstream-port'/>",
        ] {
            let mut other = free("q35", &format!("{disk}{more}"));
            assert_eq!(one(&mut other), None);
        }
    }
}
