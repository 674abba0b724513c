//! The line of the expansion ROM.

use core::fmt::{self, Write};

use super::ranges::Size;
use crate::config::header::{Command, ExpansionRom};
use crate::lspci::structures::Layout;
use crate::lspci::write::options::View;
use crate::lspci::write::output_function::{OutputFunction, Range};
use crate::lspci::write::page::Page;

/// Writes the expansion ROM of the register at `register`.
pub(in crate::lspci::write) fn write(
    function: &OutputFunction<'_>,
    register: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    // An unknown header has no such register.
    let has_register = matches!(function.layout(), Some(Layout::Endpoint | Layout::Bridge));
    let value = match has_register {
        true => registers.dword(register),
        false => 0,
    };
    let rom = ExpansionRom(value);
    let range = match kernel {
        Some(kernel) => kernel.rom.unwrap_or_default(),
        None => {
            // All ones are not an address; in a dump, the register is also used if the header is
            // cut after it.
            let start = match registers.dword(register) {
                u32::MAX => 0,
                value => ExpansionRom(value).address().into(),
            };
            Range {
                start,
                size: 0,
                flags: 0,
            }
        }
    };
    let held = match (kernel, registers.dword(register)) {
        (Some(_), _) | (None, u32::MAX) => value,
        (None, held) => held,
    };
    if range.start == 0 && held == 0 && range.size == 0 {
        return Ok(());
    }
    let is_virtual = range.start != 0 && value == 0 && has_register;
    out.write_str("\tExpansion ROM at ")?;
    if range.start != 0 {
        write!(out, "{:08x}", range.start)?;
    } else {
        out.write_str(if rom.address() != 0 {
            "<ignored>"
        } else {
            "<unassigned>"
        })?;
    }
    if is_virtual {
        out.write_str(" [virtual]")?;
    }
    let command = Command::from_bits_retain(registers.word(0x04));
    if !rom.is_enabled() {
        out.write_str(" [disabled]")?;
    } else if !is_virtual && !command.contains(Command::MEMORY_SPACE) {
        out.write_str(" [disabled by cmd]")?;
    }
    writeln!(out, "{}", Size(range.size))
}
