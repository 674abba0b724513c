//! What a reset of a function's bus takes along.

use std::collections::BTreeSet;

use pci_core::Address;
use pci_core::topology::{Parent, Topology};

/// What a reset of the bus that a function is on would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusReset {
    /// There is none: the function is on a root bus.
    OnRootBus,
    /// Linux does none: this function on the bus, or the bridge above, hangs after it
    /// ([`ResetQuirkKind::NoBusReset`](super::ResetQuirkKind::NoBusReset)).
    Hangs(Address),
    /// The bridge above resets its bus, and these functions with it: all on that bus
    /// and below.
    Takes {
        /// The bridge.
        bridge: Address,
        /// The functions, the one that was asked about among them.
        functions: BTreeSet<Address>,
    },
    /// The input does not show what is above the function.
    NotShown,
}

impl BusReset {
    /// The functions that it takes along and that are not among `guest`.
    #[must_use]
    pub fn others(&self, guest: &BTreeSet<Address>) -> BTreeSet<Address> {
        match self {
            Self::Takes { functions, .. } => functions.difference(guest).copied().collect(),
            Self::OnRootBus | Self::Hangs(_) | Self::NotShown => BTreeSet::new(),
        }
    }
}

/// What a reset of the bus that `of` is on would take along. `hangs` says of a function
/// whether a bus reset hangs it: the kernel asks that of all functions of the bus and
/// of the bridge above (`pci_bus_resettable`, drivers/pci/pci.c).
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
///     BusReset::Takes { bridge: port, functions: [gpu, audio].into() }
/// );
/// // A guest that has the card without its audio cannot have it reset so.
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
        Some(culprit) => BusReset::Hangs(culprit),
        None => BusReset::Takes { bridge, functions },
    }
}
