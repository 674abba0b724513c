//! Flags, as `lspci` prints them.

use core::fmt;

use crate::lspci::write::sign::Sign;

/// Writes `Name+` or `Name-` for each of `names`, with a blank between them.
pub(super) fn flags<F: bitflags::Flags + Copy>(
    out: &mut dyn fmt::Write,
    set: F,
    names: &[(&str, F)],
) -> fmt::Result {
    for (at, (name, flag)) in names.iter().enumerate() {
        let between = if at == 0 { "" } else { " " };
        write!(out, "{between}{name}{}", Sign(set.contains(*flag)))?;
    }
    Ok(())
}
