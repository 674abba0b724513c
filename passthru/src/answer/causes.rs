//! Findings that are consequences of others.

use std::collections::BTreeMap;

use list_order::Order as _;
use pci_core::Address;

use crate::finding::Finding;
use crate::host::Host;
use crate::verdict::Verdict;

/// The findings that are not a consequence of another, each with its consequences; a cause is
/// placed like the worst of its consequences.
pub(crate) fn causes<'a>(
    host: &Host,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Vec<(&'a Finding, Vec<&'a Finding>)> {
    let findings: Vec<&Finding> = findings.into_iter().collect();
    let mut by_code: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        for code in &finding.cause_of {
            by_code.entry(code).or_default().push(at);
        }
    }
    let cause_of = |finding: &Finding| {
        let named = by_code.get(finding.code).into_iter().flatten();
        named.copied().find(|at| {
            let cause = findings.get(*at);
            // Of two that name each other neither is the cause.
            cause.is_some_and(|cause| {
                is_cause(host, cause, finding) && !is_cause(host, finding, cause)
            })
        })
    };
    let direct: Vec<Option<usize>> = findings.iter().map(|finding| cause_of(finding)).collect();
    let root = |at: usize| {
        let mut root = at;
        // As long a chain as there are findings is a circle.
        for _ in 0..findings.len() {
            match direct.get(root).copied().flatten() {
                Some(cause) => root = cause,
                None => return root,
            }
        }
        at
    };
    let mut consequences: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        match root(at) {
            own if own == at => roots.push((at, *finding)),
            cause => consequences.entry(cause).or_default().push(finding),
        }
    }
    let mut found: Vec<(&Finding, Vec<&Finding>)> = roots
        .into_iter()
        .map(|(at, finding)| (finding, consequences.remove(&at).unwrap_or_default()))
        .collect();
    found.order_by_key(|(finding, consequences)| {
        let verdicts = consequences.iter().map(|finding| finding.verdict);
        verdicts.chain([finding.verdict]).min()
    });
    found
}

/// The number of findings of each verdict without the consequences of others, the worst first.
pub(crate) fn counts(host: &Host, findings: &[Finding]) -> Vec<(Verdict, usize)> {
    let roots = causes(host, findings);
    let count = |verdict| {
        let own = roots
            .iter()
            .filter(|(finding, _)| finding.verdict == verdict);
        (verdict, own.count())
    };
    let counts = Verdict::ALL.into_iter().map(count);
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Whether `finding` follows from `cause`, and is about the same functions.
fn is_cause(host: &Host, cause: &Finding, finding: &Finding) -> bool {
    cause.code != finding.code
        && cause.cause_of.contains(&finding.code)
        && (cause.devices.is_empty() || is_about(host, finding, &cause.devices))
}

/// Whether the finding is about the host, or about one of these functions, their slots or
/// groups.
fn is_about(host: &Host, finding: &Finding, functions: &[Address]) -> bool {
    finding.devices.is_empty()
        || finding.devices.iter().any(|one| {
            let mut functions = functions.iter();
            functions.any(|other| host.belong_together(*one, *other))
        })
}
