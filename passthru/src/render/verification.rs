//! The verification of a plan.

use std::fmt::Write as _;

use super::style::Style;
use super::wrap::{clean, paragraph};
use crate::remedy::shown;
use crate::text::{listed, text};
use crate::verdict::Verdict;
use crate::verify::{Answer, PlannedFileState, VerifyReport};

/// The answers, the functions of the plan first.
#[must_use]
pub fn verification(report: &VerifyReport, style: Style) -> String {
    let mut text = String::new();
    for answer in report.devices.iter().chain(&report.checks) {
        one(&mut text, answer, style);
    }
    let count = |state| {
        let files = report.files.iter();
        files.filter(|file| file.state == state).count()
    };
    let mut files = Vec::new();
    let planned = count(PlannedFileState::AsPlanned);
    if planned > 0 {
        files.push(text!("{count} as after the plan", count = planned));
    }
    let before = count(PlannedFileState::AsBefore);
    if before > 0 {
        files.push(text!("{count} as before the plan", count = before));
    }
    let changed = count(PlannedFileState::Changed);
    if changed > 0 {
        files.push(text!("{count} changed since", count = changed));
    }
    let unknown = count(PlannedFileState::NotShown);
    if unknown > 0 {
        files.push(text!("{count} not in the input", count = unknown));
    }
    if !files.is_empty() {
        text.push('\n');
        let label = format!("{}  ", style.say(&text!("Files")));
        text.push_str(&paragraph(
            &label,
            &style.say(&listed(files)),
            style.columns,
        ));
    }
    let end = if report.is_verified() {
        text!("The plan worked: every function is as planned, and no check fails.")
    } else if report
        .devices
        .iter()
        .chain(&report.checks)
        .any(|answer| answer.verdict == Verdict::Blocker)
    {
        text!("The plan has not worked, or not yet.")
    } else {
        text!("Whether the plan worked is not in the input.")
    };
    text.push('\n');
    text.push_str(&paragraph("", &style.say(&end), style.columns));
    text
}

fn one(text: &mut String, answer: &Answer, style: Style) {
    let indent = " ".repeat(style.verdict_columns());
    text.push_str(&style.with_verdict(answer.verdict, &style.say(&answer.title)));
    evidence(text, &indent, &answer.evidence, style);
    if let Some(argv) = &answer.inspect {
        let line = style.say(&text!("run: {command}", command = shown(argv)));
        text.push_str(&paragraph(&format!("{indent}-> "), &line, style.columns));
    }
    for reason in &answer.causes {
        let code = reason.code.map(|code| format!(" [{code}]"));
        let line = format!("{}{}", style.say(&reason.title), code.unwrap_or_default());
        text.push_str(&paragraph(&format!("{indent}- "), &line, style.columns));
        evidence(text, &format!("{indent}  "), &reason.evidence, style);
    }
}

fn evidence(text: &mut String, indent: &str, lines: &[host_tree::Evidence], style: Style) {
    for line in lines {
        let place = clean(&style.place(line)).into_owned();
        let line = format!("{place}: {}", line.text);
        for line in paragraph(&format!("{indent}| "), &line, style.columns).lines() {
            let _ = writeln!(text, "{}", style.faint(line));
        }
    }
}
