//! A finding: the title, the lines that prove it, and the remedy.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hostconf::boot::loader::{Loader, LoaderKind};

use super::super::wrap::paragraph;
use super::quotation::{LINES, ROWS};
use super::{Detail, Page};
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::text;
use crate::verdict::Verdict;

/// Findings whose sentence is the statement.
const SENTENCES: [&str; 3] = ["cause-reported", "remedy-reported", "solution-reported"];

impl Page<'_> {
    /// One finding; each of several problems has one row of evidence.
    pub(super) fn one(
        &self,
        finding: &Finding,
        consequences: &[&Finding],
        are_several: bool,
    ) -> String {
        let indent = " ".repeat(self.style.verdict_columns());
        let mut title = format!("{} [{}]", self.style.say(&finding.title), finding.code);
        // For a correct setting, the place of the evidence suffices.
        let is_verbose = self.view.detail == Detail::Verbose;
        let is_told = SENTENCES.contains(&finding.code);
        let is_short = finding.verdict == Verdict::Ok && !is_verbose && !is_told;
        if let Some(proof) = finding.evidence.first().filter(|_| is_short) {
            let _ = write!(title, " ({})", self.place(proof));
        }
        let mut text = self.style.with_verdict(finding.verdict, &title);
        if self.view.detail == Detail::Quiet || is_short {
            return text;
        }
        // A line without a known cause has little weight compared to a blocker.
        let mut findings = self.report.findings.iter();
        let is_blocked = findings.any(|finding| finding.verdict == Verdict::Blocker);
        if finding.verdict == Verdict::Unknown && is_blocked && !is_verbose {
            return text;
        }
        let count = match finding.verdict {
            _ if is_verbose => usize::MAX,
            Verdict::Harmless | Verdict::Ok | Verdict::NoEffect => 1,
            _ if are_several => 1,
            _ => LINES,
        };
        let rows = if are_several { 1 } else { ROWS };
        for evidence in finding.evidence.iter().take(count) {
            text.push_str(&self.quoted(&indent, evidence, &finding.title, rows));
        }
        if let Some(remedy) = &finding.remedy {
            let first = format!("{indent}-> ");
            let own = self.of_nixos(remedy);
            let remedy = own.as_ref().unwrap_or(remedy);
            text.push_str(&super::super::remedy(&first, remedy, self.call, self.style));
        }
        if is_verbose {
            for consequence in consequences {
                let line = format!(
                    "{}: {} [{}]",
                    self.style.say(&consequence.verdict.label()),
                    self.style.say(&consequence.title),
                    consequence.code
                );
                let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
                text.push_str(&paragraph(&first, &line, self.style.columns));
            }
        } else if !consequences.is_empty() && !are_several {
            let codes: BTreeSet<&str> = consequences.iter().map(|finding| finding.code).collect();
            let codes: Vec<&str> = codes.into_iter().collect();
            let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
            text.push_str(&paragraph(&first, &codes.join(", "), self.style.columns));
        }
        text
    }

    /// The remedy in the words of NixOS, whose kernel options are in `boot.kernelParams` (NixOS
    /// manual, "Linux Kernel").
    fn of_nixos(&self, remedy: &Remedy) -> Option<Remedy> {
        let Loader::Known {
            kind: LoaderKind::NixOs,
            ..
        } = &self.host.loader
        else {
            return None;
        };
        let Remedy::Change(change) = remedy else {
            return None;
        };
        let text = match change {
            Change::SetKernelOption { option, .. } => {
                text!("add {option} to boot.kernelParams", option)
            }
            Change::RemoveKernelOption { option } => {
                text!("remove {option} from boot.kernelParams", option)
            }
            Change::ReplaceKernelOption {
                option,
                replacement,
            } => text!(
                "replace {option} with {replacement} in boot.kernelParams",
                option,
                replacement
            ),
            _ => return None,
        };
        let step = "set-kernel-options";
        Some(Remedy::Manual { step, text })
    }
}
