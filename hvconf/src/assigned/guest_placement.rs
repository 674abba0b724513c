//! The guest slot of each assigned slot.

use std::collections::BTreeSet;

use super::slot::{AssignedDevices, GuestSlot};
use crate::description::Chipset;
use crate::error::{Cause, Error};

/// Whether the guest's bus 0 has root ports for PCI Express.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// It has: each slot gets a root port, whose bus has slot 0 only.
    Express,
    /// It has not: each slot is one of bus 0.
    Conventional,
}

impl Root {
    /// The placement in a VM with `chipset`.
    pub(crate) const fn of(chipset: Chipset) -> Self {
        match chipset {
            Chipset::Q35 => Self::Express,
            Chipset::I440fx => Self::Conventional,
        }
    }

    /// Whether an assigned slot can be at `requested`. On the buses of root ports there is slot 0
    /// only. On bus 0 the chipset has slots 0 and 31 of a q35 and 0 to 1 of an i440fx, and QEMU's
    /// own devices come next.
    pub(crate) fn has(self, requested: GuestSlot) -> bool {
        match (requested.bus(), self) {
            (0, Self::Express) => (1..FIRST_PORT_SLOT).contains(&requested.device()),
            (0, Self::Conventional) => (2..=31).contains(&requested.device()),
            (_, Self::Express) => requested.device() == 0,
            (_, Self::Conventional) => false,
        }
    }
}

/// The first slot of bus 0 for root ports in QEMU's command lines.
pub(crate) const FIRST_PORT_SLOT: u8 = 0x10;

/// The most slots with root ports: 15 slots of bus 0, eight functions each.
pub(crate) const MOST_PORTS: u8 = 15 * 8;

/// The slots in the guest, in the order of the assigned ones: the requested ones, and free ones
/// for the others.
///
/// # Errors
/// When two request one slot, a slot does not exist in a guest, or all are in use.
pub(crate) fn guest_slots(
    assigned: &AssignedDevices,
    root: Root,
    target: &'static str,
) -> Result<Vec<GuestSlot>, Error> {
    let mut used = BTreeSet::new();
    for requested in assigned.slots().iter().filter_map(|slot| slot.guest) {
        if !used.insert(requested) || !root.has(requested) {
            let (bus, device) = (requested.bus(), requested.device());
            let what = format!("slot {device} on bus {bus} of the guest for this");
            return Err(Cause::Unsupported { target, what }.into());
        }
    }
    let mut slots = Vec::new();
    for slot in assigned.slots() {
        let place = slot.guest.or_else(|| free(&used, root));
        let place = place.ok_or(Cause::TooMany {
            target,
            what: "slots",
            most: match root {
                Root::Express => usize::from(MOST_PORTS),
                Root::Conventional => 27,
            },
        })?;
        used.insert(place);
        slots.push(place);
    }
    Ok(slots)
}

fn free(used: &BTreeSet<GuestSlot>, root: Root) -> Option<GuestSlot> {
    let express = (1..=u8::MAX).filter_map(|bus| GuestSlot::new(bus, 0));
    let conventional = (5..=31).filter_map(|device| GuestSlot::new(0, device));
    let mut places: Box<dyn Iterator<Item = GuestSlot>> = match root {
        Root::Express => Box::new(express),
        Root::Conventional => Box::new(conventional),
    };
    places.find(|place| !used.contains(place))
}
