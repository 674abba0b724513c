//! Bus renumbering after hardware changes.

use std::collections::BTreeMap;

use pci_core::Address;

use super::function::Function;

/// A renumbering of buses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// The port that gets more or fewer buses; it need not exist yet.
    pub(super) port: Address,
    /// The last bus that keeps its number.
    pub(super) last: u8,
    /// The number of added buses; negative for removed ones.
    pub(super) by: i16,
}

/// No bus numbers are left below the root bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BusesRunOut;

/// The new numbers of the buses of one root bus.
pub(super) struct Shift {
    room: Room,
    /// The root bus.
    root: u8,
    /// The last number before the next root bus.
    pub(super) end: u8,
}

impl Shift {
    /// `roots` are root buses in addition to those of `functions`.
    pub(super) fn new(
        functions: &[Function],
        roots: &[(u32, u8)],
        room: Room,
    ) -> Result<Self, BusesRunOut> {
        let domain = room.port.domain();
        let mut leads_to: BTreeMap<u8, u8> = BTreeMap::new();
        let here = functions
            .iter()
            .filter(|one| one.address.domain() == domain);
        for function in here.clone() {
            if let Some(range) = function.bridge
                && range.secondary > function.address.bus()
            {
                leads_to
                    .entry(range.secondary)
                    .or_insert(function.address.bus());
            }
        }
        let root_of = |mut bus: u8| {
            // Each step leads to a lower number.
            while let Some(above) = leads_to.get(&bus) {
                bus = *above;
            }
            bus
        };
        let root = root_of(room.port.bus());
        // A bus of virtual functions has no bridge, and is not a root bus.
        let shown = here
            .filter(|one| one.physical_function.is_none())
            .map(|one| root_of(one.address.bus()));
        let reported = roots.iter().filter(|(other, _)| *other == domain);
        let next = shown
            .chain(reported.map(|(_, bus)| *bus))
            .filter(|other| *other > root)
            .min();
        Ok(Self {
            room,
            root,
            end: next.map_or(u8::MAX, |next| next - 1),
        })
    }

    fn bus(&self, bus: u8) -> Result<u8, BusesRunOut> {
        if bus <= self.room.last || bus < self.root || bus > self.end {
            return Ok(bus);
        }
        let moved = u8::try_from(i16::from(bus) + self.room.by);
        moved.ok().filter(|bus| *bus <= self.end).ok_or(BusesRunOut)
    }

    /// The new address of a function.
    pub(super) fn of(&self, at: Address) -> Option<Address> {
        if at.domain() != self.room.port.domain() {
            return Some(at);
        }
        let bus = self.bus(at.bus()).ok()?;
        Address::new(at.domain(), bus, at.device(), at.function())
    }

    pub(super) fn apply(&self, function: &mut Function) -> Result<(), BusesRunOut> {
        let at = function.address;
        if at.domain() != self.room.port.domain() {
            return Ok(());
        }
        if let Some(range) = &mut function.bridge
            && range.secondary > at.bus()
        {
            let port = self.room.port;
            // The bridges on the path to the port, and the port, lead to more buses.
            let leads_there =
                at == port || (range.secondary..=range.subordinate).contains(&port.bus());
            if range.secondary > self.room.last {
                range.secondary = self.bus(range.secondary)?;
                range.subordinate = self.bus(range.subordinate)?;
            } else if leads_there && range.subordinate >= self.room.last {
                let last = u8::try_from(i16::from(range.subordinate) + self.room.by);
                let last = last.ok().filter(|last| *last <= self.end);
                range.subordinate = last.ok_or(BusesRunOut)?;
            }
        }
        function.address = self.of(at).ok_or(BusesRunOut)?;
        if let Some(physical) = function.physical_function {
            function.physical_function = self.of(physical);
        }
        Ok(())
    }
}
