//! Findings for monitoring: metrics for Prometheus, and JSON lines for logs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::doctor::Report;
use crate::document::to_json_line;
use crate::finding::Finding;
use crate::verdict::Verdict;

/// The findings in Prometheus's text format, as the textfile collector of node_exporter
/// reads it.
///
/// Each verdict has a row, even without a finding, so that alerts can depend on it; each finding
/// has one for each of its functions, with an empty `device` for the host. Titles are not labels:
/// they contain values that change.
///
/// Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>, version 0.0.4.
///
/// ```
/// use passthru::{Host, doctor, render};
/// use host_tree::MemoryTree;
/// let host = Host::read(&MemoryTree::partial());
/// let report = doctor::examine(&host, &doctor::Question::default());
/// let page = render::prometheus(&report);
/// assert!(page.contains("\npassthru_findings{verdict=\"blocker\"} 0\n"));
/// ```
#[must_use]
pub fn prometheus(report: &Report) -> String {
    let mut page = String::new();
    head(
        &mut page,
        "info",
        "The program that looked, by its version.",
    );
    let _ = writeln!(
        page,
        "passthru_info{{version=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION")
    );
    head(&mut page, "problem", "Whether a problem was found.");
    let _ = writeln!(page, "passthru_problem {}", u8::from(report.has_problem()));
    head(
        &mut page,
        "devices",
        "PCI functions that the findings are about.",
    );
    let _ = writeln!(page, "passthru_devices {}", report.devices.len());
    head(&mut page, "findings", "Findings, by verdict.");
    for verdict in Verdict::ALL {
        let findings = report.findings.iter();
        let number = findings.filter(|one| one.verdict == verdict).count();
        let _ = writeln!(page, "passthru_findings{{verdict=\"{verdict}\"}} {number}");
    }
    head(
        &mut page,
        "finding",
        "How often something was found of a PCI function, or of the host.",
    );
    for ((code, verdict, device), number) in rows(report) {
        let (code, device) = (label(code), label(&device));
        let _ = writeln!(
            page,
            "passthru_finding{{code=\"{code}\",verdict=\"{verdict}\",device=\"{device}\"}} {number}"
        );
    }
    page
}

/// The findings as JSON, one per line: each as in `passthru doctor --json`, after a `schema` field.
///
/// # Errors
///
/// Any error of the JSON writer; findings cause none.
pub fn json_lines(report: &Report) -> crate::Result<String> {
    #[derive(Serialize)]
    struct Line<'a> {
        schema: &'static str,
        #[serde(flatten)]
        finding: &'a Finding,
    }
    let mut lines = String::new();
    for finding in &report.findings {
        let line = Line {
            schema: "passthru-finding/1",
            finding,
        };
        lines.push_str(&to_json_line(&line)?);
    }
    Ok(lines)
}

fn head(page: &mut String, name: &str, help: &str) {
    let _ = writeln!(page, "# HELP passthru_{name} {help}");
    let _ = writeln!(page, "# TYPE passthru_{name} gauge");
}

/// Number of findings for each code and function: rows must be unique.
fn rows(report: &Report) -> BTreeMap<(&'static str, Verdict, String), usize> {
    let mut rows = BTreeMap::new();
    for finding in &report.findings {
        let mut devices: Vec<String> = finding.devices.iter().map(ToString::to_string).collect();
        if devices.is_empty() {
            devices.push(String::new());
        }
        for device in devices {
            *rows
                .entry((finding.code, finding.verdict, device))
                .or_default() += 1;
        }
    }
    rows
}

/// A label's value, escaped.
fn label(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
