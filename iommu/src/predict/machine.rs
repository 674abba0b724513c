//! A machine after hypothetical hardware changes.

use std::collections::{BTreeMap, BTreeSet};

use list_order::Inserts as _;
use pci_core::config::conventional::express::DeviceType;
use pci_core::{Address, PciId, Slot};

use super::conditions::{Conditions, Origin};
use super::function::{BusRange, Function, FunctionId, by_address};
use super::hardware::{HardwareChange, NewCard};
use super::renumber::{BusesRunOut, Room, Shift};
use crate::error::{Cause, Error, Result};

/// A machine: its functions, and the conditions of grouping.
///
/// ```
/// use iommu::predict::{Conditions, Function, Machine, predict};
/// use pci_core::Address;
/// use pci_core::config::ConfigSpace;
/// # let mut port = [0_u8; 4096];
/// # port[..0x1b].copy_from_slice(&[
/// #     0x36, 0x1b, 0x0c, 0, 7, 1, 0x10, 0, 0, 0, 4, 6, 0, 0, 1, 0,
/// #     0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
/// # ]);
/// # port[0x34] = 0x40;
/// # port[0x40..0x44].copy_from_slice(&[0x10, 0, 0x42, 0]);
/// // `port` is the configuration space of a root port without ACS, 00:02.0.
/// let at: Address = "00:02.0".parse()?;
/// let now = Machine {
///     functions: Function::read_all([(at, ConfigSpace::new(&port))])?,
///     conditions: Conditions::default(),
/// };
/// let then = now.with(&"card=00:02.0,10de:2d04".parse()?)?;
/// let groups = predict(then.functions, &then.conditions)?.groups;
/// assert_eq!(groups[0].members, [at, "01:00.0".parse()?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// All functions, in any order.
    pub functions: Vec<Function>,
    /// The conditions; [`Conditions::origins`] lists moved and added functions.
    pub conditions: Conditions,
}

impl From<BusesRunOut> for Error {
    fn from(BusesRunOut: BusesRunOut) -> Self {
        Cause::BusesRunOut.into()
    }
}

impl Machine {
    /// The machine after a change. Buses are renumbered as by firmware, depth first through the
    /// bridges in the order of their addresses: buses after a card with bridges move up, unless the
    /// port that it moves below has buses to spare.
    ///
    /// The virtual functions of a copied card are omitted: they exist only once a driver creates
    /// them.
    ///
    /// # Errors
    ///
    /// If the change is impossible.
    pub fn with(&self, change: &HardwareChange) -> Result<Self> {
        let mut machine = self.clone();
        by_address(&mut machine.functions);
        match change {
            HardwareChange::Card {
                below,
                card: NewCard::Ids(ids),
            } => machine.add(*below, described(ids))?,
            HardwareChange::Card {
                below,
                card: NewCard::Like(slot),
            } => {
                let mut card = machine.card(*slot)?;
                card.retain(|one| one.function.physical_function.is_none());
                for one in &mut card {
                    // Unknown properties of the original are unknown for the copy.
                    if one.origin != Origin::Described {
                        one.origin = Origin::Copied;
                    }
                }
                machine.add(*below, card)?;
            }
            HardwareChange::Moved { slot, below } => machine.move_card(*slot, *below)?,
            HardwareChange::Port { at, like } => machine.add_port(*at, *like)?,
        }
        by_address(&mut machine.functions);
        Ok(machine)
    }

    /// The current address of a function of the original machine; `None` if it was removed.
    #[must_use]
    pub fn now(&self, was: Address) -> Option<Address> {
        let origins = &self.conditions.origins;
        let moved = origins
            .iter()
            .find(|(_, origin)| **origin == Origin::At(was));
        match moved {
            Some((now, _)) => Some(*now),
            None if origins.contains_key(&was) => None,
            None => self.function(was).map(|function| function.address),
        }
    }

    fn function(&self, address: Address) -> Option<&Function> {
        self.functions.iter().find(|one| one.address == address)
    }

    /// The port, with its empty downstream buses.
    fn empty_port(&self, at: Address) -> Result<BusRange> {
        let range = self.port(at)?;
        let on_bus = |one: &&Function| {
            (one.address.domain(), one.address.bus()) == (at.domain(), range.secondary)
        };
        match self.functions.iter().find(on_bus) {
            Some(one) => Err(Cause::PortInUse {
                port: at,
                by: one.address,
            }
            .into()),
            None => Ok(range),
        }
    }

