//! Where in the guest each slot goes, and the root ports for that.

use std::collections::BTreeSet;

use super::device::QemuDevice;
use crate::description::Chipset;
use crate::emitted::EmitError;
use crate::passed::{GuestSlot, Passed};

const TARGET: &str = "QEMU";

/// Root ports lie in slots 0x10 to 0x1e of bus 0, eight functions each: 0 is the
/// host bridge and 0x1f the chipset's (`hw/i386/pc_q35.c`).
const FIRST_PORT_SLOT: u8 = 0x10;
const MOST_PORTS: u8 = 15 * 8;

/// The guest's slots, in the order of the passed ones, and their root ports.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    pub(super) ports: Vec<QemuDevice>,
    slots: Vec<GuestSlot>,
    express: bool,
}

impl Placement {
    pub(super) fn of(passed: &Passed, chipset: Chipset) -> Result<Self, EmitError> {
        let express = chipset == Chipset::Q35;
        let wishes = passed.slots().iter().filter_map(|slot| slot.guest);
        let mut used = BTreeSet::new();
        for wish in wishes {
            if !used.insert(wish) || !fits(wish, express) {
                let (bus, device) = (wish.bus(), wish.device());
                let what = format!("a second or unfit slot {device} on bus {bus} of the guest");
                let target = TARGET;
                return Err(EmitError::CannotExpress { target, what });
            }
        }
        let mut slots = Vec::new();
        for slot in passed.slots() {
            let place = match slot.guest {
                Some(wish) => wish,
                None => free(&used, express).ok_or(EmitError::TooMany {
                    target: TARGET,
                    what: "slots",
                    most: if express { usize::from(MOST_PORTS) } else { 27 },
                })?,
            };
            used.insert(place);
            slots.push(place);
        }
        let mut buses: Vec<u8> = slots.iter().map(|slot| slot.bus()).collect();
        buses.retain(|bus| *bus != 0);
        buses.sort_unstable();
        let last = buses.len().saturating_sub(1);
        let port = |(index, bus): (usize, &u8)| {
            let index = u8::try_from(index)
                .ok()
                .filter(|index| *index < MOST_PORTS)?;
            let first = index % 8 == 0 && usize::from(index) < last;
            Some(root_port(index, *bus, first))
        };
        let ports: Option<Vec<_>> = buses.iter().enumerate().map(port).collect();
        let ports = ports.ok_or(EmitError::TooMany {
            target: TARGET,
            what: "slots",
            most: usize::from(MOST_PORTS),
        })?;
        Ok(Self {
            ports,
            slots,
            express,
        })
    }

    /// The bus and the address of function `function` of the slot `index`.
    pub(super) fn of_function(&self, index: usize, function: u8) -> Option<(String, String)> {
        let slot = self.slots.get(index)?;
        let bus = match (slot.bus(), self.express) {
            (0, true) => "pcie.0".to_owned(),
            (0, false) => "pci.0".to_owned(),
            (bus, _) => format!("pci.{bus}"),
        };
        Some((bus, format!("0x{:x}.0x{function:x}", slot.device())))
    }
}

/// On the buses of root ports there is slot 0 alone; on bus 0 the chipset has
/// slots 0 and 31 of a q35, 0 to 1 of an i440fx, and QEMU's own devices come
/// from slot 1 or 2 up.
fn fits(wish: GuestSlot, express: bool) -> bool {
    match (wish.bus(), express) {
        (0, true) => (1..FIRST_PORT_SLOT).contains(&wish.device()),
        (0, false) => (2..=31).contains(&wish.device()),
        (_, true) => wish.device() == 0,
        (_, false) => false,
    }
}

fn free(used: &BTreeSet<GuestSlot>, express: bool) -> Option<GuestSlot> {
    let mut places: Box<dyn Iterator<Item = GuestSlot>> = if express {
        Box::new((1..=u8::MAX).filter_map(|bus| GuestSlot::new(bus, 0)))
    } else {
        Box::new((5..=31).filter_map(|device| GuestSlot::new(0, device)))
    };
    places.find(|place| !used.contains(place))
}

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
