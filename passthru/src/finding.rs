//! What is said of a host: findings, each with the lines that prove it.

use std::fmt;

use host_tree::Evidence;
use pci_core::Address;
use serde::Serialize;

use crate::remedy::Remedy;
use crate::text::Text;

/// What a finding means for the person who reads it. The order is the order in
/// which findings are shown.
///
/// ```
/// use passthru::Verdict;
/// assert!(Verdict::Blocker < Verdict::Harmless);
/// assert!(Verdict::Security.is_fault() && !Verdict::NoEffect.is_fault());
/// assert_eq!(Verdict::NoEffect.to_string(), "no-effect");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Passthrough cannot work until this is changed.
    Blocker,
    /// This hardware or hypervisor cannot do what is asked.
    Impossible,
    /// Works badly, or by luck.
    Fix,
    /// A protection is given up for nothing.
    Security,
    /// A setting that does nothing on this host: take it out.
    NoEffect,
    /// The input does not say; the remedy is the command that would.
    Unknown,
    /// Looks bad and is fine: leave it.
    Harmless,
    /// As it should be.
    Ok,
}

impl Verdict {
    /// All verdicts, in the order in which findings are shown.
    pub const ALL: [Self; 8] = [
        Self::Blocker,
        Self::Impossible,
        Self::Fix,
        Self::Security,
        Self::NoEffect,
        Self::Unknown,
        Self::Harmless,
        Self::Ok,
    ];

    /// The word for it, as in JSON: `no-effect`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Impossible => "impossible",
            Self::Fix => "fix",
            Self::Security => "security",
            Self::NoEffect => "no-effect",
            Self::Unknown => "unknown",
            Self::Harmless => "harmless",
            Self::Ok => "ok",
        }
    }

    /// The meaning of the verdict, a sentence without its full stop.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Blocker => "the assignment cannot work until this is changed",
            Self::Impossible => "this hardware or hypervisor cannot do it",
            Self::Fix => "the assignment works badly, or by luck, until this is changed",
            Self::Security => "the setting gives up a protection and gains nothing for it",
            Self::NoEffect => "the setting does nothing on this host and can be removed",
            Self::Unknown => "the input does not show it; the remedy names the command that does",
            Self::Harmless => "the line looks like an error and is none; no change is needed",
            Self::Ok => "this is as it has to be",
        }
    }

    /// The verdict with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Whether it stands in the way: the command then ends with status 1.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Blocker | Self::Impossible | Self::Fix | Self::Security
        )
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One thing that is said of a host.
///
/// ```
/// use passthru::doctor::{self, Question};
/// use passthru::{Host, Verdict};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_file("/proc/cmdline", "root=/dev/sda1 amd_iommu=on\n");
/// let report = doctor::examine(&Host::read(&tree), &Question::default());
/// let finding = report.findings.iter().find(|one| one.code == "amd-iommu-on").unwrap();
/// assert_eq!(finding.verdict, Verdict::NoEffect);
/// assert_eq!(finding.evidence[0].place(), "/proc/cmdline:1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable name of what was found: `passthru explain CODE` tells more.
    pub code: &'static str,
    /// What it means.
    pub verdict: Verdict,
    /// The functions that it is about; empty when it is about the host.
    pub devices: Vec<Address>,
    /// One sentence, with the names and values of this host.
    pub title: Text,
    /// Codes of findings that are consequences of this one.
    pub cause_of: Vec<&'static str>,
    /// The lines that prove it; never empty but for `unknown`, where it is what
    /// is missing that speaks.
    pub evidence: Vec<Evidence>,
    /// What to do, where there is something to do.
    pub remedy: Option<Remedy>,
}
