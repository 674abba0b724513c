//! The dump of the configuration space: `-x`, `-xxx`, `-xxxx`.

use core::fmt::{self, Write};

use super::options::Hex;
use super::output_function::OutputFunction;
use crate::lspci::structures::Layout;

/// Writes the requested part of the configuration space, as far as known: 64, 128, 256 or 4096
/// bytes, sixteen per line.
pub(super) fn write(function: &OutputFunction<'_>, hex: Hex, out: &mut dyn Write) -> fmt::Result {
    let registers = function.registers();
    let Some(layout) = function.layout() else {
        return out.write_str("WARNING: Cannot show hex-dump of the config space\n");
    };
    let mut count = 64;
    if layout == Layout::CardBus && registers.has(0, 128) {
        count = 128;
    }
    if matches!(hex, Hex::Conventional | Hex::Extended) && registers.has(0, 256) {
        count = 256;
    }
    if hex == Hex::Extended && registers.has(0, 4096) {
        count = 4096;
    }
    for at in 0..count {
        match at % 16 {
            0 => write!(out, "{at:02x}: ")?,
            _ => out.write_char(' ')?,
        }
        write!(out, "{:02x}", registers.byte(at))?;
        if at % 16 == 15 {
            out.write_char('\n')?;
        }
    }
    Ok(())
}
