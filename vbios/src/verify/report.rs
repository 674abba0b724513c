//! Result of a verification.

use alloc::vec::Vec;

use super::answer::RomAnswer;
use super::consumer::Consumer;
use super::finding::RomFinding;

/// Result of a verification: answers and findings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RomReport {
    /// Answer of each consumer; unaffected consumers are omitted.
    pub answers: Vec<RomAnswer>,
    /// Findings: worst first, then in the order of the file.
    pub findings: Vec<RomFinding>,
}

impl RomReport {
    /// The answer of a consumer.
    #[must_use]
    pub fn answer(&self, consumer: Consumer) -> Option<&RomAnswer> {
        self.answers
            .iter()
            .find(|answer| answer.consumer == consumer)
    }

    /// Names the files in the commands: `file` is the ROM, `new` the output file, both as words of a
    /// shell.
    pub fn name_files(&mut self, file: &str, new: &str) {
        for finding in &mut self.findings {
            finding.command = finding.remedy.and_then(|remedy| remedy.command(file, new));
        }
    }

    /// Whether the ROM has a problem that must be fixed.
    #[must_use]
    pub fn has_problem(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.verdict.is_problem())
    }
}
