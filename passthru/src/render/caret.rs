//! The place in a text where something is wrong.

use super::wrap::{clean, width};

/// Number of characters of a line that are shown before the place, and from it on.
const BEFORE: usize = 40;
const AFTER: usize = 32;

/// A line of text and below it a caret at the character at byte `offset`, both indented, without a
/// line end. For a long line, the part around the place.
///
/// ```
/// let shown = passthru::render::caret("01:0g.0", 4);
/// assert_eq!(shown, "  01:0g.0\n      ^");
/// ```
#[must_use]
pub fn caret(line: &str, offset: usize) -> String {
    let at = (0..=offset.min(line.len()))
        .rev()
        .find(|at| line.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
    let start = before.chars().count().saturating_sub(BEFORE);
    let before: String = before.chars().skip(start).collect();
    let after: String = after.chars().take(AFTER).collect();
    let before = clean(&before);
    format!(
        "  {before}{}\n  {}^",
        clean(&after),
        " ".repeat(width(&before))
    )
}

#[cfg(test)]
mod tests;
