//! The differences of two ROMs.

use vbios::RomDifference;

use super::super::style::Style;
use super::super::wrap::paragraph;
use crate::text::Text;

/// A line a field.
#[must_use]
pub fn rom_differences(differences: &[RomDifference], style: Style) -> String {
    let lines = differences.iter();
    let lines = lines.map(|one| style.say(&Text::of_english(one.to_string())));
    lines
        .map(|line| paragraph("", &line, style.columns))
        .collect()
}
