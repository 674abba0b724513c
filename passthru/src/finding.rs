//! What is said of a host: findings, each with the lines that prove it.

use host_tree::Evidence;
use pci_core::Address;
use serde::Serialize;

use crate::remedy::Remedy;
use crate::text::Text;
use crate::verdict::Verdict;

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
#[non_exhaustive]
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
