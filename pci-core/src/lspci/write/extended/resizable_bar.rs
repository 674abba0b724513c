//! Resizable BAR.

use core::fmt::{self, Write};

use crate::config::extended::ResizableBar;

/// The letters of the units from MB on.
const UNITS: [&str; 5] = ["M", "G", "T", "P", "E"];

/// Writes the lines below the title. `count` is how many registers the structure says
/// that it is about.
pub(super) fn write(bars: &[ResizableBar], count: u8, out: &mut dyn Write) -> fmt::Result {
    if !(1..=6).contains(&count) {
        return writeln!(
            out,
            "\t\t<error in resizable BAR: num_bars={count} is out of specification>"
        );
    }
    for bar in bars {
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
