//! Findings for people.

use std::fmt::Write as _;

use pci_core::Address;

use super::style::Style;
use super::wrap::{clean, pad, paragraph};
use crate::doctor::Report;
use crate::finding::{Finding, Verdict};
use crate::host::Host;
use crate::invocation::Invocation;

/// The width of the verdict's column: the longest verdict and two blanks.
const COLUMN: usize = 12;

/// The report, worst first. Consequences of a fault stand under their cause.
#[must_use]
pub fn report(host: &Host, report: &Report, call: &Invocation, style: Style) -> String {
    let mut text = heading(host, report, call, style);
    let mut folded = 0;
    let mut lines = 0;
    for (finding, consequences) in tree(host, &report.findings) {
        if is_plain_line(finding) {
            lines += 1;
            if lines > SHOWN_LINES {
                folded += 1;
                continue;
            }
        }
        text.push_str(&one(finding, &consequences, call, style));
    }
    if folded > 0 {
        let more = format!("{folded} more known messages need no action (--json lists them)\n\n");
        text.push_str(&more);
    }
    text.push_str(&summary(report, style));
    text
}

/// How many messages that need no action are shown: a whole log has dozens.
const SHOWN_LINES: usize = 4;

/// Whether the finding is a message of the catalogue that needs no action.
fn is_plain_line(finding: &Finding) -> bool {
    let mut messages = crate::messages::all().iter();
    matches!(finding.verdict, Verdict::Harmless | Verdict::Ok)
        && messages.any(|message| message.code == finding.code)
}

/// The host, and the cards that the findings are about.
fn heading(host: &Host, report: &Report, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    let system = host
        .system
        .hypervisor_text()
        .or_else(|| host.system.name.clone());
    if let Some(system) = system {
        text.push_str(&paragraph("Host  ", &system, style.columns));
    }
    for address in &report.devices {
        let Some(device) = host.devices.get(address) else {
            continue;
        };
        let id = device
            .id
            .as_ref()
            .map_or_else(String::new, |id| format!(" [{}]", id.value));
        let line = format!("{address:#} {}{id}", device.name());
        text.push_str(&paragraph("Card  ", &line, style.columns));
    }
    if report.devices.is_empty() {
        let mut candidates = host.candidates().filter(|device| device.is_display());
        let example = candidates
            .next()
            .or_else(|| host.candidates().next())
            .or_else(|| host.devices.values().find(|device| !device.is_bridge()));
        let example = example.map_or_else(
            || "the input shows no PCI devices".to_owned(),
            |device| {
                let command = call.command(&["doctor", &format!("{:#}", device.address)]);
                format!("for example: {command}")
            },
        );
        let line = format!("none was named, and the host's settings mean none; {example}");
        text.push_str(&paragraph("Card  ", &line, style.columns));
    }
    text.push('\n');
    text
}

/// Each finding that is no consequence of another, with those that are of it; a
/// cause stands where the worst of its consequences would.
fn tree<'a>(host: &Host, findings: &'a [Finding]) -> Vec<(&'a Finding, Vec<&'a Finding>)> {
    let mut causes: Vec<Option<usize>> = vec![None; findings.len()];
    for (at, finding) in findings.iter().enumerate() {
        let cause = findings
            .iter()
            .position(|cause| is_cause(host, cause, finding));
        // Of two that name each other neither is the cause.
        let cause = cause.filter(|cause| {
            let cause = findings.get(*cause);
            cause.is_some_and(|cause| !is_cause(host, finding, cause))
        });
        if let Some(slot) = causes.get_mut(at) {
            *slot = cause;
        }
    }
    let root = |at: usize| {
        let mut root = at;
        // As long a chain as there are findings is a circle.
        for _ in 0..findings.len() {
            match causes.get(root).copied().flatten() {
                Some(cause) => root = cause,
                None => return root,
            }
        }
        at
    };
    let roots: Vec<usize> = (0..findings.len()).map(root).collect();
    let mut found: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        if roots.get(at) != Some(&at) {
            continue;
        }
        let own = findings.iter().zip(&roots).enumerate();
        let consequences = own
            .filter(|(other, (_, root))| **root == at && *other != at)
            .map(|(_, (consequence, _))| consequence)
            .collect();
        found.push((finding, consequences));
    }
    found.sort_by_key(|(finding, consequences)| {
        let verdicts = consequences.iter().map(|finding| finding.verdict);
        verdicts.chain([finding.verdict]).min()
    });
    found
}

/// Whether `cause` is behind `finding`, and about the same functions.
fn is_cause(host: &Host, cause: &Finding, finding: &Finding) -> bool {
    let together = |one: &Address| {
        let mut others = finding.devices.iter();
        others.any(|other| host.belong_together(*one, *other))
    };
    let related = cause.devices.is_empty()
        || finding.devices.is_empty()
        || cause.devices.iter().any(together);
    related && cause.code != finding.code && cause.cause_of.contains(&finding.code)
}

fn one(finding: &Finding, consequences: &[&Finding], call: &Invocation, style: Style) -> String {
    let verdict = pad(&format!(" {}", finding.verdict), COLUMN);
    let body = paragraph(&" ".repeat(COLUMN), &finding.title, style.columns);
    let title = body.get(COLUMN..).unwrap_or_default();
    let mut text = format!("{}{title}", style.verdict(finding.verdict, &verdict));
    let indent = " ".repeat(COLUMN);
    for evidence in &finding.evidence {
        let place = clean(&evidence.place()).into_owned();
        let line = paragraph(
            &format!("{indent}| "),
            &format!("{place}: {}", evidence.text),
            style.columns,
        );
        for line in line.lines() {
            let _ = writeln!(text, "{}", style.faint(line));
        }
    }
    if let Some(remedy) = &finding.remedy {
        let first = format!("{indent}-> ");
        text.push_str(&super::remedy(&first, remedy, call, style.columns));
    }
    let _ = writeln!(
        text,
        "{indent}{}",
        style.faint(&format!("[{}]", finding.code))
    );
    for consequence in consequences {
        let line = format!(
            "{}: {} [{}]",
            consequence.verdict, consequence.title, consequence.code
        );
        let bullet = format!("{indent}so also ");
        text.push_str(&paragraph(&bullet, &line, style.columns));
    }
    text
}

fn summary(report: &Report, style: Style) -> String {
    let mut counts: Vec<String> = Vec::new();
    for verdict in Verdict::ALL {
        let count = report
            .findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .count();
        if count > 0 {
            counts.push(format!("{count} {verdict}"));
        }
    }
    if counts.is_empty() {
        return "Nothing to say: the input shows nothing that a rule knows.\n".to_owned();
    }
    let unknown = report
        .findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Unknown);
    let end = match (report.has_fault(), unknown) {
        (true, _) => "",
        (false, true) => "No rule found a fault in what the input shows; not all is shown. ",
        (false, false) => "No rule found a fault. ",
    };
    let line = format!("{end}{}", counts.join(", "));
    format!("\n{}", paragraph("", &line, style.columns))
}
