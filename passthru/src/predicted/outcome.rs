//! The prediction, compared with the actual groups.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::HostTree;
use iommu::Vendor;
use iommu::predict::{Agreement, Assumption, FirmwareTables, Machine, Prediction, compare};
use pci_core::Address;

use super::inputs::{PredictionCause, functions};
use super::request::{PredictionRequest, changed, conditions};
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
    /// Functions whose ID is not in the input, and is resolved from their name.
    pub named: BTreeSet<Address>,
    /// Comparison with the groups in the input; `None` if it has none, or for conditions other than
    /// the host's.
    pub agreement: Option<Agreement>,
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
) -> crate::Result<Predicted> {
    let conditions = conditions(tree, host, asked)?;
    let functions = functions(tree, host)?;
    let machine = Machine {
        functions: functions.all,
        conditions,
    };
    let machine = changed(machine, asked)?;
    let mut prediction = iommu::predict::predict(machine.functions.clone(), &machine.conditions)
        .map_err(PredictionCause::Iommu)?;
    let mut observed: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    // A listed function's group is known even where the group's list may be incomplete.
    for (group, _) in host.groups.iter() {
        let members = host.members(group).map(|(address, _)| address);
        let own = members.filter(|address| host.group_of(*address) == Some(group));
        observed.insert(group, own.collect());
    }
    let assumptions = &mut prediction.assumptions;
    let firmware = &machine.conditions.firmware;
    let is_other = match host.iommu.vendor {
        Some(Vendor::Arm) => *firmware != FirmwareTables::SmmuV3,
        vendor => vendor == Some(Vendor::Virtio),
    };
    if is_other {
        assumptions.push(Assumption::OtherIommu);
    }
    if !observed.is_empty() {
        // The groups prove that the IOMMU is there, and they are compared.
        assumptions.retain(|assumption| *assumption == Assumption::RootComplex);
    }
    let agreement = if observed.is_empty() || *asked != PredictionRequest::default() {
        None
    } else {
        let agreement = compare(&observed, &machine.functions, &machine.conditions);
        Some(agreement.map_err(PredictionCause::Iommu)?)
    };
    Ok(Predicted {
        prediction,
        machine,
        named: functions.named,
        complete: host.coverage.contains(&Coverage::All),
        agreement,
    })
}
