//! All that holds two functions together.

use pci_core::Address;

use super::because::{Because, Join};
use super::conditions::Conditions;
use super::function::Function;
use super::isolated::{Isolation, NotIsolated};
use super::prediction::predict;
use crate::error::Result;

/// All that keeps `a` and `b` in one group, a chain of joins each: the first is what
/// the kernel's rules come upon first, the next is what would still hold them
/// together if the functions that the first names were isolated, and so on. To part
/// the two, something of every chain has to change. The last chain may be one that
/// nothing changes, as behind a bridge to conventional PCI.
///
/// Empty where they share no group.
///
/// # Errors
///
/// As of [`predict`].
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

/// The functions that a join names for not being isolated, where they could be.
fn not_isolated(join: &Join) -> Vec<Address> {
    let could_be = |isolation: Isolation| {
        !matches!(
            isolation,
            Isolation::NotIsolated(NotIsolated::Conventional | NotIsolated::Bridge)
        )
    };
    match join.because {
        Because::PathNotIsolated { blocker, why, .. }
        | Because::BusNotIsolated { blocker, why }
            if could_be(why) =>
        {
            vec![blocker]
        }
        Because::SlotNotIsolated { via, why, other } => {
            let own = could_be(why).then(|| via.unwrap_or(join.member));
            own.into_iter()
                .chain(could_be(other).then_some(join.with))
                .collect()
        }
        _ => Vec::new(),
    }
}
