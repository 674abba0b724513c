//! Buses and bridges of a listing.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::output_function::OutputFunction;
use crate::Address;
use crate::lspci::structures::Layout;
use crate::lspci::version::Version;

/// The buses of a host, and the bridges between them.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    /// The roots come first.
    bridges: Vec<Bridge>,
    version: Version,
    /// Place of each bus: bridge, and index among its buses.
    buses: BTreeMap<(u32, u8), (usize, usize)>,
    /// For each bus, the bridge with the smallest range that includes it.
    covering: BTreeMap<(u32, u8), usize>,
    /// The bridges among the functions.
    by_address: BTreeMap<Address, usize>,
}

/// A bridge, or, without an address, the root of one or all domains.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    pub(super) address: Option<Address>,
    domain: u32,
    primary: u8,
    pub(super) secondary: u8,
    pub(super) subordinate: u8,
    pub(super) buses: Vec<Bus>,
}

/// A bus below a bridge.
#[derive(Clone, Debug)]
pub(super) struct Bus {
    pub(super) domain: u32,
    pub(super) number: u8,
    /// In order.
    pub(super) functions: Vec<Address>,
}

impl Bridge {
    fn root(domain: u32) -> Self {
        Self {
            address: None,
            domain,
            primary: 0,
            secondary: 0,
            subordinate: u8::MAX,
            buses: Vec::new(),
        }
    }

    /// The bridge in `function`'s registers (PCI-to-PCI Bridge Architecture Specification 1.2,
    /// section 3.2.5).
    fn of(function: &OutputFunction<'_>) -> Option<Self> {
        let is_bridge = function.class().is_bridge();
        let layout = function.layout()?;
        if !is_bridge || !matches!(layout, Layout::Bridge | Layout::CardBus) {
            return None;
        }
        let registers = function.registers();
        Some(Self {
            address: Some(function.address),
            primary: registers.byte(0x18),
            secondary: registers.byte(0x19),
            subordinate: registers.byte(0x1a),
            ..Self::root(function.address.domain())
        })
    }

    fn span(&self) -> u8 {
        self.subordinate.saturating_sub(self.primary)
    }
}

impl Topology {
    /// The topology of `functions`, which are sorted.
    pub(super) fn new(functions: &[&OutputFunction<'_>], version: Version) -> Self {
        let mut bridges: Vec<Bridge> = Vec::new();
        let mut root_of = BTreeMap::new();
        if version.tree_has_bus_0() {
            bridges.push(Bridge::root(0));
        }
        for function in functions {
            let domain = function.address.domain();
            root_of.entry(domain).or_insert_with(|| {
                if !version.tree_has_bus_0() {
                    bridges.push(Bridge::root(domain));
                }
                bridges.len() - 1
            });
        }
        let roots = bridges.len();
        bridges.extend(functions.iter().filter_map(|function| Bridge::of(function)));
        let by_address = bridges.iter().enumerate();
        let by_address = by_address.filter_map(|(at, bridge)| Some((bridge.address?, at)));
        let mut places = BTreeMap::new();
        places.extend(by_address);
        let mut topology = Self {
            by_address: places,
            bridges,
            version,
            buses: BTreeMap::new(),
            covering: BTreeMap::new(),
        };
        topology.cover(roots);
        topology.own_buses();
        for function in functions {
            let address = function.address;
            let root = root_of.get(&address.domain()).copied().unwrap_or(0);
            topology.insert(address, root);
        }
        topology
    }

    /// Finds for each bus the bridge with the smallest range that includes it.
    fn cover(&mut self, roots: usize) {
        for (at, bridge) in self.bridges.iter().enumerate().skip(roots) {
            for bus in bridge.secondary..=bridge.subordinate {
                let best = self.covering.entry((bridge.domain, bus)).or_insert(at);
                if self
                    .bridges
                    .get(*best)
                    .is_some_and(|best| bridge.span() < best.span())
                {
                    *best = at;
                }
            }
        }
    }

    /// Creates the secondary bus of each bridge, and the bus 0000:00 if it is printed even without
    /// functions.
    fn own_buses(&mut self) {
        for at in 0..self.bridges.len() {
            let Some(bridge) = self.bridges.get(at) else {
                continue;
            };
            let (domain, secondary) = (bridge.domain, bridge.secondary);
            if bridge.address.is_some() || self.version.tree_has_bus_0() {
                self.bus(at, domain, secondary);
            }
        }
    }

    /// Adds a function to its bus, which is created below the bridge with the smallest range that
    /// includes it, or else below the root.
    fn insert(&mut self, address: Address, root: usize) {
        let key = (address.domain(), address.bus());
        let (bridge, bus) = self.buses.get(&key).copied().unwrap_or_else(|| {
            let bridge = self.covering.get(&key).copied().unwrap_or(root);
            self.bus(bridge, key.0, key.1)
        });
        let bus = self
            .bridges
            .get_mut(bridge)
            .and_then(|bridge| bridge.buses.get_mut(bus));
        if let Some(bus) = bus {
            bus.functions.push(address);
        }
    }

    /// Creates a bus below the bridge `at`.
    fn bus(&mut self, at: usize, domain: u32, number: u8) -> (usize, usize) {
        let Some(bridge) = self.bridges.get_mut(at) else {
            return (at, 0);
        };
        bridge.buses.push(Bus {
            domain,
            number,
            functions: Vec::new(),
        });
        let place = (at, bridge.buses.len() - 1);
        *self.buses.entry((domain, number)).or_insert(place)
    }

    /// The roots, in the order of their domains.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Bridge> {
        self.bridges
            .iter()
            .take_while(|bridge| bridge.address.is_none())
    }

    /// The bridge at `address`.
    pub(super) fn bridge(&self, address: Address) -> Option<&Bridge> {
        self.bridges.get(*self.by_address.get(&address)?)
    }

    /// The upstream bridge of the function at `address`; `None` for a root.
    pub(super) fn above(&self, address: Address) -> Option<Address> {
        let (bridge, _) = self.buses.get(&(address.domain(), address.bus()))?;
        self.bridges.get(*bridge)?.address
    }

    /// The bridges from the root to the function at `address`, inclusive.
    pub(super) fn path(&self, address: Address) -> Vec<Address> {
        let mut path = Vec::from([address]);
        let mut seen = BTreeSet::from([address]);
        let mut at = address;
        // Malformed numbers may make a bridge its own parent.
        while let Some(above) = self.above(at).filter(|above| seen.insert(*above)) {
            path.push(above);
            at = above;
        }
        path.reverse();
        path
    }
}
