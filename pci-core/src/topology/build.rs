//! Construction of a topology.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use host_tree::Lookup;

use super::place;
use super::tree::{Parent, RootBus, Topology};
use crate::config::{ConfigSpace, Header, HeaderLayout};
use crate::sysfs::{SysfsDevice, SysfsDevices};
use crate::{Address, AddressPath, Bus};

/// Collects facts about a host's buses. The order of the calls is irrelevant, except that the first
/// of contradicting facts about a function takes precedence.
///
/// ```
/// use pci_core::topology::TopologyBuilder;
/// let mut builder = TopologyBuilder::new();
/// // lspci -v: Bus: primary=00, secondary=01, subordinate=01, sec-latency=0
/// builder.buses("00:01.0".parse()?, 1, 1);
/// builder.function("01:00.0".parse()?);
/// // lspci -PP: 00:1c.0/02:00.0
/// builder.path(&"00:1c.0/02:00.0".parse()?);
/// let topology = builder.build();
/// assert_eq!(topology.root_port("01:00.0".parse()?), Some("00:01.0".parse()?));
/// assert_eq!(topology.root_port("02:00.0".parse()?), Some("00:1c.0".parse()?));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TopologyBuilder {
    functions: BTreeSet<Address>,
    parents: BTreeMap<Address, Parent>,
    /// Bridges by secondary bus; several if the input is contradictory.
    secondary: BTreeMap<Bus, Vec<Address>>,
    /// Last bus below a bridge.
    ranges: BTreeMap<Address, (u8, u8)>,
    roots: BTreeMap<Bus, Option<Address>>,
    physical: BTreeMap<Address, Address>,
}

impl TopologyBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the function at `address`.
    pub fn function(&mut self, address: Address) {
        self.functions.insert(address);
    }

    /// Adds the buses `secondary` to `subordinate` of the bridge at `address` (PCI-to-PCI Bridge
    /// Architecture Specification 1.2, section 3.2.5). A secondary bus of 0 is unassigned.
    pub fn buses(&mut self, address: Address, secondary: u8, subordinate: u8) {
        self.function(address);
        if secondary == 0 || self.ranges.contains_key(&address) {
            return;
        }
        self.ranges.insert(address, (secondary, subordinate));
        self.secondary
            .entry(Bus::new(address.domain(), secondary))
            .or_default()
            .push(address);
    }

    /// Adds `target`, the directory of the function at `address` in the link in
    /// `/sys/bus/pci/devices`.
    pub fn place(&mut self, address: Address, target: &str) {
        self.function(address);
        let on_the_way = place::functions(target);
        if on_the_way.last().map(|(last, _)| *last) != Some(address) {
            return;
        }
        let mut above: Option<Address> = None;
        for (function, root) in on_the_way {
            let parent = match (root, above) {
                (Some(bus), below) => {
                    self.roots.entry(bus).or_insert(below);
                    Parent::Root(bus)
                }
                (None, Some(bridge)) => Parent::Bridge(bridge),
                (None, None) => Parent::Unknown,
            };
            self.parent(function, parent);
            above = Some(function);
        }
    }

    /// Adds `path`: the function and its upstream bridges. Hops after one without a bus are
    /// ignored.
    pub fn path(&mut self, path: &AddressPath) {
        let root = path.root();
        self.roots.entry(root.on_bus()).or_insert(None);
        self.parent(root, Parent::Root(root.on_bus()));
        let mut above = root;
        for hop in path.hops() {
            let address = hop
                .bus()
                .and_then(|bus| Address::new(root.domain(), bus, hop.device(), hop.function()));
            let Some(address) = address else { return };
            self.parent(address, Parent::Bridge(above));
            above = address;
        }
    }

    /// Adds the root bus `bus`.
    pub fn root(&mut self, bus: Bus) {
        self.roots.entry(bus).or_insert(None);
    }

    /// Adds the virtual function at `address` of `physical`: it may be on a bus without a bridge,
    /// and is below the same bridge (`drivers/pci/iov.c`, `virtfn_add_bus`).
    pub fn virtual_function(&mut self, address: Address, physical: Address) {
        self.function(address);
        self.function(physical);
        self.physical.entry(address).or_insert(physical);
    }

    /// Adds a function of sysfs: its place, its physical function, and the bus numbers of a bridge
    /// that was awake or whose configuration space was read.
    pub fn sysfs(&mut self, device: &SysfsDevice) {
        self.function(device.address);
        if let Lookup::Found(place) = &device.place {
            self.place(device.address, place);
        }
        if let Lookup::Found(physical) = device.physical_function {
            self.virtual_function(device.address, physical);
        }
        if let Lookup::Found(buses) = device.buses {
            self.buses(device.address, buses.secondary, buses.subordinate);
        }
        if let Lookup::Found(config) = &device.config {
            self.config(device.address, ConfigSpace::new(&config.bytes));
        }
    }

    /// Adds the buses in the header of `config`, if it is a bridge's.
    pub fn config(&mut self, address: Address, config: ConfigSpace<'_>) {
        self.function(address);
        match Header::read(config).map(|header| header.layout) {
            Ok(HeaderLayout::Bridge(bridge)) => {
                self.buses(address, bridge.secondary_bus, bridge.subordinate_bus);
            }
            Ok(HeaderLayout::CardBus(bridge)) => {
                self.buses(address, bridge.cardbus_bus, bridge.subordinate_bus);
            }
            _ => {}
        }
    }

    fn parent(&mut self, address: Address, parent: Parent) {
        self.function(address);
        if parent != Parent::Unknown {
            self.parents.entry(address).or_insert(parent);
        }
    }

    /// The topology, as far as known.
    #[must_use]
    pub fn build(self) -> Topology {
        let mut parents: BTreeMap<Address, Parent> = BTreeMap::new();
        for address in &self.functions {
            let own = self.parent_of(*address);
            let parent = match (own, self.physical.get(address)) {
                // One step: a virtual function has no virtual functions.
                (Parent::Unknown, Some(physical)) => self.parent_of(*physical),
                _ => own,
            };
            parents.insert(*address, parent);
        }
        let mut roots = self.roots;
        for parent in parents.values() {
            if let Parent::Root(bus) = parent {
                roots.entry(*bus).or_insert(None);
            }
        }
        let roots = roots
            .into_iter()
            .map(|(bus, below)| RootBus { bus, below })
            .collect();
        Topology::new(parents, roots, self.ranges, self.physical)
    }

    fn parent_of(&self, address: Address) -> Parent {
        if let Some(parent) = self.parents.get(&address) {
            return *parent;
        }
        let bus = address.on_bus();
        match self.secondary.get(&bus).map(Vec::as_slice) {
            Some([bridge]) if *bridge != address => return Parent::Bridge(*bridge),
            // Two bridges have the same secondary bus: one text is out of date.
            Some(_) => return Parent::Unknown,
            None => {}
        }
        // Bus 0 below a bridge means unassigned.
        if bus.number == 0 || self.roots.contains_key(&bus) {
            Parent::Root(bus)
        } else {
            Parent::Unknown
        }
    }
}

impl Topology {
    /// The topology from sysfs.
    #[must_use]
    pub fn from_sysfs(found: &SysfsDevices) -> Self {
        let mut builder = TopologyBuilder::new();
        for device in &found.devices {
            builder.sysfs(device);
        }
        builder.build()
    }
}
