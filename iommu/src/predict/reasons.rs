//! All reasons why two functions share a group.

use pci_core::Address;

use super::conditions::Conditions;
use super::function::Function;
use super::isolated::{Isolation, NotIsolated};
use super::join_reason::{Join, JoinReason};
use super::prediction::predict;
use crate::error::Result;

/// All reasons that keep `a` and `b` in one group, each a chain of joins: the first is the one that
/// the kernel's rules find first, the next is the one that remains if the functions named in the
/// first were isolated, and so on. To isolate the two, a change in every chain is necessary. The
/// last chain may be unchangeable, such as below a bridge to conventional PCI.
///
/// Empty if they do not share a group.
///
/// # Errors
///
/// As for [`predict`].
pub fn reasons(
    functions: &[Function],
    conditions: &Conditions,
    a: Address,
    b: Address,
) -> Result<Vec<Vec<Join>>> {
    let mut conditions = conditions.clone();
    let mut found = Vec::new();
    while let Some(chain) = predict(functions.to_vec(), &conditions)?.why(a, b) {
        let named = chain.iter().flat_map(not_isolated);
        let before = conditions.as_if_isolated.len();
        conditions.as_if_isolated.extend(named);
        found.push(chain);
        if conditions.as_if_isolated.len() == before {
            break;
        }
    }
    Ok(found)
}

/// The functions that a join names as not isolated and that could be isolated.
fn not_isolated(join: &Join) -> Vec<Address> {
    let could_be = |isolation: Isolation| {
        !matches!(
            isolation,
            Isolation::NotIsolated(NotIsolated::Conventional | NotIsolated::Bridge)
        )
    };
    match join.reason {
        JoinReason::PathNotIsolated { blocker, why, .. }
        | JoinReason::BusNotIsolated { blocker, why }
            if could_be(why) =>
        {
            vec![blocker]
        }
        JoinReason::SlotNotIsolated { via, why, other } => {
            let own = could_be(why).then(|| via.unwrap_or(join.member));
            own.into_iter()
                .chain(could_be(other).then_some(join.with))
                .collect()
        }
        _ => Vec::new(),
    }
}
