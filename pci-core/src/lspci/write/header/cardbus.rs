//! The lines of a PCI-to-CardBus bridge.

use core::fmt::{self, Write};

use super::regions;
use crate::config::header::{CardBusControl, CardBusHeader, Command};
use crate::lspci::structures::{BUSES, CARDBUS_CONTROL};
use crate::lspci::write::capabilities::context;
use crate::lspci::write::options::OutputVerbosity;
use crate::lspci::write::output_function::OutputFunction;
use crate::lspci::write::page::Page;

/// Size of the header, of which non-root users can read the first 64 bytes.
pub(in crate::lspci::write) const CARDBUS_HEADER: u16 = 128;

/// Writes the type 2 header without the common part.
pub(in crate::lspci::write) fn write(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let Some(bridge) = CardBusHeader::read(function.config) else {
        return Ok(());
    };
    regions::write(function, 1, page, out)?;
    let cx = context(function, page);
    cx.rows(BUSES, out)?;
    let shows_closed = page.verbosity() == OutputVerbosity::Everything;
    let command = Command::from_bits_retain(function.registers().word(0x04));
    let disabled = |flag| {
        if command.contains(flag) {
            ""
        } else {
            " [disabled]"
        }
    };
    let prefetch = [
        CardBusControl::PREFETCH_MEMORY_0,
        CardBusControl::PREFETCH_MEMORY_1,
    ];
    for (at, ((base, limit), prefetch)) in bridge.memory.into_iter().zip(prefetch).enumerate() {
        // A window is in steps of 4 KiB.
        let limit = limit.wrapping_add(0xfff);
        if base <= limit || shows_closed {
            let disabled = disabled(Command::MEMORY_SPACE);
            let prefetchable = match bridge.bridge_control.contains(prefetch) {
                true => " (prefetchable)",
                false => "",
            };
            writeln!(
                out,
                "\tMemory window {at}: {base:08x}-{limit:08x}{disabled}{prefetchable}"
            )?;
        }
    }
    for (at, (base, limit)) in bridge.io.into_iter().enumerate() {
        // Without bit 0 the addresses have 16 bits. A window is in units of four.
        let wide = base & 1 != 0;
        let part = |value: u32| if wide { value & !3 } else { value & 0xfffc };
        let (base, limit) = (part(base), part(limit).wrapping_add(3));
        if base <= limit || shows_closed {
            let disabled = disabled(Command::IO_SPACE);
            writeln!(out, "\tI/O window {at}: {base:08x}-{limit:08x}{disabled}")?;
        }
    }
    if bridge.secondary_status.flags.bits() & 1 << 14 != 0 {
        out.write_str("\tSecondary status: SERR\n")?;
    }
    if page.verbosity() > OutputVerbosity::Verbose {
        cx.rows(CARDBUS_CONTROL, out)?;
    }
    if !function.registers().has(0, CARDBUS_HEADER) {
        return out.write_str("\t<access denied to the rest>\n");
    }
    if let Some(legacy) = bridge
        .legacy_mode_base
        .map(|base| base & 0xffff)
        .filter(|base| *base != 0)
    {
        writeln!(out, "\t16-bit legacy interface ports at {legacy:04x}")?;
    }
    Ok(())
}
