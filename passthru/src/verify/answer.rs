//! The answers of a verification: checks that pass or fail, with the reasons.

use host_tree::Evidence;
use pci_core::Address;
use serde::Serialize;

use crate::text::Text;
use crate::verdict::Verdict;

/// One check, answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// [`Verdict::Ok`], [`Verdict::Blocker`] if it fails, or [`Verdict::Unknown`].
    pub verdict: Verdict,
    /// The functions that it is about.
    pub devices: Vec<Address>,
    /// The result, in one sentence.
    pub title: Text,
    /// The lines that show it.
    pub evidence: Vec<Evidence>,
    /// The reasons of a failed check, as far as the input shows.
    pub causes: Vec<Cause>,
    /// The command that shows a fact that is not in the input.
    pub inspect: Option<Vec<String>>,
}

/// A reason, with the lines that show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// The finding's code, where it is one of the doctor's.
    pub code: Option<&'static str>,
    /// The reason, a sentence.
    pub title: Text,
    /// The lines that show it.
    pub evidence: Vec<Evidence>,
}

/// A file of the plan, as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FileAnswer {
    /// Its path on the host.
    pub path: String,
    /// Its state with respect to the plan.
    pub state: PlannedFileState,
}

/// The state of a file with respect to the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PlannedFileState {
    /// As the plan leaves it.
    AsPlanned,
    /// As it was before the plan.
    AsBefore,
    /// Neither.
    Changed,
    /// The input does not show it.
    NotShown,
}
