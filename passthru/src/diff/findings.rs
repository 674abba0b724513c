//! New and resolved findings.

use list_order::Order as _;
use pci_core::Address;

use super::devices;
use super::difference::Difference;
use crate::doctor::{self, Question};
use crate::finding::Finding;
use crate::host::Host;
use crate::text::text;
use crate::verdict::Verdict;

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    // The same question: the functions that either host is configured to pass through.
    let mut devices: Vec<Address> = old.intended().map(|device| device.address).collect();
    devices.extend(new.intended().map(|device| device.address));
    devices.order();
    devices.dedup();
    let findings = |host: &Host| -> Vec<Finding> {
        let shown = devices
            .iter()
            .copied()
            .filter(|at| host.devices.contains_key(at));
        let question = Question {
            devices: shown.collect(),
            target: None,
        };
        let all = doctor::examine_each(host, &question).findings;
        let reported = |finding: &Finding| {
            finding.verdict.may_need_change() || finding.verdict == Verdict::NoEffect
        };
        all.into_iter().filter(reported).collect()
    };
    let (were, are) = (findings(old), findings(new));
    // A finding about a card that moved is about the same card.
    let moved = devices::moved(old, new);
    let at_present = |address: &Address| *moved.get(address).unwrap_or(address);
    let is_same = |was: &Finding, is: &Finding| {
        was.code == is.code
            && (was.devices == is.devices
                || was
                    .devices
                    .iter()
                    .map(at_present)
                    .eq(is.devices.iter().copied()))
    };
    let come = are
        .iter()
        .filter(|finding| !were.iter().any(|was| is_same(was, finding)))
        .map(|finding| {
            let sentence = text!(
                "new: {title} [{code}]",
                title = finding.title,
                code = finding.code
            );
            Difference::new("finding", finding.verdict, sentence)
                .of(finding.devices.clone())
                .is(finding.code)
        });
    let gone = were
        .iter()
        .filter(|finding| !are.iter().any(|is| is_same(finding, is)))
        .map(|finding| {
            let sentence = text!(
                "resolved: {title} [{code}]",
                title = finding.title,
                code = finding.code
            );
            Difference::new("finding", Verdict::Ok, sentence)
                .of(finding.devices.clone())
                .was(finding.code)
        });
    come.chain(gone).collect()
}
