//! New and resolved findings.

use pci_core::Address;

use super::difference::Difference;
use crate::doctor::{self, Question};
use crate::finding::Finding;
use crate::host::Host;
use crate::order::Order as _;
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
    let is_in = |all: &[Finding], one: &Finding| {
        all.iter()
            .any(|other| other.code == one.code && other.devices == one.devices)
    };
    let come = are
        .iter()
        .filter(|finding| !is_in(&were, finding))
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
        .filter(|finding| !is_in(&are, finding))
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
