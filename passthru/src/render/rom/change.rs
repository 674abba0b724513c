//! The changes of a ROM edit.

use vbios::edit::Edited;

use super::super::style::Style;
use super::super::wrap::paragraph;
use crate::text::{Text, text};

/// One line for each change; a note if nothing was changed.
#[must_use]
pub fn edited_rom(edited: &Edited, style: Style) -> String {
    if edited.is_unchanged() {
        let none = text!("nothing to change");
        return format!("{}\n", style.say(&none));
    }
    let lines = edited.changes.iter();
    let lines = lines.map(|change| style.say(&Text::of_english(change.to_string())));
    lines
        .map(|line| paragraph("", &line, style.columns))
        .collect()
}
