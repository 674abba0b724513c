//! The explanations of the findings' codes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::markup::escaped;
use crate::doctor::{Report, explain};
use crate::text::{Language, text};

/// Where the explanation of a code is in the page.
pub(super) fn anchor(code: &str) -> String {
    format!("explain-{code}")
}

/// An explanation for each code, in the order of the findings.
pub(super) fn explanations(report: &Report, language: Language) -> String {
    let mut text = String::new();
    let mut seen = BTreeSet::new();
    for finding in &report.findings {
        if !seen.insert(finding.code) {
            continue;
        }
        let Some((meaning, source)) = explain(finding.code) else {
            continue;
        };
        let source = language.say(&text!("Source: {source}", source));
        let _ = writeln!(
            text,
            "<section class=\"explanation\" id=\"{}\"><h3>{}</h3><p>{}</p><p class=\"why\">{}</p></section>",
            escaped(&anchor(finding.code)),
            escaped(finding.code),
            escaped(&language.say(&meaning)),
            escaped(&source)
        );
    }
    text
}
