//! All that is said of a ROM.

use alloc::vec::Vec;

use super::answer::Answer;
use super::consumer::Consumer;
use super::finding::Finding;

/// All that is said of a ROM for its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What each reader does with it; readers that it does not concern are left
    /// out.
    pub answers: Vec<Answer>,
    /// What was found: worst first, and among equals in the order of the file.
    pub findings: Vec<Finding>,
}

impl Report {
    /// What one reader does with it.
    #[must_use]
    pub fn answer(&self, consumer: Consumer) -> Option<&Answer> {
        self.answers
            .iter()
            .find(|answer| answer.consumer == consumer)
    }

    /// Whether anything stands in the way.
    #[must_use]
    pub fn has_fault(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_fault())
    }
}
