//! ROMs inside other files.

use std::fmt::Write as _;

use vbios::{Carved, Vfct};

use super::super::style::Style;
use super::info::rom;

/// Each ROM that was found, with its images.
#[must_use]
pub fn carved_roms(carved: &[Carved], style: Style) -> String {
    let mut text = String::new();
    for (index, found) in carved.iter().enumerate() {
        let _ = writeln!(
            text,
            "{}: {} bytes at {:#x}",
            index + 1,
            found.length,
            found.offset
        );
        text.push_str(&rom(&found.rom, style));
    }
    text
}

/// The video BIOSes of a VFCT table, a line each.
#[must_use]
pub fn vfct(table: &Vfct) -> String {
    let mut text = String::new();
    for (index, image) in table.images.iter().enumerate() {
        let _ = writeln!(
            text,
            "{}: {:02x}:{:02x}.{:x}, {}, board {}, {} bytes at {:#x}",
            index + 1,
            image.bus,
            image.device,
            image.function,
            image.id,
            image.subsystem,
            image.length,
            image.offset
        );
    }
    if !table.checksum_ok {
        text.push_str("  ! the table's bytes do not add up to 0\n");
    }
    text
}
