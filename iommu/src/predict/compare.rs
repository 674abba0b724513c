//! Comparison of actual groups with predicted ones.

use std::collections::{BTreeMap, BTreeSet};

use list_order::Inserts as _;
use pci_core::Address;

use super::conditions::{Conditions, Controls, PchWorkaround, Rules};
use super::function::Function;
use super::options::AcsOverride;
use super::prediction::{PredictionOutcome, predict};
use crate::error::Result;

/// Result of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The groups are as predicted.
    Same,
    /// The groups differ.
    Differs {
        /// Functions that share a group, against the prediction.
        merged: Vec<(Address, Address)>,
        /// Functions that do not share a group, against the prediction.
        apart: Vec<(Address, Address)>,
        /// The cause that makes the prediction match.
        cause: Cause,
    },
}

/// Cause of a difference from the prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The kernel enabled ACS after it formed the groups: the ports are isolated, the groups are
    /// not. Another kernel fixes it; the ACS override is not needed.
    AcsEnabledTooLate,
    /// The kernel did not enable ACS: the groups follow the ACS controls as in the input.
    ControlsAsCaptured,
    /// The kernel was booted with `pcie_acs_override=`, with at least these options.
    Override(AcsOverride),
    /// The workaround for Intel PCH root ports failed.
    PchWorkaroundFailed,
    /// The kernel follows [`Rules::PcieAcs2025`].
    OtherRules,
    /// None of these.
    Unknown,
}

/// Compares the groups that a kernel formed, as pairs of group and members, with those predicted
/// for `functions` under `conditions`. Functions in only one of the two are ignored.
///
/// # Errors
///
/// As for [`predict`].
pub fn compare(
    observed: &BTreeMap<u32, Vec<Address>>,
    functions: &[Function],
    conditions: &Conditions,
) -> Result<Agreement> {
    let observed = Sets::new(observed.values());
    // If the input leaves it undecided, the groups decide.
    if let PredictionOutcome::Either { or, .. } = predict(functions.to_vec(), conditions)?.outcome {
        let or = Sets::new(or.iter().map(|group| &group.members));
        if or.only(&observed) == observed.only(&or) {
            return Ok(Agreement::Same);
        }
    }
    let under = |conditions: &Conditions| -> Result<Sets> {
        let prediction = predict(functions.to_vec(), conditions)?;
        Ok(Sets::new(
            prediction.groups.iter().map(|group| &group.members),
        ))
    };
    let predicted = under(conditions)?;
    let observed = observed.only(&predicted);
    let predicted = predicted.only(&observed);
    if observed == predicted {
        return Ok(Agreement::Same);
    }
    let mut cause = Cause::Unknown;
    for (explanation, other) in explanations(functions, conditions) {
        if under(&other)?.only(&observed) == observed {
            cause = explanation;
            break;
        }
    }
    Ok(Agreement::Differs {
        merged: observed.pairs_not_in(&predicted),
        apart: predicted.pairs_not_in(&observed),
        cause,
    })
}

/// Possible deviations, the likeliest first.
fn explanations(functions: &[Function], conditions: &Conditions) -> Vec<(Cause, Conditions)> {
    let controls = |controls| Conditions {
        controls,
        ..conditions.clone()
    };
    let on_now = functions
        .iter()
        .filter_map(|function| function.acs?.registers())
        .any(|acs| acs.control != 0);
    let mut all = Vec::new();
    // If the input shows ACS enabled, the kernel did enable it, but too late.
    if on_now {
        all.push((Cause::AcsEnabledTooLate, controls(Controls::Off)));
    }
    all.push((Cause::ControlsAsCaptured, controls(Controls::AsCaptured)));
    all.push((
        Cause::PchWorkaroundFailed,
        Conditions {
            pch_workaround: PchWorkaround::Failed,
            ..conditions.clone()
        },
    ));
    for (downstream, multifunction) in [(true, false), (false, true), (true, true)] {
        let acs_override = AcsOverride {
            downstream,
            multifunction,
            ids: Vec::new(),
        };
        all.push((
            Cause::Override(acs_override.clone()),
            Conditions {
                acs_override,
                ..conditions.clone()
            },
        ));
    }
    if conditions.rules != Rules::PcieAcs2025 {
        all.push((
            Cause::OtherRules,
            Conditions {
                rules: Rules::PcieAcs2025,
                ..conditions.clone()
            },
        ));
    }
    all
}

/// Groups without their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sets(BTreeSet<BTreeSet<Address>>);

impl Sets {
    fn new<'a>(groups: impl IntoIterator<Item = &'a Vec<Address>>) -> Self {
        let groups = groups.into_iter();
        Self(
            groups
                .map(|group| group.iter().copied().into_set())
                .into_set(),
        )
    }

    /// Without the functions that `other` lacks.
    fn only(&self, other: &Self) -> Self {
        let known: BTreeSet<Address> = other.0.iter().flatten().copied().into_set();
        let groups = self.0.iter().map(|group| &known & group);
        Self(groups.filter(|group| !group.is_empty()).into_set())
    }

    /// Adjacent members of a group here that are in different groups there.
    fn pairs_not_in(&self, other: &Self) -> Vec<(Address, Address)> {
        let mut group_of: BTreeMap<Address, usize> = BTreeMap::new();
        for (number, group) in other.0.iter().enumerate() {
            group_of.extend(group.iter().map(|address| (*address, number)));
        }
        let mut pairs = Vec::new();
        for group in &self.0 {
            let mut first_of: BTreeMap<usize, Address> = BTreeMap::new();
            for address in group {
                if let Some(number) = group_of.get(address) {
                    first_of.entry(*number).or_insert(*address);
                }
            }
            let firsts: Vec<Address> = first_of.into_values().collect();
            let (Some(one), others) = (firsts.first(), firsts.get(1..).unwrap_or_default()) else {
                continue;
            };
            pairs.extend(others.iter().map(|other| (*one, *other)));
        }
        pairs
    }
}
