//! MMIO Register Block Locator: since 3.15.

use core::fmt::{self, Write};

use super::capability::UNREADABLE;
use crate::config::extended::MmioRegisterBlock;
use crate::lspci::write::registers::Registers;

/// Where the first locator is, from the start of the structure.
const FIRST: u16 = 8;

/// Bytes of a locator.
const LOCATOR: u16 = 8;

/// Writes the lines below the title of the structure at `at`.
pub(super) fn write(registers: Registers<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let has = |offset: u16, count| {
        at.checked_add(offset)
            .is_some_and(|at| registers.has(at, count))
    };
    if !has(4, 12) {
        return out.write_str(UNREADABLE);
    }
    let [low, high, ..] = registers.dword(at + 4).to_le_bytes();
    let length = u16::from_le_bytes([low, high]) & 0xfff;
    if !has(FIRST, length) {
        return out.write_str(UNREADABLE);
    }
    // Of a structure that says that it is shorter than its own header, all that follows.
    let count = (length / LOCATOR).checked_sub(1).unwrap_or(u16::MAX);
    for number in 0..count {
        let offset = FIRST + LOCATOR * number;
        if !has(offset, LOCATOR) {
            return out.write_str(UNREADABLE);
        }
        let place = at + offset;
        let (low, high) = (registers.dword(place), registers.dword(place + 4));
        let block = MmioRegisterBlock::from_bits(low, high);
        write!(out, "\t\tLocator{number}: BIR: BAR{}, ID: ", block.bar)?;
        match block.id.name() {
            Some(name) => out.write_str(name)?,
            None => write!(out, "Reserved ({})", block.id.0)?,
        }
        writeln!(out, ", offset: {:016x}", block.offset)?;
    }
    Ok(())
}
