//! The differences of two states of a host.

use super::style::Style;
use crate::diff::Diff;
use crate::text::text;

/// The differences, worst first.
#[must_use]
pub fn diff(diff: &Diff, style: Style) -> String {
    if diff.differences.is_empty() {
        let none = text!("No relevant difference in the facts that both inputs have.");
        return format!("{}\n", style.say(&none));
    }
    let mut text = String::new();
    for one in &diff.differences {
        text.push_str(&style.with_verdict(one.verdict, &style.say(&one.title)));
    }
    text
}
