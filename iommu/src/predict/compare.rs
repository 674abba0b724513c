//! Groups as they are against groups as they should be.

use std::collections::{BTreeMap, BTreeSet};

use pci_core::Address;

use super::conditions::{Conditions, Controls, PchWorkaround, Rules};
use super::function::Function;
use super::options::AcsOverride;
use super::prediction::{PredictionOutcome, predict};
use crate::error::Result;

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The groups are as predicted.
    Same,
    /// They are not.
    Differs {
        /// Functions that share a group, and should not.
        merged: Vec<(Address, Address)>,
        /// Functions that should share a group, and do not.
        apart: Vec<(Address, Address)>,
        /// What makes the prediction come out as the groups are.
        cause: Cause,
    },
}

/// Why groups are not as predicted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The kernel turned ACS on after it had formed the groups: the ports say
    /// isolated, the groups say merged. Another kernel cures it, and the ACS
    /// override is not needed.
    AcsEnabledTooLate,
    /// ACS was not turned on at all: the groups are those of the controls as the
    /// input shows them.
    ControlsAsCaptured,
    /// The kernel was booted with `pcie_acs_override=`, these options at least.
    Override(AcsOverride),
    /// The workaround for Intel's PCH root ports failed.
    PchWorkaroundFailed,
    /// The kernel follows [`Rules::PcieAcs2025`].
    OtherRules,
    /// None of these.
    Unknown,
}

/// Compares groups that a kernel formed, as group and members, with those that are
/// predicted for `functions` under `conditions`. Functions that one of the two does
/// not have are left out.
///
/// # Errors
///
/// As of [`predict`].
pub fn compare(
    observed: &BTreeMap<u32, Vec<Address>>,
    functions: &[Function],
    conditions: &Conditions,
) -> Result<Agreement> {
    let observed = Sets::new(observed.values());
    // Where the input leaves it open, the groups show how it is.
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

/// What may have been different, the likeliest first.
fn explanations(functions: &[Function], conditions: &Conditions) -> Vec<(Cause, Conditions)> {
    let controls = |controls| Conditions {
        controls,
        ..conditions.clone()
    };
    let on_now = functions
        .iter()
        .filter_map(|function| function.acs)
        .any(|acs| acs.control != 0);
    let mut all = Vec::new();
    // Where the input shows ACS on, the kernel did turn it on, only too late.
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
                .map(|group| group.iter().copied().collect())
                .collect(),
        )
    }

    /// Without the functions that `other` does not have.
    fn only(&self, other: &Self) -> Self {
        let known: BTreeSet<Address> = other.0.iter().flatten().copied().collect();
        let groups = self.0.iter().map(|group| &known & group);
        Self(groups.filter(|group| !group.is_empty()).collect())
    }

    /// Neighbours in a group here that are in different groups there.
    fn pairs_not_in(&self, other: &Self) -> Vec<(Address, Address)> {
        let group_of: BTreeMap<Address, usize> = other
            .0
            .iter()
            .enumerate()
            .flat_map(|(number, group)| group.iter().map(move |address| (*address, number)))
            .collect();
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
