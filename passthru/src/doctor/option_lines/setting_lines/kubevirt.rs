//! KubeVirt's list of permitted devices.

use host_tree::Evidence;

use super::rule;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::text::text;
use crate::verdict::Verdict;

pub(super) const RULES: &[Rule] = &[
    rule(
        "kubevirt-device-permitted",
        "pciVendorSelector lists the devices that KubeVirt may assign to guests, by vendor and device ID.",
        "KubeVirt user guide, host devices",
        permitted,
    ),
    rule(
        "kubevirt-selector-twice",
        "The same ID is on the list of permitted devices more than once; KubeVirt finds the same devices for each.",
        "KubeVirt user guide, host devices",
        selector_twice,
    ),
];

/// The ids of KubeVirt's list, each with its lines.
fn selectors(context: &Context<'_>) -> Vec<(String, Vec<Evidence>)> {
    let mut found: Vec<(String, Vec<Evidence>)> = Vec::new();
    for fact in context.host.lines.setting_lines() {
        let SettingLine::KubeVirtSelector(id) = &fact.value else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| known == id) {
            Some((_, lines)) => lines.push(fact.evidence.clone()),
            None => found.push((id.clone(), vec![fact.evidence.clone()])),
        }
    }
    found
}

fn permitted(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = selectors(context);
    if found.is_empty() {
        return Vec::new();
    }
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).take(8).collect();
    let title = text!(
        "the KubeVirt resource permits the devices with {ids} for guests",
        ids = ids.join(", ")
    );
    let shown = found.iter().filter_map(|(_, lines)| lines.first().cloned());
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn selector_twice(context: &Context<'_>) -> Vec<Diagnostic> {
    let twice = selectors(context)
        .into_iter()
        .filter(|(_, lines)| lines.len() > 1);
    twice
        .map(|(id, lines)| {
            let title = text!(
                "{id} is on KubeVirt's list of permitted devices {count} times",
                id,
                count = lines.len()
            );
            Diagnostic::new(Verdict::Harmless, title).evidence(lines)
        })
        .collect()
}
