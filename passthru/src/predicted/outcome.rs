//! The prediction, compared with the actual groups.

use std::collections::BTreeMap;

use host_tree::HostTree;
use iommu::predict::{Agreement, Machine, Prediction, compare};
use pci_core::Address;

use super::inputs::{NotPredicted, functions};
use super::request::{PredictionRequest, PredictionRequestError, changed, conditions};
use crate::host::{Coverage, Host};

/// The groups as they would be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Predicted {
    /// The groups, with the reasons.
    pub prediction: Prediction,
    /// The functions and the conditions of the prediction.
    pub machine: Machine,
    /// Whether the input is known to include all functions: an omitted one may share a group with
    /// others, or isolate them.
    pub complete: bool,
    /// Comparison with the groups in the input; `None` if it has none, or for conditions other than
    /// the host's.
    pub agreement: Option<Agreement>,
}

/// Reason why there is no prediction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PredictedError {
    /// An impossible request.
    #[error(transparent)]
    PredictionRequest(#[from] PredictionRequestError),
    /// The input does not show enough.
    #[error(transparent)]
    Input(#[from] NotPredicted),
    /// The functions do not make up a machine.
    #[error(transparent)]
    Predict(#[from] iommu::Error),
}

impl PredictedError {
    /// Whether the command line is at fault, and not the input.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::PredictionRequest(_))
    }
}

/// Predicts the groups of `host`, which was read from `tree`.
///
/// # Errors
///
/// If the input lacks facts, or for an impossible request.
pub fn predict(
    tree: &dyn HostTree,
    host: &Host,
    asked: &PredictionRequest,
) -> Result<Predicted, PredictedError> {
    let conditions = conditions(tree, host, asked)?;
    let functions = functions(tree, host)?;
    let machine = Machine {
        functions,
        conditions,
    };
    let machine = changed(machine, asked)?;
    let prediction = iommu::predict::predict(machine.functions.clone(), &machine.conditions)?;
    let mut observed: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    for (group, _) in host
        .groups
        .iter()
        .filter(|(group, _)| host.is_whole_group(*group))
    {
        let members = host.members(group).map(|(address, _)| address);
        observed.insert(group, members.collect());
    }
    let agreement = if observed.is_empty() || *asked != PredictionRequest::default() {
        None
    } else {
        Some(compare(&observed, &machine.functions, &machine.conditions)?)
    };
    Ok(Predicted {
        prediction,
        machine,
        complete: host.coverage.contains(&Coverage::All),
        agreement,
    })
}
