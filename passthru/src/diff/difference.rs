//! One difference, and all of them.

use pci_core::Address;
use serde::Serialize;

use super::{devices, findings, groups, guests, system};
use crate::finding::Verdict;
use crate::host::Host;

/// The version of the JSON form.
const SCHEMA: &str = "passthru-diff/1";

/// What changed between two looks at a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The version of this form.
    pub schema: &'static str,
    /// The differences, worst first.
    pub differences: Vec<Difference>,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is about, a stable word: `device-moved`, `driver`, `iommu-group`.
    pub kind: &'static str,
    /// What it means for passthrough, in the doctor's words.
    pub verdict: Verdict,
    /// The functions that it is about, as they are addressed in the older look.
    pub devices: Vec<Address>,
    /// One sentence.
    pub said: String,
    /// How it was; `None` for what was not there.
    pub before: Option<String>,
    /// How it is; `None` for what is gone.
    pub after: Option<String>,
}

impl Difference {
    pub(super) fn new(kind: &'static str, verdict: Verdict, said: impl Into<String>) -> Self {
        Self {
            kind,
            verdict,
            devices: Vec::new(),
            said: said.into(),
            before: None,
            after: None,
        }
    }

    pub(super) fn of(mut self, devices: impl IntoIterator<Item = Address>) -> Self {
        self.devices.extend(devices);
        self
    }

    pub(super) fn was(mut self, before: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self
    }

    pub(super) fn is(mut self, after: impl Into<String>) -> Self {
        self.after = Some(after.into());
        self
    }
}

impl Diff {
    /// Whether something stands in the way now that did not before.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        let differences = self.differences.iter();
        differences.map(|one| one.verdict).any(Verdict::is_fault)
    }
}

/// What changed from `old` to `new`.
#[must_use]
pub fn between(old: &Host, new: &Host) -> Diff {
    let mut differences = Vec::new();
    differences.extend(system::differences(old, new));
    differences.extend(devices::differences(old, new));
    differences.extend(groups::differences(old, new));
    differences.extend(guests::differences(old, new));
    differences.extend(findings::differences(old, new));
    // Stable: they stand in the order of dependency.
    differences.sort_by_key(|one| one.verdict);
    Diff {
        schema: SCHEMA,
        differences,
    }
}

/// Whether the host's settings mean to pass the function through, or do so.
pub(super) fn is_intended(host: &Host, address: Address) -> bool {
    host.intended().any(|device| device.address == address)
}