    fn port(&self, at: Address) -> Result<BusRange> {
        let port = self.function(at).ok_or(Cause::NoFunction(at))?;
        let range = port.bridge.filter(|_| port.is_downstream_port());
        let range = range.ok_or(Cause::NotAPort(at))?;
        if range.secondary <= at.bus() || range.subordinate < range.secondary {
            return Err(Cause::NoBus(at).into());
        }
        Ok(range)
    }

    /// The port upstream of a card's bus, and its buses.
    fn port_above(&self, slot: Slot) -> Result<(Address, BusRange)> {
        let leads_there = |one: &&Function| {
            let secondary = one.bridge.map(|range| range.secondary);
            one.is_downstream_port()
                && one.address.domain() == slot.domain()
                && secondary == Some(slot.bus())
        };
        let no_card = || Cause::NoCard(slot);
        let port = self
            .functions
            .iter()
            .find(leads_there)
            .ok_or_else(no_card)?;
        let is_there = self.functions.iter().any(|one| one.address.slot() == slot);
        if !is_there {
            return Err(no_card().into());
        }
        Ok((port.address, self.port(port.address)?))
    }

    /// The card in a slot: everything on its bus and below.
    fn card(&self, slot: Slot) -> Result<Vec<Part>> {
        let (_, range) = self.port_above(slot)?;
        let mut buses = BTreeSet::from([slot.bus()]);
        let mut parts = Vec::new();
        // By address, so that a bridge precedes its downstream functions; a virtual function may be
        // on a bus without a bridge.
        for function in &self.functions {
            let address = function.address;
            let physical = function.physical_function.unwrap_or(address);
            if address.domain() != slot.domain() || !buses.contains(&physical.bus()) {
                continue;
            }
            if let Some(below) = function
                .bridge
                .filter(|below| below.secondary > address.bus())
            {
                buses.insert(below.secondary);
            }
            let origin = self.conditions.origins.get(&address).copied();
            parts.push(Part {
                function: function.clone(),
                origin: origin.unwrap_or(Origin::At(address)),
            });
        }
        for part in &mut parts {
            part.shift_from(range.secondary);
        }
        Ok(parts)
    }

    /// Adds a card, whose buses start at 0, below a port.
    fn add(&mut self, port: Address, mut card: Vec<Part>) -> Result<()> {
        let range = self.empty_port(port)?;
        let more = card.iter().map(Part::last_bus).max().unwrap_or(0);
        let last = range.secondary.checked_add(more);
        let last = last.ok_or(Cause::BusesRunOut)?;
        if last > range.subordinate {
            self.shift(Room {
                port,
                last: range.subordinate,
                by: i16::from(last) - i16::from(range.subordinate),
            })?;
        }
        for part in &mut card {
            part.shift_to(port.domain(), range.secondary);
            let address = part.function.address;
            if part.origin == Origin::At(address) {
                self.conditions.origins.remove(&address);
            } else {
                self.conditions.origins.insert(address, part.origin);
            }
        }
        self.functions
            .extend(card.into_iter().map(|part| part.function));
        Ok(())
    }

    fn move_card(&mut self, slot: Slot, below: Address) -> Result<()> {
        let (from, range) = self.port_above(slot)?;
        let card = self.card(slot)?;
        let taken: BTreeSet<Address> = card
            .iter()
            .filter_map(|part| part.at(slot.domain(), range.secondary))
            .into_set();
        if taken.contains(&below) {
            return Err(Cause::BelowItself { slot, below }.into());
        }
        self.empty_port(below)?;
        self.functions.retain(|one| !taken.contains(&one.address));
        self.conditions.origins.retain(|at, _| !taken.contains(at));
        // Without spare buses, the following buses move up.
        let more = card.iter().map(Part::last_bus).max().unwrap_or(0);
        let mut to = below;
        if more > 0 && range.secondary.checked_add(more) == Some(range.subordinate) {
            let shift = self.shift(Room {
                port: from,
                last: range.subordinate,
                by: -i16::from(more),
            })?;
            to = shift.of(below).ok_or(Cause::BusesRunOut)?;
        }
        self.add(to, card)
    }

