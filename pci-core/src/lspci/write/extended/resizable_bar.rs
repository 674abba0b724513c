//! Resizable BAR.

use core::fmt::{self, Write};

use super::capability::UNREADABLE;
use crate::config::extended::ResizableBar;
use crate::lspci::write::registers::Registers;

/// The letters of the units from MB on.
const UNITS: [&str; 5] = ["M", "G", "T", "P", "E"];

/// Writes the lines below the title of the structure at `at`. How many there are is in
/// the first entry.
pub(super) fn write(registers: Registers<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let mut count = 1;
    let mut written = 0;
    while written < count {
        let place = at.saturating_add(4 + 8 * u16::from(written));
        if !registers.has(place, 8) {
            return out.write_str(UNREADABLE);
        }
        let control = registers.dword(place.saturating_add(4));
        let bar = ResizableBar::from_bits(registers.dword(place), control);
        if written == 0 {
            count = bar.count;
        }
        if !(1..=6).contains(&count) {
            return writeln!(
                out,
                "\t\t<error in resizable BAR: num_bars={count} is out of specification>"
            );
        }
        written += 1;
        write!(out, "\t\tBAR {}: current size: ", bar.bar)?;
        match bar.size_bytes() {
            Some(bytes) => size(bytes, out)?,
            None => out.write_str("<unknown>")?,
        }
        for (at, bytes) in bar.possible_bytes().enumerate() {
            out.write_str(if at == 0 { ", supported: " } else { " " })?;
            size(bytes, out)?;
        }
        out.write_char('\n')?;
    }
    Ok(())
}

/// Writes a power of 2 from 1 MiB on.
fn size(bytes: u64, out: &mut dyn Write) -> fmt::Result {
    let mut number = bytes >> 20;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while number >= 1024 {
        number >>= 10;
        unit = units.next().copied().unwrap_or_default();
    }
    write!(out, "{number}{unit}B")
}
