//! What would part functions from the rest of their group.

use std::collections::BTreeSet;

use pci_core::Address;

use super::because::Because;
use super::conditions::Conditions;
use super::function::Function;
use super::isolation::{Isolation, NotIsolated};
use super::options::AcsOverride;
use super::prediction::{PredictError, Prediction, predict};

/// Something that can be changed, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What is changed.
    pub change: Change,
    /// What still shares a group with the wanted functions: nothing, where the change
    /// does all that is wanted.
    pub others: BTreeSet<Address>,
}

/// Something that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The card is put into the slot behind this port, which has nothing below it.
    MoveBelow(Address),
    /// The kernel, which must carry the patch, is given `pcie_acs_override=`.
    Override(AcsOverride),
}

/// Why the ACS override does not part two functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOverride {
    /// The function that is not isolated and stays so.
    pub function: Address,
    /// Why it is not: it is conventional PCI, or has an ACS capability, or is an
    /// event collector: the patch changes none of these.
    pub why: NotIsolated,
}

/// What shares a group with `wanted`, without being wanted.
#[must_use]
pub fn others(prediction: &Prediction, wanted: &BTreeSet<Address>) -> BTreeSet<Address> {
    let groups = prediction.groups.iter();
    let theirs = groups.filter(|group| group.members.iter().any(|member| wanted.contains(member)));
    theirs
        .flat_map(|group| group.members.iter().copied())
        .filter(|member| !wanted.contains(member))
        .collect()
}

/// What would part `wanted` from what shares its groups, the gentlest first: another
/// slot, then the ACS override, which gives up protection. Only changes that leave
/// fewer others are listed; bridges count, as they must come along.
///
/// # Errors
///
/// As of [`predict`].
pub fn changes(
    functions: &[Function],
    conditions: &Conditions,
    wanted: &BTreeSet<Address>,
) -> Result<Vec<Changed>, PredictError> {
    let now = others(&predict(functions.to_vec(), conditions)?, wanted);
    let mut found = Vec::new();
    if now.is_empty() {
        return Ok(found);
    }
    for port in empty_ports(functions) {
        let Some((moved, there)) = moved_below(functions, port, wanted) else {
            continue;
        };
        let left = others(&predict(moved, conditions)?, &there);
        if left.len() < now.len() {
            found.push(Changed {
                change: Change::MoveBelow(port),
                others: left,
            });
        }
    }
    found.sort_by_key(|changed| changed.others.len());
    let mut best = now.len();
    for (downstream, multifunction) in [(true, false), (false, true), (true, true)] {
        let acs_override = AcsOverride {
            downstream,
            multifunction,
            ids: conditions.acs_override.ids.clone(),
        };
        let conditions = Conditions {
            acs_override: acs_override.clone(),
            ..conditions.clone()
        };
        let left = others(&predict(functions.to_vec(), &conditions)?, wanted);
        // A stronger option is of use only where it parts more than a weaker one.
        if left.len() < best {
            best = left.len();
            found.push(Changed {
                change: Change::Override(acs_override),
                others: left,
            });
        }
    }
    Ok(found)
}

/// Why the ACS override leaves `other` in a group with one of `wanted`: what on the
/// chain of reasons it cannot change.
#[must_use]
pub fn not_overridden(
    prediction: &Prediction,
    wanted: &BTreeSet<Address>,
    other: Address,
) -> Vec<NoOverride> {
    let mut found = Vec::new();
    let chains = wanted.iter().filter_map(|one| prediction.why(*one, other));
    for join in chains.flatten() {
        let stays = match join.because {
            Because::BehindBridge { bridge } => vec![(bridge, NotIsolated::Bridge)],
            Because::PathNotIsolated {
                blocker,
                why: Isolation::NotIsolated(why),
                ..
            }
            | Because::BusNotIsolated {
                blocker,
                why: Isolation::NotIsolated(why),
            } => vec![(blocker, why)],
            Because::SlotNotIsolated { via, why, other } => {
                let one = via.unwrap_or(join.member);
                [(one, why), (join.with, other)]
                    .into_iter()
                    .filter_map(|(address, isolation)| match isolation {
                        Isolation::NotIsolated(why) => Some((address, why)),
                        _ => None,
                    })
                    .collect()
            }
            _ => continue,
        };
        for (function, why) in stays {
            let can_change = matches!(
                why,
                NotIsolated::PortWithoutAcs | NotIsolated::FunctionWithoutAcs
            );
            let entry = NoOverride { function, why };
            if !can_change && !found.contains(&entry) {
                found.push(entry);
            }
        }
    }
    found
}

/// Root and downstream ports with nothing below.
fn empty_ports(functions: &[Function]) -> impl Iterator<Item = Address> {
    let taken: BTreeSet<(u32, u8)> = functions
        .iter()
        .map(|function| (function.address.domain(), function.address.bus()))
        .collect();
    functions
        .iter()
        .filter(|function| function.is_downstream_port())
        .filter(move |port| {
            port.bridge.is_some_and(|range| {
                range.secondary != 0 && !taken.contains(&(port.address.domain(), range.secondary))
            })
        })
        .map(|port| port.address)
}

/// The functions with the card of `wanted` below `port`, and where it is then. `None`
/// where the wanted functions are not all on one bus, as of one card.
fn moved_below(
    functions: &[Function],
    port: Address,
    wanted: &BTreeSet<Address>,
) -> Option<(Vec<Function>, BTreeSet<Address>)> {
    let first = wanted.first()?;
    let bus = (first.domain(), first.bus());
    if bus.1 == 0 || wanted.iter().any(|one| (one.domain(), one.bus()) != bus) {
        return None;
    }
    let range = functions.iter().find(|one| one.address == port)?.bridge?;
    let mut there = BTreeSet::new();
    let moved = functions.iter().map(|function| {
        let address = function.address;
        if (address.domain(), address.bus()) != bus {
            return Some(function.clone());
        }
        // A bridge of the card would need bus numbers that the port may not have.
        if function.bridge.is_some() {
            return None;
        }
        let to = Address::new(
            port.domain(),
            range.secondary,
            address.device(),
            address.function(),
        )?;
        if wanted.contains(&address) {
            there.insert(to);
        }
        Some(Function {
            address: to,
            ..function.clone()
        })
    });
    let moved = moved.collect::<Option<Vec<Function>>>()?;
    Some((moved, there))
}
