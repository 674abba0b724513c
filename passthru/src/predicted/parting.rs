//! What holds other functions to those that somebody wants, and what would part
//! them.

use std::collections::BTreeSet;

use iommu::predict::{
    Changed, Join, NoOverride, PredictError, changes, not_overridden, others, reasons,
};
use pci_core::Address;

use super::outcome::Predicted;

/// What shares a group with the wanted functions, why, and what would change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The functions that are wanted.
    pub wanted: BTreeSet<Address>,
    /// What shares a group with them.
    pub others: Vec<Other>,
    /// What would leave fewer of these, the gentlest first.
    pub changes: Vec<Changed>,
}

/// A function that shares a group with a wanted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Where it is.
    pub address: Address,
    /// All that holds it there, each a chain of reasons: something of every chain
    /// must change to part it.
    pub reasons: Vec<Vec<Join>>,
    /// What of that the ACS override cannot change.
    pub not_overridden: Vec<NoOverride>,
}

/// What shares groups with `wanted` in a prediction.
///
/// # Errors
///
/// As of [`iommu::predict::predict`].
pub fn parting(predicted: &Predicted, wanted: BTreeSet<Address>) -> Result<Parting, PredictError> {
    let Predicted {
        prediction,
        functions,
        conditions,
        ..
    } = predicted;
    let mut found = Vec::new();
    for address in others(prediction, &wanted) {
        let shares = |one: &&Address| prediction.why(**one, address).is_some();
        let Some(one) = wanted.iter().find(shares) else {
            continue;
        };
        found.push(Other {
            address,
            reasons: reasons(functions, conditions, *one, address)?,
            not_overridden: not_overridden(prediction, &wanted, address),
        });
    }
    Ok(Parting {
        changes: changes(functions, conditions, &wanted)?,
        wanted,
        others: found,
    })
}
