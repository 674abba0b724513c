//! A prediction and what would part its groups, in one document.

use std::collections::BTreeSet;

use host_tree::HostTree;
use pci_core::Address;

use super::document::{PredictedGroups, document};
use super::isolation::isolation;
use super::outcome::{PredictedError, predict};
use super::request::PredictionRequest;
use crate::host::Host;

/// The groups of `host`, which was read from `tree`, as they would be, and what shares
/// one with `wanted`: the document of `passthru groups --predict --json`.
///
/// # Errors
///
/// Where the input does not show enough, or something is asked that cannot be.
pub fn groups(
    tree: &dyn HostTree,
    host: &Host,
    wanted: BTreeSet<Address>,
    asked: &PredictionRequest,
) -> Result<PredictedGroups, PredictedError> {
    let predicted = predict(tree, host, asked)?;
    let isolation = isolation(&predicted, wanted)?;
    Ok(document(&predicted, &isolation))
}
