//! Merging of equal findings about many functions.
//!
//! A host with SR-IOV has thousands of functions, and a rack of equal cards dozens: equal findings
//! about them are one to the reader. Findings are merged if code, verdict, sentence and remedy
//! agree except for addresses and numbers of IOMMU groups, and all are about functions with the
//! same ID, all of them virtual functions or none.

use std::collections::{BTreeMap, BTreeSet};

use list_order::{Inserts as _, Order as _};
use pci_core::{Address, PciId};

use crate::alike::{APART, more};
use crate::finding::Finding;
use crate::host::Host;
use crate::text::text;
use crate::verdict::Verdict;

/// Common properties of findings that are merged.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    code: &'static str,
    verdict: Verdict,
    id: PciId,
    is_virtual: bool,
    title: String,
    remedy: String,
}

/// Merges equal findings about more than [`APART`] functions, at the position of the first, with
/// its evidence and remedy.
pub(super) fn fold(host: &Host, findings: Vec<Finding>) -> Vec<Finding> {
    if findings.len() <= APART {
        return findings;
    }
    let mut alike: BTreeMap<Alike, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Some(key) = key(host, finding) {
            alike.entry(key).or_default().push(at);
        }
    }
    alike.retain(|_, members| members.len() > APART);
    let firsts: BTreeMap<usize, &[usize]> = alike
        .values()
        .filter_map(|members| Some((*members.first()?, members.as_slice())))
        .into_map();
    let folded: BTreeSet<usize> = alike.values().flatten().copied().into_set();
    let joined = |at: usize, finding: &Finding| match firsts.get(&at) {
        Some(members) => Some(join(host, &findings, finding, members)),
        None if folded.contains(&at) => None,
        None => Some(finding.clone()),
    };
    let each = findings.iter().enumerate();
    each.filter_map(|(at, finding)| joined(at, finding))
        .collect()
}

fn key(host: &Host, finding: &Finding) -> Option<Alike> {
    let known = |address: &Address| {
        let id = host.devices.get(address)?.id.as_ref()?.value;
        Some((id, host.topology.physical_function(*address).is_some()))
    };
    let mut devices = finding.devices.iter().map(known);
    let (id, is_virtual) = devices.next()??;
    if !devices.all(|other| other == Some((id, is_virtual))) {
        return None;
    }
    let remedy = finding.remedy.as_ref().map(ToString::to_string);
    Some(Alike {
        code: finding.code,
        verdict: finding.verdict,
        id,
        is_virtual,
        title: pattern(&finding.title),
        remedy: pattern(&remedy.unwrap_or_default()),
    })
}

/// A sentence without the addresses and the numbers of groups in it.
fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    let mut is_group = false;
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.');
    for piece in text.split_inclusive(|c| !is_of_word(c)) {
        let word = piece.trim_end_matches(|c| !is_of_word(c));
        let word = word.trim_end_matches([':', '.']);
        let is_address = word.len() >= 7 && word.parse::<Address>().is_ok();
        let is_number = is_group && word.bytes().all(|b| b.is_ascii_digit());
        match piece.strip_prefix(word) {
            Some(rest) if !word.is_empty() && (is_address || is_number) => {
                pattern.push('\0');
                pattern.push_str(rest);
            }
            _ => pattern.push_str(piece),
        }
        is_group = word == "group";
    }
    pattern
}

fn join(host: &Host, all: &[Finding], first: &Finding, members: &[usize]) -> Finding {
    let findings = members.iter().filter_map(|at| all.get(*at));
    let mut joined = first.clone();
    for finding in findings {
        joined.devices.extend(&finding.devices);
        joined.cause_of.extend(&finding.cause_of);
    }
    let mut codes = BTreeSet::new();
    joined.cause_of.retain(|code| codes.insert(*code));
    joined.devices.order();
    joined.devices.dedup();
    let own: BTreeSet<Address> = first.devices.iter().copied().into_set();
    let others = joined.devices.iter().filter(|device| !own.contains(device));
    let others: Vec<Address> = others.copied().collect();
    if !others.is_empty() {
        let more = more(host, &others);
        joined.title = joined
            .title
            .then(&text!("the same applies to {more}", more));
    }
    joined
}

#[cfg(test)]
mod tests;
