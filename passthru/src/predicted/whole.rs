//! A prediction and the changes that split its groups, in one document.

use std::collections::BTreeSet;

use host_tree::HostTree;
use pci_core::Address;

use super::document::{PredictedGroups, document};
use super::isolation::isolation;
use super::outcome::predict;
use super::request::PredictionRequest;
use crate::host::Host;

/// Returns the predicted groups of `host`, which was read from `tree`, and the functions that share
/// one with `wanted`: the document of `passthru groups --predict --json`.
///
/// # Errors
///
/// If the input lacks facts, or for an impossible request.
pub fn groups(
    tree: &dyn HostTree,
    host: &Host,
    wanted: BTreeSet<Address>,
    asked: &PredictionRequest,
) -> crate::Result<PredictedGroups> {
    let predicted = predict(tree, host, asked)?;
    let isolation = isolation(&predicted, wanted)?;
    Ok(document(&predicted, &isolation))
}
