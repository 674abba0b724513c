//! One extended capability: its title, and what is decoded below it.

use core::fmt::{self, Write};

use super::titles::title;
use crate::lspci::write::page::Page;
use crate::lspci::write::registers::Registers;

/// An extended capability, and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExtendedCapability<'a> {
    /// Its id.
    pub(super) id: u16,
    /// Where it begins.
    pub(super) at: u16,
    /// The function's registers.
    pub(super) registers: Registers<'a>,
}

/// Writes the rest of the line that begins with `Capabilities: [100 v1] `, and the
/// lines below it.
pub(super) fn write(
    capability: ExtendedCapability<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let ExtendedCapability { id, at, registers } = capability;
    let Some(title) = title(id, page.version()) else {
        return writeln!(out, "Extended Capability ID {id:#x}");
    };
    out.write_str(title)?;
    match id {
        0x03 => serial_number(at, registers, out)?,
        0x0b => vendor_specific(at, registers, out)?,
        _ => {}
    }
    out.write_char('\n')
}

/// Writes the serial number, the most significant byte first (PCI Express Base
/// Specification 6.0, section 7.9.3).
fn serial_number(at: u16, registers: Registers<'_>, out: &mut dyn Write) -> fmt::Result {
    let words = [registers.dword(at + 8), registers.dword(at + 4)];
    let bytes = words.map(u32::to_be_bytes);
    for (number, byte) in bytes.as_flattened().iter().enumerate() {
        let between = if number == 0 { ' ' } else { '-' };
        write!(out, "{between}{byte:02x}")?;
    }
    Ok(())
}

/// Writes the header that vendor-specific capabilities have (PCI Express Base
/// Specification 6.0, section 7.9.5).
fn vendor_specific(at: u16, registers: Registers<'_>, out: &mut dyn Write) -> fmt::Result {
    let header = registers.dword(at + 4);
    let (id, revision, length) = (header & 0xffff, header >> 16 & 0xf, header >> 20);
    write!(out, " ID={id:04x} Rev={revision} Len={length:03x} <?>")
}
