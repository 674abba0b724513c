//! What a reset of a function's bus takes along.

use std::collections::BTreeSet;

use pci_core::Address;

use crate::predict::Function;

/// What a reset of the bus that a function is on would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusReset {
    /// There is none: the function is on a root bus.
    OnRootBus,
    /// The bridge above resets its bus, and these functions with it: all on that bus
    /// and below.
    Takes {
        /// The bridge.
        bridge: Address,
        /// The functions, the one that was asked about among them.
        functions: BTreeSet<Address>,
    },
}

/// What a reset of the bus that `of` is on would take along, of all `functions` of
/// a host.
#[must_use]
pub fn bus_reset(functions: &[Function], of: Address) -> BusReset {
    let leads_to = |domain: u32, bus: u8| {
        functions.iter().find(|function| {
            let address = function.address;
            let there = function.bridge.is_some_and(|range| range.secondary == bus);
            there && address.domain() == domain && address.bus() < bus
        })
    };
    // A virtual function's bus may have no bridge of its own.
    let physical = functions
        .iter()
        .find(|function| function.address == of)
        .and_then(|function| function.physical_function);
    let bridge = leads_to(of.domain(), of.bus())
        .or_else(|| physical.and_then(|at| leads_to(at.domain(), at.bus())));
    let Some((bridge, range)) = bridge.and_then(|one| Some((one.address, one.bridge?))) else {
        return BusReset::OnRootBus;
    };
    let below = functions.iter().map(|function| function.address);
    BusReset::Takes {
        bridge,
        functions: below
            .filter(|address| {
                address.domain() == bridge.domain()
                    && (range.secondary..=range.subordinate).contains(&address.bus())
            })
            .collect(),
    }
}
