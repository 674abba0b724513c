//! Base address registers: the lines `Region` of `-vv`.

use core::fmt::{self, Write};

use super::ranges::Size;
use crate::config::header::{BaseAddress, Command, MemoryType};
use crate::lspci::write::options::{OutputVerbosity, View};
use crate::lspci::write::output_function::OutputFunction;
use crate::lspci::write::page::Page;

/// `IORESOURCE_PCI_EA_BEI` of the kernel (`include/linux/ioport.h`): the range comes from the
/// Enhanced Allocation capability.
const ENHANCED_ALLOCATION: u64 = 1 << 5;

/// A register, and its address range.
struct Region {
    number: usize,
    /// Register value; 0 if unknown.
    register: u32,
    address: u64,
    size: u64,
    /// The kernel's flags; `None` without kernel data.
    flags: Option<u64>,
    lacks_upper_half: bool,
}

/// Writes the address ranges of the first `count` base address registers.
pub(in crate::lspci::write) fn write(
    function: &OutputFunction<'_>,
    count: usize,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let mut values = [0; 6];
    for (at, value) in (0x10u16..).step_by(4).zip(values.iter_mut().take(count)) {
        *value = registers.dword(at);
    }
    let values = values.get(..count).unwrap_or_default();
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    let shows_halves = kernel.is_none() && registers.has_header();
    for mut bar in BaseAddress::of(values) {
        // An impossible value: the function is off, or the register is unknown.
        if bar.register == u32::MAX {
            bar.register = 0;
        }
        let mut region = Region {
            number: bar.index.into(),
            register: bar.register,
            address: if bar.lacks_upper_half() {
                0
            } else {
                bar.address()
            },
            size: 0,
            flags: None,
            lacks_upper_half: bar.lacks_upper_half(),
        };
        if !registers.has_header() {
            // Only the address of the register is used.
            region.address &= !0xf;
            region.register = 0;
        }
        if let Some(kernel) = kernel {
            let range = kernel.regions.get(region.number).copied().flatten();
            let range = range.unwrap_or_default();
            region.address = range.start;
            region.size = range.size;
            region.flags = Some(range.flags);
        }
        one(&region, function, page, out)?;
        // In a dump, the upper half is printed like a separate register.
        let upper = bar
            .upper
            .filter(|upper| !matches!(upper, 0 | &u32::MAX) && shows_halves);
        if let Some(register) = upper {
            let half = Region {
                number: region.number + 1,
                register,
                address: 0,
                lacks_upper_half: false,
                ..region
            };
            one(&half, function, page, out)?;
        }
    }
    Ok(())
}

fn one(
    region: &Region,
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    // With kernel data, the kernel knows all used ranges.
    let is_there = region.register != 0 && region.flags.is_none();
    if !is_there && region.address == 0 && region.size == 0 {
        return Ok(());
    }
    match page.verbosity() > OutputVerbosity::Verbose {
        true => write!(out, "\tRegion {}: ", region.number)?,
        false => out.write_char('\t')?,
    }
    let registers = function.registers();
    let has_header = registers.has_header();
    let command = Command::from_bits_retain(registers.word(0x04));
    let is_enabled = |flag| !has_header || command.contains(flag);
    let kind = kind(region);
    if kind.is_io() {
        let enabled = is_enabled(Command::IO_SPACE);
        out.write_str("I/O ports at ")?;
        match region.address {
            0 if !(enabled && has_header) => nowhere(region, out)?,
            address => write!(out, "{address:04x}")?,
        }
        if !enabled {
            out.write_str(" [disabled]")?;
        }
    } else {
        out.write_str("Memory at ")?;
        match region.address {
            0 => nowhere(region, out)?,
            _ if region.lacks_upper_half => out.write_str("<broken-64-bit-slot>")?,
            address => write!(out, "{address:08x}")?,
        }
        let width = kind
            .memory_type()
            .and_then(MemoryType::name)
            .unwrap_or("type 3");
        let non = if kind.is_prefetchable() { "" } else { "non-" };
        write!(out, " ({width}, {non}prefetchable)")?;
        // Known to the kernel but not in the register, as for virtual functions.
        if region.register == 0 && region.address != 0 && has_header {
            out.write_str(" [virtual]")?;
        } else if !is_enabled(Command::MEMORY_SPACE) {
            out.write_str(" [disabled]")?;
        }
    }
    if region
        .flags
        .is_some_and(|flags| flags & ENHANCED_ALLOCATION != 0)
    {
        out.write_str(" [enhanced]")?;
    }
    writeln!(out, "{}", Size(region.size))
}

/// Writes the placeholder for a missing address.
fn nowhere(region: &Region, out: &mut dyn Write) -> fmt::Result {
    // A kernel that assigned none kept the register's value.
    let is_ignored = region.flags.is_some() && region.register != 0;
    out.write_str(if is_ignored {
        "<ignored>"
    } else {
        "<unassigned>"
    })
}

/// Type from the register; with kernel data from its flags, whose low bits are those of the
/// register.
fn kind(region: &Region) -> BaseAddress {
    let [low, ..] = region.flags.unwrap_or(0).to_le_bytes();
    BaseAddress {
        index: 0,
        register: match region.flags {
            Some(_) => u32::from(low & 0xf),
            None => region.register,
        },
        upper: Some(0),
    }
}
