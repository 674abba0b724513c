//! What an edit of a ROM changed.

use vbios::edit::Edited;

use super::super::style::Style;
use super::super::wrap::paragraph;

/// A line a change; a line that says so where nothing was changed.
#[must_use]
pub fn edited_rom(edited: &Edited, style: Style) -> String {
    if edited.is_unchanged() {
        return "nothing to change\n".to_owned();
    }
    let lines = edited.changes.iter().map(ToString::to_string);
    lines
        .map(|line| paragraph("", &line, style.columns))
        .collect()
}
