//! Functions that must be assigned together on hosts without IOMMU groups.
//!
//! ESXi and Xen isolate guests with the IOMMU but without the kernel's groups: a function can be
//! assigned alone. The functions that its reset also resets must still be assigned together. ESXi
//! lists them; for Xen they follow from the buses.

use std::collections::{BTreeMap, BTreeSet};

use list_order::Inserts as _;
use pci_core::{Address, Slot};

use super::bus_reset::BusReset;
use super::report::ResetForGuest;

/// Functions that are assigned to one guest, or stay on the host, together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssignedTogether {
    /// The functions: at least two.
    pub functions: BTreeSet<Address>,
    /// The reason.
    pub reason: TogetherReason,
}

/// Reason to assign functions together without IOMMU groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TogetherReason {
    /// They have the same dependent device, which the VMkernel must release with any of them; it
    /// may be a bridge (vSphere Web Services API, `HostPciPassthruInfo`, `dependentDevice`; `esxcli
    /// hardware pci list`, `Dependent Device`).
    DependentDevice(Address),
    /// They are functions of one device that ESXi cannot share among guests (`FPT Sharable: false`,
    /// the last word of `passthru.map`).
    NotSharable(Slot),
    /// One of them can only be reset with the bus below this bridge, which resets all of them
    /// ([`BusReset::Resets`]).
    BusReset(Address),
}

/// ESXi's dependency data of one function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EsxiDependency {
    /// `Dependent Device`: the function itself, if it has none.
    pub dependent_device: Option<Address>,
    /// `FPT Sharable`.
    pub sharable: Option<bool>,
}

/// Functions that ESXi assigns together, among those listed.
///
/// ```
/// use std::collections::BTreeMap;
/// use iommu::reset::{TogetherReason, EsxiDependency, together_on_esxi};
/// let bridge = "00:01.0".parse()?;
/// let below = EsxiDependency { dependent_device: Some(bridge), sharable: Some(true) };
/// let card = BTreeMap::from([("01:00.0".parse()?, below), ("01:00.1".parse()?, below)]);
/// let sets = together_on_esxi(&card);
/// assert_eq!(sets[0].reason, TogetherReason::DependentDevice(bridge));
/// assert_eq!(sets[0].functions.len(), 2);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn together_on_esxi(functions: &BTreeMap<Address, EsxiDependency>) -> Vec<AssignedTogether> {
    let mut sets: BTreeMap<TogetherReason, BTreeSet<Address>> = BTreeMap::new();
    for (address, dependency) in functions {
        if let Some(device) = dependency.dependent_device {
            let set = sets
                .entry(TogetherReason::DependentDevice(device))
                .or_default();
            set.insert(*address);
        }
    }
    // A device that others depend on depends on itself, and is assigned with them; a bridge stays
    // on the host.
    let unshared: BTreeSet<Slot> = functions
        .iter()
        .filter(|(_, dependency)| dependency.sharable == Some(false))
        .map(|(address, _)| address.slot())
        .into_set();
    for address in functions.keys() {
        if unshared.contains(&address.slot()) {
            let set = sets
                .entry(TogetherReason::NotSharable(address.slot()))
                .or_default();
            set.insert(*address);
        }
    }
    several(sets)
}

/// Functions that must be assigned together because of resets, from each function's reset methods
/// and bus reset: those of the buses on which a function has no other reset.
#[must_use]
pub fn together_by_reset<'a>(
    functions: impl IntoIterator<Item = (&'a ResetForGuest, &'a BusReset)>,
) -> Vec<AssignedTogether> {
    let mut sets: BTreeMap<TogetherReason, BTreeSet<Address>> = BTreeMap::new();
    for (standing, reset) in functions {
        let BusReset::Resets { bridge, functions } = reset else {
            continue;
        };
        if matches!(
            standing,
            ResetForGuest::WithBus | ResetForGuest::BusHasOthers
        ) {
            let set = sets.entry(TogetherReason::BusReset(*bridge));
            set.or_insert_with(|| functions.clone());
        }
    }
    several(sets)
}

/// Sets of more than one function.
fn several(sets: BTreeMap<TogetherReason, BTreeSet<Address>>) -> Vec<AssignedTogether> {
    let sets = sets
        .into_iter()
        .filter(|(_, functions)| functions.len() > 1);
    sets.map(|(reason, functions)| AssignedTogether { functions, reason })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::method::ResetMethod;
    use super::*;

    fn at(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn on_esxi() {
        let dependency = |dependent: &str, sharable| EsxiDependency {
            dependent_device: Some(at(dependent)),
            sharable: Some(sharable),
        };
        let functions = BTreeMap::from([
            (at("01:00.0"), dependency("00:01.0", true)),
            (at("01:00.1"), dependency("00:01.0", true)),
            (at("02:00.0"), dependency("02:00.0", true)),
            (at("03:00.0"), dependency("03:00.0", false)),
            (at("03:00.1"), EsxiDependency::default()),
            (at("04:00.0"), dependency("04:00.0", false)),
        ]);
        let sets = together_on_esxi(&functions);
        let reason: Vec<TogetherReason> = sets.iter().map(|set| set.reason).collect();
        assert_eq!(
            reason,
            [
                TogetherReason::DependentDevice(at("00:01.0")),
                TogetherReason::NotSharable(at("03:00.0").slot())
            ]
        );
        assert_eq!(sets[1].functions, [at("03:00.0"), at("03:00.1")].into());
    }

    #[test]
    fn by_reset() {
        let reset = BusReset::Resets {
            bridge: at("00:01.0"),
            functions: [at("01:00.0"), at("01:00.1")].into(),
        };
        let alone = BusReset::Resets {
            bridge: at("00:02.0"),
            functions: [at("02:00.0")].into(),
        };
        let own = ResetForGuest::Alone(ResetMethod::Flr);
        assert_eq!(
            together_by_reset([(&own, &reset), (&ResetForGuest::WithBus, &alone)]),
            []
        );
        let sets = together_by_reset([(&own, &reset), (&ResetForGuest::BusHasOthers, &reset)]);
        assert_eq!(sets[0].reason, TogetherReason::BusReset(at("00:01.0")));
        assert_eq!(sets[0].functions.len(), 2);
        assert_eq!(
            together_by_reset([(&ResetForGuest::Not, &BusReset::OnRootBus)]),
            []
        );
    }
}
