//! What is different between two ROMs.

use vbios::RomDifference;

use super::super::style::Style;
use super::super::wrap::paragraph;

/// A line a field.
#[must_use]
pub fn rom_differences(differences: &[RomDifference], style: Style) -> String {
    let lines = differences.iter().map(ToString::to_string);
    lines
        .map(|line| paragraph("", &line, style.columns))
        .collect()
}
