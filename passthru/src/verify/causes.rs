//! The reasons why a function is not bound to vfio-pci.

use host_tree::{Evidence, HostTree, Lookup, numbered_lines};
use pci_core::Address;

use super::answer::{Cause, FileAnswer, PlannedFileState};
use super::restarted;
use crate::apply::{Commands, Journal, TransactionState};
use crate::doctor::{self, Question};
use crate::host::Host;
use crate::plan::Plan;
use crate::remedy::shown;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The most lines of the kernel log for one function.
const MOST_LINES: usize = 6;

/// Events since the plan was applied.
pub(super) struct Since {
    reasons: Vec<Cause>,
}

impl Since {
    pub(super) fn read(tree: &dyn HostTree, journal: Option<&Journal>) -> Self {
        let mut reasons = Vec::new();
        let Some(journal) = journal else {
            return Self { reasons };
        };
        let mut add = |text: Text, evidence: Vec<Evidence>| {
            reasons.push(Cause {
                code: None,
                title: text,
                evidence,
            });
        };
        if journal.state() != TransactionState::Applied {
            let number = journal.number;
            add(
                text!(
                    "transaction {number}: {state}",
                    number,
                    state = journal.state().sentence()
                ),
                Vec::new(),
            );
        }
        let commands = &journal.header.plan.commands;
        if journal.header.commands == Commands::List && !commands.is_empty() {
            let list: Vec<String> = commands.iter().map(|c| shown(&c.argv)).collect();
            add(
                text!(
                    "the plan was applied to a directory, and its commands were not run: {commands}",
                    commands = list.join("; ")
                ),
                Vec::new(),
            );
        }
        if let (Some(_), Some((false, evidence))) = (
            &journal.header.plan.reboot_reason,
            restarted::shown(tree, journal),
        ) {
            add(
                text!("the host was not rebooted since the plan was applied"),
                vec![evidence],
            );
        }
        Self { reasons }
    }
}

/// The reasons in the input, the cause first.
pub(super) fn all(
    tree: &dyn HostTree,
    host: &Host,
    plan: &Plan,
    address: Address,
    files: &[FileAnswer],
    since: &Since,
) -> Vec<Cause> {
    let mut reasons = since.reasons.clone();
    for file in files {
        let path = &file.path;
        let text = match file.state {
            PlannedFileState::AsPlanned | PlannedFileState::NotShown => continue,
            PlannedFileState::AsBefore => text!("{path} is as before the plan", path),
            PlannedFileState::Changed => text!("{path} is not as after the plan", path),
        };
        reasons.push(Cause {
            code: None,
            title: text,
            evidence: Vec::new(),
        });
    }
    let question = Question {
        devices: plan.devices.iter().map(|device| device.address).collect(),
        target: Some(plan.target),
    };
    let report = doctor::examine_each(host, &question);
    let findings = report.findings.into_iter();
    for finding in findings.filter(|finding| finding.verdict.is_problem()) {
        let about = finding.devices.is_empty() || finding.devices.contains(&address);
        // A missing protection does not affect binding.
        if about && finding.verdict != Verdict::Security {
            reasons.push(Cause {
                code: Some(finding.code),
                title: finding.title,
                evidence: finding.evidence,
            });
        }
    }
    reasons.extend(log_lines(tree, address));
    reasons
}

/// The kernel log's lines about the function and its drivers.
fn log_lines(tree: &dyn HostTree, address: Address) -> Option<Cause> {
    let texts = tree.texts().iter();
    let log = texts
        .filter(|text| text.command.contains("dmesg") || text.command.contains("journalctl"))
        .map(|text| (text.command.clone(), text.text.clone()));
    let file = match tree.read_text("/var/log/kern.log") {
        Lookup::Found(text) => Some(("/var/log/kern.log".to_owned(), text)),
        _ => None,
    };
    // vfio-pci and the kernel print the address after the name of a driver or `pci`.
    let place = format!("{address}: ");
    let words = ["vfio", "probe", "reserve", "failed", "error", "driver"];
    for (source, text) in log.chain(file) {
        let lines = numbered_lines(&text)
            .filter(|(_, line)| line.contains(&place))
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .take(MOST_LINES)
            .map(|(number, line)| Evidence::new(&*source, number, line.trim()));
        let evidence: Vec<Evidence> = lines.collect();
        if !evidence.is_empty() {
            return Some(Cause {
                code: None,
                title: text!("the kernel log about {address}:", address),
                evidence,
            });
        }
    }
    None
}