    fn add_port(&mut self, at: Address, like: Address) -> Result<()> {
        let pattern = self.function(like).ok_or(Cause::NoFunction(like))?;
        if pattern.bridge.is_none() || !pattern.is_downstream_port() {
            return Err(Cause::NotAPort(like).into());
        }
        if (at.domain(), at.bus()) != (like.domain(), like.bus()) {
            return Err(Cause::OtherBus { at, like }.into());
        }
        if self.function(at).is_some() {
            return Err(Cause::AddressInUse(at).into());
        }
        let first = at.with_function(0).and_then(|first| self.function(first));
        let has_several = first.is_some_and(|first| first.multifunction_bit);
        if at.function() != 0 && !has_several {
            return Err(Cause::NotEnumerated(at).into());
        }
        let mut port = pattern.clone();
        port.address = at;
        // Buses are numbered in the order of the bridges: after those below the preceding bridges.
        let before = self.functions.iter().filter(|one| {
            (one.address.domain(), one.address.bus()) == (at.domain(), at.bus()) && one.address < at
        });
        let last = before
            .filter_map(|one| Some(one.bridge?.subordinate))
            .fold(at.bus(), u8::max);
        let own = last.checked_add(1).ok_or(Cause::BusesRunOut)?;
        port.bridge = Some(BusRange {
            secondary: own,
            subordinate: own,
        });
        let shift = self.shift(Room {
            port: at,
            last,
            by: 1,
        })?;
        if own > shift.end {
            return Err(Cause::BusesRunOut.into());
        }
        self.functions.push(port);
        self.conditions.origins.insert(at, Origin::Port);
        Ok(())
    }

    /// Renumbers the buses after some buses.
    fn shift(&mut self, room: Room) -> Result<Shift> {
        let shift = Shift::new(&self.functions, &self.conditions.root_buses, room)?;
        let mut origins = BTreeMap::new();
        for function in &mut self.functions {
            let was = function.address;
            let origin = self.conditions.origins.get(&was).copied();
            shift.apply(function)?;
            let origin = origin.unwrap_or(Origin::At(was));
            if origin != Origin::At(function.address) {
                origins.insert(function.address, origin);
            }
        }
        self.conditions.origins = origins;
        Ok(shift)
    }
}

/// A function of a card, whose buses are relative to the card's bus.
struct Part {
    function: Function,
    origin: Origin,
}

impl Part {
    /// The last bus of the card that it is on or leads to.
    fn last_bus(&self) -> u8 {
        let below = self.function.bridge.map_or(0, |range| range.subordinate);
        self.function.address.bus().max(below)
    }

    /// Its address on a card whose first bus is `first`.
    fn at(&self, domain: u32, first: u8) -> Option<Address> {
        let at = self.function.address;
        let bus = at.bus().checked_add(first)?;
        Address::new(domain, bus, at.device(), at.function())
    }

    fn shift_from(&mut self, first: u8) {
        let down = |bus: u8| bus.saturating_sub(first);
        self.renumber(self.function.address.domain(), down);
    }

    fn shift_to(&mut self, domain: u32, first: u8) {
        let up = |bus: u8| bus.saturating_add(first);
        self.renumber(domain, up);
    }

    fn renumber(&mut self, domain: u32, bus: impl Fn(u8) -> u8) {
        let moved = |at: Address| Address::new(domain, bus(at.bus()), at.device(), at.function());
        let function = &mut self.function;
        function.address = moved(function.address).unwrap_or(function.address);
        function.physical_function = function.physical_function.and_then(moved);
        if let Some(range) = &mut function.bridge {
            range.secondary = bus(range.secondary);
            range.subordinate = bus(range.subordinate);
        }
    }
}

/// A card of which only the IDs are known.
fn described(ids: &[PciId]) -> Vec<Part> {
    let known = ids.iter().map(|id| FunctionId::Known(*id));
    let unknown = ids.is_empty().then_some(FunctionId::NotShown);
    let parts = (0_u8..8).zip(known.chain(unknown));
    let parts = parts.filter_map(|(number, id)| {
        Some(Part {
            function: Function {
                address: Address::new(0, 0, 0, number)?,
                id,
                subsystem: None,
                class: None,
                is_readable: true,
                multifunction_bit: ids.len() > 1,
                bridge: None,
                has_memory: false,
                device_type: Some(DeviceType::ENDPOINT),
                acs: None,
                physical_function: None,
            },
            origin: Origin::Described,
        })
    });
    parts.collect()
}
