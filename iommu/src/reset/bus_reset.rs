//! The functions that a bus reset also resets.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::Address;
use pci_core::topology::{Parent, Topology};

/// Effect of a reset of a function's bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusReset {
    /// None: the function is on a root bus.
    OnRootBus,
    /// Linux does not reset the bus: this function on it, or the upstream bridge, hangs afterwards
    /// ([`ResetQuirkKind::NoBusReset`](super::ResetQuirkKind::NoBusReset)).
    Hangs(Address),
    /// The upstream bridge resets its bus and these functions: all on that bus and below.
    Resets {
        /// The bridge.
        bridge: Address,
        /// The functions, including the given one.
        functions: BTreeSet<Address>,
    },
    /// The upstream bridge is not in the input.
    NotShown,
}

impl BusReset {
    /// Whether functions are also reset that are not among `guest`.
    #[must_use]
    pub fn has_others(&self, guest: &BTreeSet<Address>) -> bool {
        match self {
            Self::Resets { functions, .. } => !functions.is_subset(guest),
            Self::OnRootBus | Self::Hangs(_) | Self::NotShown => false,
        }
    }

    /// The functions that are also reset and not among `guest`.
    #[must_use]
    pub fn others(&self, guest: &BTreeSet<Address>) -> BTreeSet<Address> {
        match self {
            Self::Resets { functions, .. } => functions.difference(guest).copied().into_set(),
            Self::OnRootBus | Self::Hangs(_) | Self::NotShown => BTreeSet::new(),
        }
    }
}

/// Determines the effect of a reset of the bus of `of`. `hangs` returns whether a bus reset hangs a
/// function: the kernel checks all functions of the bus and the upstream bridge
/// (`pci_bus_resettable`, drivers/pci/pci.c).
///
/// ```
/// use iommu::reset::{BusReset, bus_reset};
/// use pci_core::Address;
/// use pci_core::topology::TopologyBuilder;
/// let [port, gpu, audio]: [Address; 3] =
///     ["00:01.0".parse()?, "01:00.0".parse()?, "01:00.1".parse()?];
/// let mut builder = TopologyBuilder::new();
/// builder.buses(port, 1, 1);
/// builder.function(gpu);
/// builder.function(audio);
/// let reset = bus_reset(&builder.build(), gpu, |_| false);
/// assert_eq!(
///     reset,
///     BusReset::Resets { bridge: port, functions: [gpu, audio].into() }
/// );
/// // For a guest with the card but not its audio function, a bus reset is impossible.
/// assert_eq!(reset.others(&[gpu].into()), [audio].into());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn bus_reset(topology: &Topology, of: Address, hangs: impl Fn(Address) -> bool) -> BusReset {
    let bridge = match topology.parent(of) {
        Parent::Root(_) => return BusReset::OnRootBus,
        Parent::Unknown => return BusReset::NotShown,
        Parent::Bridge(bridge) => bridge,
    };
    let mut functions: BTreeSet<Address> = BTreeSet::new();
    let mut left = vec![bridge];
    while let Some(above) = left.pop() {
        for below in topology.children(Parent::Bridge(above)) {
            if functions.insert(*below) {
                left.push(*below);
            }
        }
    }
    let mut all = functions.iter().copied().chain([bridge]);
    match all.find(|one| hangs(*one)) {
        Some(blocker_at) => BusReset::Hangs(blocker_at),
        None => BusReset::Resets { bridge, functions },
    }
}
