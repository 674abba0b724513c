//! The firmware that accepts a ROM, and its findings.

use std::fmt::Write as _;

use vbios::verify::{Acceptance, RomFinding, RomReport, RomVerdict};

use super::super::style::Style;
use super::super::wrap::{clean, pad, paragraph, width};
use crate::text::{Text, text};
use crate::verdict;

/// The width of the columns in front of the text.
const COLUMN: usize = 15;

/// The consumers and their acceptance, then the findings, worst first.
#[must_use]
pub fn rom_report(report: &RomReport, style: Style) -> String {
    let mut text = String::new();
    for answer in &report.answers {
        let verdict = match answer.acceptance {
            Acceptance::Accepts => verdict::Verdict::Ok,
            Acceptance::Refuses => verdict::Verdict::Fix,
            Acceptance::Unknown => verdict::Verdict::Unknown,
        };
        let because = style.say(&Text::of_english(answer.reason.to_string()));
        let word = style.say(&match answer.acceptance {
            Acceptance::Accepts => text!("accepts"),
            Acceptance::Refuses => text!("refuses"),
            Acceptance::Unknown => verdict.label(),
        });
        let word = word.as_str();
        let line = columns(
            &format!("{}{because}", pad(word, 9.max(width(word) + 1))),
            style,
        );
        let name = pad(&answer.consumer.to_string(), COLUMN);
        let line = line.replacen(word, &style.verdict(verdict, word), 1);
        let _ = write!(text, "{name}{line}");
    }
    if !report.findings.is_empty() {
        text.push('\n');
    }
    for finding in &report.findings {
        text.push_str(&one(finding, style));
    }
    text
}

/// `text` in lines, all but the first indented to the column.
fn columns(text: &str, style: Style) -> String {
    let body = paragraph(&" ".repeat(COLUMN), text, style.columns);
    body.get(COLUMN..).unwrap_or_default().to_owned()
}

fn one(finding: &RomFinding, style: Style) -> String {
    let verdict = as_said(finding.verdict);
    let word = pad(&format!(" {}", style.say(&verdict.label())), COLUMN);
    let mut line = Text::of_english(&finding.title);
    if let Some(offset) = finding.offset {
        line = text!(
            "{finding} (at {offset})",
            finding = line,
            offset = format!("{offset:#x}")
        );
    }
    let body = columns(&style.say(&line), style);
    let mut text = format!("{}{body}", style.verdict(verdict, &word));
    let indent = " ".repeat(COLUMN);
    if let Some(remedy) = finding.remedy {
        let line = style.say(&Text::of_english(remedy.to_string()));
        text.push_str(&paragraph(&format!("{indent}-> "), &line, style.columns));
        // Not wrapped: a shell runs it as printed.
        if let Some(command) = &finding.command {
            let _ = writeln!(text, "{indent}   {}", clean(command));
        }
    }
    let consumer = finding.consumer.map(|consumer| format!("{consumer}, "));
    let code = format!("[{}{}]", consumer.unwrap_or_default(), finding.code);
    let _ = writeln!(text, "{indent}{}", style.faint(&code));
    text
}

/// The same verdict among those of the doctor.
const fn as_said(verdict: RomVerdict) -> verdict::Verdict {
    match verdict {
        RomVerdict::Blocker => verdict::Verdict::Blocker,
        RomVerdict::Fix => verdict::Verdict::Fix,
        RomVerdict::Security => verdict::Verdict::Security,
        RomVerdict::Unknown => verdict::Verdict::Unknown,
        RomVerdict::Harmless => verdict::Verdict::Harmless,
    }
}
