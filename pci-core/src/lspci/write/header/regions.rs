//! What the base address registers say: the lines `Region` of `-vv`.

use core::fmt::{self, Write};

use super::ranges::Size;
use crate::config::header::{BaseAddress, Command, MemoryType};
use crate::lspci::write::function::{Function, Range};
use crate::lspci::write::options::{Verbosity, View};
use crate::lspci::write::page::Page;

/// `IORESOURCE_PCI_EA_BEI` of the kernel (`include/linux/ioport.h`): the range
/// comes from the capability Enhanced Allocation.
const ENHANCED_ALLOCATION: u64 = 1 << 5;

/// Writes the address ranges of the first `count` base address registers.
pub(in crate::lspci::write) fn write(
    function: &Function<'_>,
    count: usize,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    let command = match registers.has_header() {
        true => Command::from_bits_retain(registers.word(0x04)),
        false => Command::all(),
    };
    let mut bars = [0; 6];
    for (at, bar) in (0x10u16..).step_by(4).zip(bars.iter_mut().take(count)) {
        *bar = match registers.dword(at) {
            // No register has this: the function is off, or the byte was not read.
            u32::MAX => 0,
            value => value,
        };
    }
    for bar in BaseAddress::of(bars.get(..count).unwrap_or_default()) {
        let range = kernel.map(|kernel| {
            let range = kernel
                .regions
                .get(usize::from(bar.index))
                .copied()
                .flatten();
            range.unwrap_or_default()
        });
        region(bar, range, command, page, out)?;
    }
    Ok(())
}

fn region(
    bar: BaseAddress,
    range: Option<Range>,
    command: Command,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let has_register = bar.register != 0 || bar.upper.is_some_and(|upper| upper != 0);
    let range = range.unwrap_or(Range {
        start: bar.address(),
        size: 0,
        flags: 0,
    });
    if !has_register && range.start == 0 && range.size == 0 {
        return Ok(());
    }
    match page.verbosity() > Verbosity::Verbose {
        true => write!(out, "\tRegion {}: ", bar.index)?,
        false => out.write_char('\t')?,
    }
    // The kernel knows it, the function does not: it was not asked, or it forgot.
    let is_virtual = range.start != 0 && !has_register;
    let kind = if has_register { bar } else { of_kernel(range) };
    if kind.is_io() {
        out.write_str("I/O ports at ")?;
        if range.start != 0 {
            write!(out, "{:04x}", range.start)?;
        } else {
            out.write_str(if bar.address() != 0 {
                "<ignored>"
            } else {
                "<unassigned>"
            })?;
        }
        note(is_virtual, command.contains(Command::IO_SPACE), out)?;
    } else {
        out.write_str("Memory at ")?;
        if bar.lacks_upper_half() {
            out.write_str("<broken-64-bit-slot>")?;
        } else if range.start != 0 {
            write!(out, "{:08x}", range.start)?;
        } else {
            out.write_str(if bar.address() != 0 {
                "<ignored>"
            } else {
                "<unassigned>"
            })?;
        }
        let width = kind
            .memory_type()
            .and_then(MemoryType::name)
            .unwrap_or("type 3");
        let non = if kind.is_prefetchable() { "" } else { "non-" };
        write!(out, " ({width}, {non}prefetchable)")?;
        note(is_virtual, command.contains(Command::MEMORY_SPACE), out)?;
    }
    if range.flags & ENHANCED_ALLOCATION != 0 {
        out.write_str(" [enhanced]")?;
    }
    writeln!(out, "{}", Size(range.size))
}

/// The register as it would be for the kernel's range.
fn of_kernel(range: Range) -> BaseAddress {
    let [low, ..] = range.flags.to_le_bytes();
    BaseAddress {
        index: 0,
        register: u32::from(low & 0xf),
        upper: Some(0),
    }
}

fn note(is_virtual: bool, enabled: bool, out: &mut dyn Write) -> fmt::Result {
    if is_virtual {
        out.write_str(" [virtual]")
    } else if !enabled {
        out.write_str(" [disabled]")
    } else {
        Ok(())
    }
}
