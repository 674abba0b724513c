//! Root ports, and the addresses of functions downstream of them.

use list_order::Order as _;

use super::device::QemuDevice;
use crate::assigned::{AssignedDevices, FIRST_PORT_SLOT, GuestSlot, MOST_PORTS, Root, guest_slots};
use crate::description::Chipset;
use crate::error::{Cause, Error};

const TARGET: &str = "QEMU";

/// The guest's slots, in the order of the assigned ones, and their root ports.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    pub(super) ports: Vec<QemuDevice>,
    slots: Vec<GuestSlot>,
    root: Root,
}

impl Placement {
    pub(super) fn of(assigned: &AssignedDevices, chipset: Chipset) -> Result<Self, Error> {
        let root = Root::of(chipset);
        let slots = guest_slots(assigned, root, TARGET)?;
        let mut buses: Vec<u8> = slots.iter().map(|slot| slot.bus()).collect();
        buses.retain(|bus| *bus != 0);
        buses.order();
        let last = buses.len().saturating_sub(1);
        let port = |(index, bus): (usize, &u8)| {
            let index = u8::try_from(index)
                .ok()
                .filter(|index| *index < MOST_PORTS)?;
            let first = index % 8 == 0 && usize::from(index) < last;
            Some(root_port(index, *bus, first))
        };
        let ports: Option<Vec<_>> = buses.iter().enumerate().map(port).collect();
        let ports = ports.ok_or(Cause::TooMany {
            target: TARGET,
            what: "slots",
            most: usize::from(MOST_PORTS),
        })?;
        Ok(Self { ports, slots, root })
    }

    /// The bus and the address of function `function` of the slot `index`.
    pub(super) fn of_function(&self, index: usize, function: u8) -> Option<(String, String)> {
        let slot = self.slots.get(index)?;
        let bus = match (slot.bus(), self.root) {
            (0, Root::Express) => "pcie.0".to_owned(),
            (bus, _) => format!("pci.{bus}"),
        };
        Some((bus, format!("0x{:x}.0x{function:x}", slot.device())))
    }
}

/// Root ports lie in slots 0x10 to 0x1e of bus 0, eight functions each: 0 is the
/// host bridge and 0x1f the chipset's (`hw/i386/pc_q35.c`).
fn root_port(index: u8, bus: u8, several: bool) -> QemuDevice {
    let (slot, function) = (FIRST_PORT_SLOT + index / 8, index % 8);
    let port = QemuDevice::new("pcie-root-port")
        .with("id", format!("pci.{bus}"))
        .with("bus", "pcie.0")
        .with("addr", format!("0x{slot:x}.0x{function:x}"))
        .with("port", u64::from(slot << 3 | function))
        .with("chassis", u64::from(index) + 1);
    if several {
        port.with("multifunction", true)
    } else {
        port
    }
}
