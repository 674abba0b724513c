//! Parents and children of functions.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::{Address, Bus, Slot};

/// Parent of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Parent {
    /// A root bus: only the host bridge is upstream.
    Root(Bus),
    /// The bus below this bridge.
    Bridge(Address),
    /// Not in the input.
    Unknown,
}

/// A root bus: a bus without a bridge in its domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RootBus {
    /// The bus.
    pub bus: Bus,
    /// The function of another domain that provides it: Intel's Volume Management Device, which
    /// puts NVMe drives into a separate domain (`drivers/pci/controller/vmd.c`).
    pub below: Option<Address>,
}

/// The PCI tree of a host, as far as known.
///
/// A root bus has bridges, each bridge a secondary bus, and so on down to the device. On PCI
/// Express the bridge on the root bus is the *root port*; every link between two chips is a
/// separate bus.
///
/// ```
/// use pci_core::Address;
/// use pci_core::topology::{Parent, Topology};
/// use host_tree::MemoryTree;
/// let mut host = MemoryTree::partial();
/// for place in ["0000:00:01.0", "0000:00:01.0/0000:01:00.0", "0000:00:01.0/0000:01:00.1"] {
///     let name = place.rsplit('/').next().unwrap();
///     host.insert_link(
///         &format!("/sys/bus/pci/devices/{name}"),
///         &format!("../../../devices/pci0000:00/{place}"),
///     );
/// }
/// let topology = Topology::from_sysfs(&pci_core::sysfs::read(&host));
/// let [port, gpu, audio]: [Address; 3] = ["00:01.0".parse()?, "01:00.0".parse()?, "01:00.1".parse()?];
/// assert_eq!(topology.parent(port), Parent::Root("0000:00".parse()?));
/// assert_eq!(topology.bridge_above(gpu), Some(port));
/// assert_eq!(topology.slot(gpu.slot()).collect::<Vec<_>>(), [gpu, audio]);
/// assert_eq!(topology.path(audio), Some(vec![port, audio]));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    parents: BTreeMap<Address, Parent>,
    children: BTreeMap<Parent, Vec<Address>>,
    roots: Vec<RootBus>,
    ranges: BTreeMap<Address, (u8, u8)>,
    physical: BTreeMap<Address, Address>,
}

impl Topology {
    pub(super) fn new(
        mut parents: BTreeMap<Address, Parent>,
        roots: Vec<RootBus>,
        ranges: BTreeMap<Address, (u8, u8)>,
        physical: BTreeMap<Address, Address>,
    ) -> Self {
        let mut children = below(&parents);
        // Bridges in a loop, in an invalid text, have no parent.
        let mut seen: BTreeSet<Address> = BTreeSet::new();
        let mut left: Vec<Parent> = children
            .keys()
            .filter(|parent| match parent {
                Parent::Root(_) | Parent::Unknown => true,
                Parent::Bridge(bridge) => !parents.contains_key(bridge),
            })
            .copied()
            .collect();
        while let Some(parent) = left.pop() {
            for child in children.get(&parent).into_iter().flatten() {
                if seen.insert(*child) {
                    left.push(Parent::Bridge(*child));
                }
            }
        }
        if seen.len() < parents.len() {
            for (address, parent) in &mut parents {
                if !seen.contains(address) {
                    *parent = Parent::Unknown;
                }
            }
            children = below(&parents);
        }
        Self {
            parents,
            children,
            roots,
            ranges,
            physical,
        }
    }

    /// The topology of only `functions` and their upstream bridges.
    #[must_use]
    pub fn of(&self, functions: &[Address]) -> Self {
        let mut kept: BTreeSet<Address> = BTreeSet::new();
        for function in functions {
            let mut at = *function;
            while self.parents.contains_key(&at) && kept.insert(at) {
                match self.bridge_above(at) {
                    Some(bridge) => at = bridge,
                    None => break,
                }
            }
        }
        let mut parents = self.parents.clone();
        parents.retain(|at, _| kept.contains(at));
        let mut roots = self.roots.clone();
        roots.retain(|root| {
            parents
                .values()
                .any(|parent| *parent == Parent::Root(root.bus))
        });
        Self {
            children: below(&parents),
            parents,
            roots,
            ranges: self.ranges.clone(),
            physical: self.physical.clone(),
        }
    }

    /// All functions, by address: listed ones, and bridges that are known only from functions below
    /// them.
    pub fn functions(&self) -> impl Iterator<Item = Address> + '_ {
        self.parents.keys().copied()
    }

    /// The root buses, by domain and number.
    #[must_use]
    pub fn roots(&self) -> &[RootBus] {
        &self.roots
    }

    /// The parent of the function.
    #[must_use]
    pub fn parent(&self, address: Address) -> Parent {
        self.parents
            .get(&address)
            .copied()
            .unwrap_or(Parent::Unknown)
    }

    /// The upstream bridge; `None` on a root bus, and if unknown.
    #[must_use]
    pub fn bridge_above(&self, address: Address) -> Option<Address> {
        match self.parent(address) {
            Parent::Bridge(bridge) => Some(bridge),
            Parent::Root(_) | Parent::Unknown => None,
        }
    }

    /// The children of `parent`, by address; for a bridge including virtual functions on any bus.
    /// For [`Parent::Unknown`], the functions without a known parent.
    #[must_use]
    pub fn children(&self, parent: Parent) -> &[Address] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The functions of a slot, by address.
    pub fn slot(&self, slot: Slot) -> impl Iterator<Item = Address> + '_ {
        (0..8)
            .filter_map(move |function| slot.function(function))
            .filter(|address| self.parents.contains_key(address))
    }

    /// The bridges from the root bus down to the function, which is last; `None` if a step is
    /// unknown.
    #[must_use]
    pub fn path(&self, address: Address) -> Option<Vec<Address>> {
        let mut path = Vec::new();
        let mut at = address;
        loop {
            path.push(at);
            match self.parents.get(&at)? {
                Parent::Root(_) => break,
                Parent::Bridge(bridge) => at = *bridge,
                Parent::Unknown => return None,
            }
        }
        path.reverse();
        Some(path)
    }

    /// The bridge on the root bus upstream of the function; `None` on the root bus itself, and if a
    /// step is unknown.
    #[must_use]
    pub fn root_port(&self, address: Address) -> Option<Address> {
        let path = self.path(address)?;
        path.first().copied().filter(|first| *first != address)
    }

    /// Secondary and subordinate bus number of a bridge, if known.
    #[must_use]
    pub fn buses(&self, bridge: Address) -> Option<(u8, u8)> {
        self.ranges.get(&bridge).copied()
    }

    /// The physical function of a virtual function, if known.
    #[must_use]
    pub fn physical_function(&self, address: Address) -> Option<Address> {
        self.physical.get(&address).copied()
    }
}

fn below(parents: &BTreeMap<Address, Parent>) -> BTreeMap<Parent, Vec<Address>> {
    let mut children: BTreeMap<Parent, Vec<Address>> = BTreeMap::new();
    for (address, parent) in parents {
        children.entry(*parent).or_default().push(*address);
    }
    children
}
