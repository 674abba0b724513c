//! The bridges of a machine and their buses.

use std::collections::HashMap;

use pci_core::Address;

use super::function::Function;
use crate::error::{Cause, Result};

/// Functions in the order of their addresses, with the path from each to its root bus.
pub(super) struct Topology<'a> {
    pub(super) functions: &'a [Function],
    /// For each function, the bridge upstream of its bus.
    pub(super) bridge: Vec<Option<usize>>,
    /// The functions of each bus, as a range of `functions`.
    buses: HashMap<(u32, u8), std::ops::Range<usize>>,
}

impl<'a> Topology<'a> {
    /// Links `functions`, sorted by address and unique. A bus that is in a bridge's range without
    /// being a bridge's secondary bus has virtual functions, or its bridge is missing.
    /// A bus that is not among `root_buses` may also be that of a bridge whose registers are
    /// unreadable.
    pub(super) fn new(functions: &'a [Function], root_buses: &[(u32, u8)]) -> Result<Self> {
        let key = |address: Address| (address.domain(), address.bus());
        let mut buses: HashMap<(u32, u8), std::ops::Range<usize>> = HashMap::new();
        let mut leads_to: HashMap<(u32, u8), usize> = HashMap::new();
        for (at, function) in functions.iter().enumerate() {
            let range = buses.entry(key(function.address)).or_insert(at..at);
            range.end = at + 1;
            if let Some(range) = function.bridge
                && range.secondary != 0
            {
                // The first wins: bridges with the same secondary bus are not configured yet.
                leads_to
                    .entry((function.address.domain(), range.secondary))
                    .or_insert(at);
            }
        }
        let covered = covered_buses(functions);
        let unreadable: Vec<usize> = functions
            .iter()
            .enumerate()
            .filter(|(_, function)| function.may_hide_a_bus())
            .map(|(at, _)| at)
            .take(MOST_UNREADABLE)
            .collect();
        let mut bridges = HashMap::new();
        for (&bus, range) in &buses {
            let bridge = leads_to.get(&bus).copied();
            let below_a_bridge = covered
                .get(&bus.0)
                .and_then(|buses| buses.get(usize::from(bus.1)))
                == Some(&true);
            let all_virtual = functions
                .get(range.clone())
                .is_some_and(|all| all.iter().all(|one| one.physical_function.is_some()));
            let is_root = root_buses.contains(&bus);
            let hidden = || {
                let siblings = |of: Address| buses.get(&key(of)).cloned().unwrap_or_default();
                unreadable_bridge(functions, &unreadable, siblings, bus)
            };
            let bridge = bridge.or_else(|| hidden().filter(|_| !is_root && !all_virtual));
            if bridge.is_none() && below_a_bridge && !all_virtual {
                let (domain, bus) = bus;
                return Err(Cause::BridgeNotShown { domain, bus }.into());
            }
            bridges.insert(bus, bridge);
        }
        let bridge = functions
            .iter()
            .map(|function| above(functions, &bridges, function))
            .collect();
        Ok(Self {
            functions,
            bridge,
            buses,
        })
    }

    /// For each function, its root bus as domain and bus number.
    pub(super) fn root_buses(&self) -> Vec<(u32, u8)> {
        let mut found: Vec<(u32, u8)> = Vec::with_capacity(self.functions.len());
        for (function, above) in self.functions.iter().zip(&self.bridge) {
            // A bridge precedes its downstream functions: its bus number is lower.
            let root = above.and_then(|bridge| found.get(bridge).copied());
            let address = function.address;
            found.push(root.unwrap_or((address.domain(), address.bus())));
        }
        found
    }

    /// The functions on a bus.
    pub(super) fn bus(&self, domain: u32, bus: u8) -> Option<std::ops::Range<usize>> {
        self.buses.get(&(domain, bus)).cloned()
    }

    /// The functions on the bus of function `at`.
    pub(super) fn bus_of(&self, at: usize) -> std::ops::Range<usize> {
        let address = self.functions.get(at).map(|function| function.address);
        address
            .and_then(|address| self.buses.get(&(address.domain(), address.bus())))
            .cloned()
            .unwrap_or_default()
    }

    /// The other functions of the device of function `at`.
    pub(super) fn siblings(&self, at: usize) -> impl Iterator<Item = usize> {
        let slot = self
            .functions
            .get(at)
            .map(|function| function.address.slot());
        self.bus_of(at).filter(move |&other| {
            let function = self.functions.get(other);
            other != at && function.map(|function| function.address.slot()) == slot
        })
    }
}

/// The bridge with unreadable registers that leads to `bus`, to which no other does. Buses are
/// numbered depth first, in the order of the bridges: the preceding bridges of its bus lead to lower
/// buses, the following ones to higher ones.
fn unreadable_bridge(
    functions: &[Function],
    unreadable: &[usize],
    siblings: impl Fn(Address) -> std::ops::Range<usize>,
    (domain, bus): (u32, u8),
) -> Option<usize> {
    let leads_there = |at: &usize| {
        let Some(one) = functions.get(*at).map(|one| one.address) else {
            return false;
        };
        let others = functions.get(siblings(one)).unwrap_or_default();
        let mut secondary = others
            .iter()
            .filter_map(|other| Some((other.address, other.bridge?.secondary)));
        one.domain() == domain
            && one.bus() < bus
            && secondary
                .all(|(other, secondary)| secondary == 0 || (other < one) == (secondary < bus))
    };
    unreadable.iter().copied().find(leads_there)
}

/// Limit of the bridges with unreadable registers.
const MOST_UNREADABLE: usize = 16;

/// The bridge upstream of a function's bus. A virtual function whose bus has no bridge is
/// downstream of its physical function's bridge.
fn above(
    functions: &[Function],
    bridges: &HashMap<(u32, u8), Option<usize>>,
    function: &Function,
) -> Option<usize> {
    let bridge_to = |address: Address| bridges.get(&(address.domain(), address.bus())).copied();
    let own = bridge_to(function.address).flatten();
    let physical = function.physical_function;
    let bridge = own.or_else(|| bridge_to(physical?).flatten())?;
    // A bridge that leads to its own bus or a lower one is not configured.
    let there = functions.get(bridge)?.address;
    (there.bus() < function.address.bus()).then_some(bridge)
}

/// For each domain, the buses downstream of some bridge.
fn covered_buses(functions: &[Function]) -> HashMap<u32, [bool; 256]> {
    let mut covered = HashMap::new();
    for function in functions {
        let Some(range) = function.bridge else {
            continue;
        };
        let buses = covered
            .entry(function.address.domain())
            .or_insert([false; 256]);
        // The bridge's own bus is not below it, whatever its registers say.
        if range.secondary > function.address.bus() {
            let range = usize::from(range.secondary)..=usize::from(range.subordinate);
            if let Some(buses) = buses.get_mut(range) {
                buses.fill(true);
            }
        }
    }
    covered
}
