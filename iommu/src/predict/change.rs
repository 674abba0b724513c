//! Changes that isolate functions from the rest of their group.

use std::collections::BTreeSet;

use list_order::{Inserts as _, Order as _};
use pci_core::Address;

use super::conditions::Conditions;
use super::function::Function;
use super::hardware::HardwareChange;
use super::isolated::{Isolation, NotIsolated};
use super::join_reason::JoinReason;
use super::machine::Machine;
use super::options::AcsOverride;
use super::prediction::{Prediction, predict};
use crate::error::Result;

/// A possible change, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IsolationOption {
    /// The change.
    pub change: IsolationChange,
    /// Functions that still share a group with the wanted ones after the change; empty if all are
    /// isolated.
    pub others: BTreeSet<Address>,
}

/// A change that isolates functions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IsolationChange {
    /// Move the card to the slot of this port, which is empty.
    MoveBelow(Address),
    /// Set `pcie_acs_override=` on a kernel that carries the patch.
    Override(AcsOverride),
}

/// Why the ACS override does not isolate two functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoOverride {
    /// The function that stays not isolated.
    pub function: Address,
    /// The reason: it is conventional PCI, has an ACS capability, or is an event collector; the
    /// patch affects none of these.
    pub why: NotIsolated,
}

/// Functions that share a group with `wanted` and are not in it.
#[must_use]
pub fn others(prediction: &Prediction, wanted: &BTreeSet<Address>) -> BTreeSet<Address> {
    let groups = prediction.groups.iter();
    let theirs = groups.filter(|group| group.members.iter().any(|member| wanted.contains(member)));
    theirs
        .flat_map(|group| group.members.iter().copied())
        .filter(|member| !wanted.contains(member))
        .into_set()
}

/// Changes that isolate `wanted` from the other members of its groups, the least invasive first:
/// another slot, then the ACS override, which reduces protection. Only changes that leave fewer
/// others are listed; bridges count, because they are assigned together.
///
/// # Errors
///
/// As for [`predict`].
pub fn changes(
    functions: &[Function],
    conditions: &Conditions,
    wanted: &BTreeSet<Address>,
) -> Result<Vec<IsolationOption>> {
    let now = others(&predict(functions.to_vec(), conditions)?, wanted);
    let mut found = Vec::new();
    if now.is_empty() {
        return Ok(found);
    }
    let machine = Machine {
        functions: functions.to_vec(),
        conditions: conditions.clone(),
    };
    for port in empty_ports(functions) {
        let Some(moved) = Moved::below(&machine, port, wanted) else {
            continue;
        };
        let Machine {
            functions,
            conditions,
        } = &moved.machine;
        let left = others(&predict(functions.clone(), conditions)?, &moved.there);
        if left.len() < now.len() {
            found.push(IsolationOption {
                change: IsolationChange::MoveBelow(port),
                others: left.into_iter().map(|at| moved.was(at)).into_set(),
            });
        }
    }
    found.order_by_key(|changed| changed.others.len());
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
        // A stronger option is useful only if it isolates more than a weaker one.
        if left.len() < best {
            best = left.len();
            found.push(IsolationOption {
                change: IsolationChange::Override(acs_override),
                others: left,
            });
        }
    }
    Ok(found)
}

/// Why the ACS override leaves `other` in a group with one of `wanted`: the function in the chain
/// of reasons that it does not affect.
#[must_use]
pub fn not_overridden(
    prediction: &Prediction,
    wanted: &BTreeSet<Address>,
    other: Address,
) -> Vec<NoOverride> {
    let mut found = Vec::new();
    let chains = wanted.iter().filter_map(|one| prediction.why(*one, other));
    for join in chains.flatten() {
        let stays = match join.reason {
            JoinReason::BelowBridge { bridge } => vec![(bridge, NotIsolated::Bridge)],
            JoinReason::PathNotIsolated {
                blocker,
                why: Isolation::NotIsolated(why),
                ..
            }
            | JoinReason::BusNotIsolated {
                blocker,
                why: Isolation::NotIsolated(why),
            } => vec![(blocker, why)],
            JoinReason::SlotNotIsolated { via, why, other } => {
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

/// Root and downstream ports with nothing below them.
fn empty_ports(functions: &[Function]) -> impl Iterator<Item = Address> {
    let taken: BTreeSet<(u32, u8)> = functions
        .iter()
        .map(|function| (function.address.domain(), function.address.bus()))
        .into_set();
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

/// A machine with a card moved to another port.
struct Moved {
    machine: Machine,
    /// The same machine with only this change recorded: maps an address before to the address
    /// after.
    step: Machine,
    /// The wanted functions after the move.
    there: BTreeSet<Address>,
}

impl Moved {
    /// `None` if the wanted functions are not all on one card.
    fn below(machine: &Machine, below: Address, wanted: &BTreeSet<Address>) -> Option<Self> {
        let slot = wanted.first()?.slot();
        let change = HardwareChange::Moved { slot, below };
        let alone = Machine {
            functions: machine.functions.clone(),
            conditions: Conditions {
                root_buses: machine.conditions.root_buses.clone(),
                ..Conditions::default()
            },
        };
        let step = alone.with(&change).ok()?;
        let port = step.now(below)?;
        let range = step.functions.iter().find(|one| one.address == port)?;
        let buses = range.bridge?.secondary..=range.bridge?.subordinate;
        let of_card = |one: &Address| one.domain() == port.domain() && buses.contains(&one.bus());
        let there: Option<Vec<Address>> = wanted.iter().map(|one| step.now(*one)).collect();
        let there = there.filter(|there| there.iter().all(of_card))?;
        Some(Self {
            machine: machine.with(&change).ok()?,
            step,
            there: there.into_iter().into_set(),
        })
    }

    /// The address before the move.
    fn was(&self, then: Address) -> Address {
        self.step.conditions.was(then).unwrap_or(then)
    }
}
