//! The differences of two states of a host.

use std::fmt::Write as _;

use super::style::Style;
use super::wrap::{pad, paragraph};
use crate::diff::Diff;
use crate::text::text;

/// The width of the verdict's column, as in the doctor's report.
const COLUMN: usize = 12;

/// The differences, worst first.
#[must_use]
pub fn diff(diff: &Diff, style: Style) -> String {
    if diff.differences.is_empty() {
        let none = text!("No relevant difference in the facts that both inputs have.");
        return format!("{}\n", style.say(&none));
    }
    let mut text = String::new();
    for one in &diff.differences {
        let verdict = pad(&format!(" {}", one.verdict), COLUMN);
        let body = paragraph(&" ".repeat(COLUMN), &style.say(&one.title), style.columns);
        let said = body.get(COLUMN..).unwrap_or_default();
        let _ = write!(text, "{}{said}", style.verdict(one.verdict, &verdict));
    }
    text
}
