//! Whether a plan worked.

use std::fmt::Write as _;

use super::style::Style;
use super::wrap::{clean, pad, paragraph};
use crate::remedy::shown;
use crate::verdict::Verdict;
use crate::verify::{Answer, PlannedFileState, Report};

/// The width of the verdict's column, as in the doctor's report.
const COLUMN: usize = 12;

/// The answers, the functions of the plan first.
#[must_use]
pub fn verification(report: &Report, style: Style) -> String {
    let mut text = String::new();
    for answer in report.devices.iter().chain(&report.checks) {
        one(&mut text, answer, style);
    }
    let count = |state| {
        let files = report.files.iter();
        files.filter(|file| file.state == state).count()
    };
    let mut files = Vec::new();
    for (state, words) in [
        (PlannedFileState::AsPlanned, "as the plan leaves them"),
        (PlannedFileState::AsBefore, "as before the plan"),
        (PlannedFileState::Changed, "changed since"),
        (PlannedFileState::NotShown, "not shown"),
    ] {
        if count(state) > 0 {
            files.push(format!("{} {words}", count(state)));
        }
    }
    if !files.is_empty() {
        text.push('\n');
        text.push_str(&paragraph("Files  ", &files.join(", "), style.columns));
    }
    let end = if report.is_verified() {
        "\nThe plan worked: every function is as planned, and no check fails.\n"
    } else if report
        .devices
        .iter()
        .chain(&report.checks)
        .any(|answer| answer.verdict == Verdict::Blocker)
    {
        "\nThe plan has not worked, or not yet.\n"
    } else {
        "\nThe input does not show whether the plan worked.\n"
    };
    text.push_str(end);
    text
}

fn one(text: &mut String, answer: &Answer, style: Style) {
    let verdict = pad(&format!(" {}", answer.verdict), COLUMN);
    let indent = " ".repeat(COLUMN);
    let body = paragraph(&indent, &answer.title, style.columns);
    let said = body.get(COLUMN..).unwrap_or_default();
    let _ = write!(text, "{}{said}", style.verdict(answer.verdict, &verdict));
    evidence(text, &indent, &answer.evidence, style);
    if let Some(argv) = &answer.inspect {
        let line = format!("run: {}", shown(argv));
        text.push_str(&paragraph(&format!("{indent}-> "), &line, style.columns));
    }
    for reason in &answer.causes {
        let code = reason.code.map(|code| format!(" [{code}]"));
        let line = format!("{}{}", reason.title, code.unwrap_or_default());
        text.push_str(&paragraph(&format!("{indent}- "), &line, style.columns));
        evidence(text, &format!("{indent}  "), &reason.evidence, style);
    }
}

fn evidence(text: &mut String, indent: &str, lines: &[host_tree::Evidence], style: Style) {
    for line in lines {
        let place = clean(&line.place()).into_owned();
        let line = format!("{place}: {}", line.text);
        for line in paragraph(&format!("{indent}| "), &line, style.columns).lines() {
            let _ = writeln!(text, "{}", style.faint(line));
        }
    }
}
