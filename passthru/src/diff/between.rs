//! Two looks at a host, side by side.

use list_order::Order as _;
use serde::Serialize;

use super::difference::Difference;
use super::{devices, findings, groups, guests, system};
use crate::host::Host;
use crate::verdict::Verdict;

/// The differences of two states of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The version of this form.
    pub schema: &'static str,
    /// The differences, worst first.
    pub differences: Vec<Difference>,
}

impl Diff {
    /// Whether a difference is a fault.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        let differences = self.differences.iter();
        differences.map(|one| one.verdict).any(Verdict::is_problem)
    }
}

/// Returns the changes from `old` to `new`.
#[must_use]
pub fn between(old: &Host, new: &Host) -> Diff {
    let mut differences = Vec::new();
    differences.extend(system::differences(old, new));
    differences.extend(devices::differences(old, new));
    differences.extend(groups::differences(old, new));
    differences.extend(guests::differences(old, new));
    differences.extend(findings::differences(old, new));
    // Stable: in the order of dependency.
    differences.order_by_key(|one| one.verdict);
    Diff {
        schema: SCHEMA,
        differences,
    }
}

/// The version of the JSON form.
const SCHEMA: &str = "passthru-diff/1";
