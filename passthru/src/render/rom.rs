//! Option ROMs for people.

use std::fmt::Write as _;

use vbios::Rom;

use super::style::Style;
use super::wrap::paragraph;

/// The images of an option ROM, one a line, and what is wrong.
#[must_use]
pub fn rom(rom: &Rom, style: Style) -> String {
    let mut text = String::new();
    if rom.prefix.length > 0 {
        let _ = writeln!(text, "{} bytes before the first image", rom.prefix.length);
    }
    for image in &rom.images {
        let kind = image.code_type.name().map_or_else(
            || format!("code type {:#04x}", image.code_type.0),
            str::to_owned,
        );
        let mut line = format!(
            "{:#x}: {kind}, {} bytes, {}, class {}, revision {:#x}",
            image.offset, image.length_pcir, image.id, image.class, image.vendor_revision
        );
        if let Some(efi) = &image.efi {
            let machine = efi
                .machine
                .name()
                .map_or_else(|| format!("{:#06x}", efi.machine.0), str::to_owned);
            let _ = write!(line, ", machine {machine}");
        }
        line.push_str(match image.checksum_ok {
            Some(true) => ", checksum right",
            Some(false) => ", checksum wrong",
            None => "",
        });
        if image.last {
            line.push_str(", last image");
        }
        text.push_str(&paragraph("  ", &line, style.columns));
    }
    if rom.tail_length > 0 {
        let _ = writeln!(text, "{} bytes behind the last image", rom.tail_length);
    }
    for finding in &rom.findings {
        let line = format!("{:#x}: {}", finding.offset, finding.problem);
        text.push_str(&paragraph("  ! ", &line, style.columns));
    }
    text
}
