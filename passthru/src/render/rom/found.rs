//! ROMs inside other files.

use std::fmt::Write as _;

use vbios::{Carved, Vfct};

use super::super::style::Style;
use super::info::rom;
use crate::text::text;

/// Each ROM that was found, with its images.
#[must_use]
pub fn carved_roms(carved: &[Carved], style: Style) -> String {
    let mut text = String::new();
    for (index, found) in carved.iter().enumerate() {
        let line = text!(
            "{number}: {size} bytes at {offset}",
            number = index + 1,
            size = found.length,
            offset = format!("{:#x}", found.offset)
        );
        let _ = writeln!(text, "{}", style.say(&line));
        text.push_str(&rom(&found.rom, style));
    }
    text
}

/// The video BIOSes of a VFCT table, a line each.
#[must_use]
pub fn vfct(table: &Vfct, style: Style) -> String {
    let mut text = String::new();
    for (index, image) in table.images.iter().enumerate() {
        let line = text!(
            "{number}: {address}, {id}, subsystem {subsystem}, {size} bytes at {offset}",
            number = index + 1,
            address = format!(
                "{:02x}:{:02x}.{:x}",
                image.bus, image.device, image.function
            ),
            id = image.id,
            subsystem = image.subsystem,
            size = image.length,
            offset = format!("{:#x}", image.offset)
        );
        let _ = writeln!(text, "{}", style.say(&line));
    }
    if !table.checksum_ok {
        let line = text!("  ! wrong checksum of the table");
        let _ = writeln!(text, "{}", style.say(&line));
    }
    text
}
