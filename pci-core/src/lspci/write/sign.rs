//! A bit, as `lspci` prints it.

use core::fmt;

/// Prints `+` for a bit that is set and `-` for one that is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign(pub(super) bool);

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "+" } else { "-" })
    }
}

/// Writes `Name+` or `Name-` for each of `bits`, with a blank between them.
pub(super) fn signs(out: &mut dyn fmt::Write, bits: &[(&str, bool)]) -> fmt::Result {
    for (at, (name, set)) in bits.iter().enumerate() {
        if at > 0 {
            out.write_char(' ')?;
        }
        write!(out, "{name}{}", Sign(*set))?;
    }
    Ok(())
}
