//! Where in the guest the functions of a slot go.
//!
//! libvirt gives every hostdev a slot of its own unless told otherwise, and the
//! functions of one card belong together. Addresses that the XML gives are
//! reserved before libvirt chooses others, so one that no device of the XML has
//! stays ours (<https://libvirt.org/pci-addresses.html>).

use std::collections::BTreeSet;

use super::domain::{Domain, number};
use super::hostdev::GuestAddress;

/// The slots that the guest has left.
#[derive(Clone, Debug)]
pub(super) struct FreeSlots {
    used: BTreeSet<(u8, u8)>,
    // Indexes of root ports, and of all PCI controllers.
    ports: BTreeSet<u8>,
    controllers: BTreeSet<u8>,
    express: bool,
}

/// A slot of the guest, and the root port that has to be added for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) bus: u8,
    pub(super) slot: u8,
    pub(super) new_root_port: bool,
}

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
        let mut free = Self {
            used: BTreeSet::new(),
            ports: BTreeSet::new(),
            controllers: BTreeSet::new(),
            express: domain
                .machine()
                .is_some_and(|machine| machine.contains("q35") || machine.starts_with("virt")),
        };
        let devices = domain.devices().into_iter();
        for (id, device) in devices.flat_map(|(id, _)| domain.tree.children(id)) {
            if let Some(address) = domain.guest_address(id) {
                free.used.insert((address.bus, address.slot));
            }
            if device.name != "controller" || device.attribute("type") != Some("pci") {
                continue;
            }
            let index = device.attribute("index").and_then(number);
            let Some(index) = index.and_then(|index| u8::try_from(index).ok()) else {
                continue;
            };
            free.controllers.insert(index);
            match device.attribute("model") {
                Some("pcie-root-port") => {
                    free.ports.insert(index);
                }
                Some("pcie-root") => free.express = true,
                _ => {}
            }
        }
        free
    }

    fn is_bus_used(&self, bus: u8) -> bool {
        self.used.range((bus, 0)..=(bus, u8::MAX)).next().is_some()
    }

    /// Takes a slot for one function: an unused root port that is there, else
    /// none, and libvirt chooses.
    pub(super) fn take_for_one(&mut self) -> Option<Place> {
        let port = self
            .ports
            .iter()
            .copied()
            .find(|port| !self.is_bus_used(*port))?;
        self.used.insert((port, 0));
        Some(Place {
            bus: port,
            slot: 0,
            new_root_port: false,
        })
    }

    /// Takes a slot for several functions: an unused root port, a new one, or
    /// on a machine without PCI Express a slot of bus 0; `None` when all are
    /// taken.
    pub(super) fn take_for_several(&mut self) -> Option<Place> {
        if let Some(place) = self.take_for_one() {
            return Some(place);
        }
        if !self.express {
            // Slots 1 and 2 of an i440fx are the chipset's and the first screen's.
            let slot = (3..=31).find(|slot| !self.used.contains(&(0, *slot)))?;
            self.used.insert((0, slot));
            return Some(Place {
                bus: 0,
                slot,
                new_root_port: false,
            });
        }
        let highest_used = self.used.last().map_or(0, |(bus, _)| *bus);
        let highest = self
            .controllers
            .last()
            .copied()
            .unwrap_or(0)
            .max(highest_used);
        let bus = highest.checked_add(1)?;
        self.used.insert((bus, 0));
        self.controllers.insert(bus);
        Some(Place {
            bus,
            slot: 0,
            new_root_port: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(machine: &str, devices: &str) -> FreeSlots {
        let text = format!(
            "<domain><os><type machine='{machine}'/></os><devices>{devices}</devices></domain>"
        );
        FreeSlots::of(&Domain::parse(&text).unwrap())
    }

    #[test]
    fn a_free_root_port_is_taken_once() {
        let port =
            |index| format!("<controller type='pci' index='{index}' model='pcie-root-port'/>");
        let disk = "<disk><address type='pci' bus='0x01' slot='0x00' function='0x0'/></disk>";
        let mut free = free("q35", &(port(1) + disk + &port(2)));
        assert_eq!(free.take_for_one().map(|place| place.bus), Some(2));
        assert_eq!(free.take_for_one(), None);
        let place = free.take_for_several().unwrap();
        assert_eq!((place.bus, place.new_root_port), (3, true));
    }

    #[test]
    fn conventional_pci_has_one_bus() {
        let mut free = free(
            "pc",
            "<x><address type='pci' bus='0' slot='3' function='0'/></x>",
        );
        let place = free.take_for_several().unwrap();
        assert_eq!((place.bus, place.slot, place.new_root_port), (0, 4, false));
        for _ in 5..=31 {
            free.take_for_several().unwrap();
        }
        assert_eq!(free.take_for_several(), None);
    }
}
