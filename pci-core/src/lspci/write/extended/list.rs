//! The list of extended capabilities (PCI Express Base Specification 6.0, section
//! 7.6).

use core::fmt::{self, Write};

use super::capability;
use crate::config::ExtendedCapabilityId;
use crate::lspci::write::function::Function;
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;

/// Where the list begins.
const START: u16 = 0x100;

/// Writes all extended capabilities.
pub(in crate::lspci::write) fn write(
    function: &Function<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let mut seen = [false; 1024];
    let mut at = START;
    while registers.has(at, 4) {
        let header = registers.dword(at);
        if header == 0 {
            break;
        }
        let [id_low, id_high, ..] = header.to_le_bytes();
        let id = u16::from_le_bytes([id_low, id_high]);
        write!(out, "\tCapabilities: [{at:03x}")?;
        if page.verbosity() > Verbosity::Verbose {
            write!(out, " v{}", header >> 16 & 0xf)?;
        }
        out.write_str("] ")?;
        match seen.get_mut(usize::from(at / 4)) {
            Some(seen) if !*seen => *seen = true,
            _ => return out.write_str("<chain looped>\n"),
        }
        capability::write(function, ExtendedCapabilityId(id), at, page, out)?;
        let [_, _, low, high] = header.to_le_bytes();
        at = u16::from_le_bytes([low, high]) >> 4 & !3;
        if at < START {
            break;
        }
    }
    Ok(())
}
