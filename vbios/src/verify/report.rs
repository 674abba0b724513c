//! All that is said of a ROM.

use alloc::vec::Vec;

use super::answer::RomAnswer;
use super::consumer::Consumer;
use super::finding::RomFinding;

/// All that is said of a ROM for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RomReport {
    /// What each reader does with it; readers that it does not concern are left
    /// out.
    pub answers: Vec<RomAnswer>,
    /// What was found: worst first, and among equals in the order of the file.
    pub findings: Vec<RomFinding>,
}

impl RomReport {
    /// What one reader does with it.
    #[must_use]
    pub fn answer(&self, consumer: Consumer) -> Option<&RomAnswer> {
        self.answers
            .iter()
            .find(|answer| answer.consumer == consumer)
    }

    /// Whether anything stands in the way.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_problem())
    }
}
