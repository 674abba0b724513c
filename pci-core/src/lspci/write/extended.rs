//! The extended capabilities: the lines `Capabilities: [100 v1] …` of `-v` (PCI Express
//! Base Specification 6.0, section 7.6).

use core::fmt::{self, Write};

use super::output_function::OutputFunction;
use crate::config::{ExtendedCapabilityId, device_type};
use crate::lspci::structures::{Context, extended_capability};

/// Offset of the first structure.
const START: u16 = 0x100;

/// Writes all extended capabilities.
pub(super) fn write(
    function: &OutputFunction<'_>,
    like: &Context<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = like.registers;
    let mut cx = Context {
        at: START,
        kind: device_type(function.config),
        ..*like
    };
    let mut seen = [false; 1024];
    while registers.has(cx.at, 4) {
        let header = registers.dword(cx.at);
        if header == 0 {
            break;
        }
        let [id_low, id_high, low, high] = header.to_le_bytes();
        let id = ExtendedCapabilityId(u16::from_le_bytes([id_low, id_high]));
        write!(out, "\tCapabilities: [{:03x}", cx.at)?;
        if cx.details {
            write!(out, " v{}", header >> 16 & 0xf)?;
        }
        out.write_str("] ")?;
        match seen.get_mut(usize::from(cx.at / 4)) {
            Some(seen) if !*seen => *seen = true,
            _ => return out.write_str("<chain looped>\n"),
        }
        match extended_capability(id).filter(|one| one.is_named(cx.version)) {
            Some(structure) => structure.write(&cx, out)?,
            None => writeln!(out, "Extended Capability ID {:#x}", id.0)?,
        }
        cx.at = u16::from_le_bytes([low, high]) >> 4 & !3;
        if cx.at < START {
            break;
        }
    }
    Ok(())
}
