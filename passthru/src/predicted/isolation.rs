//! Functions that share a group with requested ones, and changes that isolate them.

use std::collections::BTreeSet;

use iommu::predict::{
    IsolationOption, Join, Machine, NoOverride, Origin, changes, not_overridden, others, reasons,
};
use list_order::Inserts as _;
use pci_core::Address;

use super::inputs::PredictionCause;
use super::outcome::Predicted;

/// Functions that share a group with the requested ones, the reasons, and possible changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Isolation {
    /// The requested functions that are in the prediction, with those of added cards.
    pub wanted: BTreeSet<Address>,
    /// Functions in the same groups.
    pub sharing: Vec<SharingFunction>,
    /// Changes that leave fewer of these, the gentlest first.
    pub changes: Vec<IsolationOption>,
}

/// A function that shares a group with a requested one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SharingFunction {
    /// Where it is.
    pub address: Address,
    /// Chains of reasons: one link of each must change to isolate it.
    pub chains: Vec<Vec<Join>>,
    /// Reasons that the ACS override cannot change.
    pub not_overridden: Vec<NoOverride>,
}

/// Returns the functions that share groups with `wanted`, and with added cards, in a prediction.
/// `wanted` are addresses of the host as it is.
///
/// # Errors
///
/// As of [`iommu::predict::predict`].
pub fn isolation(predicted: &Predicted, wanted: BTreeSet<Address>) -> crate::Result<Isolation> {
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
        .into_set();
    let mut found = Vec::new();
    for address in others(prediction, &wanted) {
        let shares = |one: &&Address| prediction.why(**one, address).is_some();
        let Some(one) = wanted.iter().find(shares) else {
            continue;
        };
        found.push(SharingFunction {
            address,
            chains: reasons(functions, conditions, *one, address)
                .map_err(PredictionCause::Iommu)?,
            not_overridden: not_overridden(prediction, &wanted, address),
        });
    }
    Ok(Isolation {
        changes: changes(functions, conditions, &wanted).map_err(PredictionCause::Iommu)?,
        wanted,
        sharing: found,
    })
}
