//! What holds other functions to those that somebody wants, and what would part
//! them.

use std::collections::BTreeSet;

use iommu::predict::{
    IsolationOption, Join, Machine, NoOverride, Origin, changes, not_overridden, others, reasons,
};
use pci_core::Address;

use super::outcome::Predicted;

/// What shares a group with the wanted functions, why, and what would change it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Isolation {
    /// The functions that are wanted, where they are in the prediction, with those of
    /// cards that are added.
    pub wanted: BTreeSet<Address>,
    /// What shares a group with them.
    pub sharing: Vec<SharingFunction>,
    /// What would leave fewer of these, the gentlest first.
    pub changes: Vec<IsolationOption>,
}

/// A function that shares a group with a wanted one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharingFunction {
    /// Where it is.
    pub address: Address,
    /// All that holds it there, each a chain of reasons: something of every chain
    /// must change to part it.
    pub chains: Vec<Vec<Join>>,
    /// What of that the ACS override cannot change.
    pub not_overridden: Vec<NoOverride>,
}

/// What shares groups with `wanted`, and with cards that are added, in a prediction.
/// `wanted` are addresses of the host as it is.
///
/// # Errors
///
/// As of [`iommu::predict::predict`].
pub fn isolation(
    predicted: &Predicted,
    wanted: BTreeSet<Address>,
) -> Result<Isolation, iommu::Error> {
    let Predicted {
        prediction,
        machine,
        ..
    } = predicted;
    let Machine {
        functions,
        conditions,
    } = machine;
    let added = conditions.origins.iter();
    let added = added.filter(|(_, origin)| matches!(origin, Origin::Copied | Origin::Described));
    let wanted: BTreeSet<Address> = wanted
        .into_iter()
        .filter_map(|was| machine.now(was))
        .chain(added.map(|(address, _)| *address))
        .collect();
    let mut found = Vec::new();
    for address in others(prediction, &wanted) {
        let shares = |one: &&Address| prediction.why(**one, address).is_some();
        let Some(one) = wanted.iter().find(shares) else {
            continue;
        };
        found.push(SharingFunction {
            address,
            chains: reasons(functions, conditions, *one, address)?,
            not_overridden: not_overridden(prediction, &wanted, address),
        });
    }
    Ok(Isolation {
        changes: changes(functions, conditions, &wanted)?,
        wanted,
        sharing: found,
    })
}
