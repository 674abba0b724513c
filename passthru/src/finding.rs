//! Findings about a host, each with its evidence.

use host_tree::Evidence;
use pci_core::Address;
use serde::Serialize;

use crate::remedy::Remedy;
use crate::text::Text;
use crate::verdict::Verdict;

/// A finding about a host.
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
    /// Stable name of the finding, for `passthru explain CODE`.
    pub code: &'static str,
    /// Its verdict.
    pub verdict: Verdict,
    /// The meaning of the rule, unless that repeats the title, or of the row of a table.
    #[serde(skip)]
    pub(crate) meaning: Option<&'static str>,
    /// The functions that it is about; empty when it is about the host.
    pub devices: Vec<Address>,
    /// One sentence, with the names and values of this host.
    pub title: Text,
    /// Codes of findings that are consequences of this one.
    pub cause_of: Vec<&'static str>,
    /// The lines that prove it; empty only for `unknown`, where the evidence is missing.
    pub evidence: Vec<Evidence>,
    /// The remedy, if there is one.
    pub remedy: Option<Remedy>,
    /// The result that shows that the remedy is in effect, one sentence.
    pub check: Option<Text>,
}
