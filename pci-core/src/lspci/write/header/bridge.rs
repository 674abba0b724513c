//! The lines of a PCI-to-PCI bridge.

use core::fmt::{self, Write};

use super::common::devsel;
use super::ranges::Size;
use super::{regions, rom};
use crate::config::header::{
    BridgeControl, BridgeHeader, SecondaryStatus, SecondaryStatusFlags, Window, WindowWidth,
};
use crate::lspci::write::function::{Function, Kernel, Range};
use crate::lspci::write::options::{Verbosity, View};
use crate::lspci::write::page::Page;
use crate::lspci::write::sign::signs;

/// `IORESOURCE_MEM_64` of the kernel (`include/linux/ioport.h`).
const MEMORY_64: u64 = 1 << 20;

/// Writes what a header of type 1 says beyond the common part.
pub(in crate::lspci::write) fn write(
    function: &Function<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let Some(bridge) = BridgeHeader::read(function.config) else {
        return Ok(());
    };
    regions::write(function, 2, page, out)?;
    writeln!(
        out,
        "\tBus: primary={:02x}, secondary={:02x}, subordinate={:02x}, sec-latency={}",
        bridge.primary_bus,
        bridge.secondary_bus,
        bridge.subordinate_bus,
        bridge.secondary_latency_timer
    )?;
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    let known = |at: usize| {
        let range = kernel?.windows.get(at).copied().flatten()?;
        (range.size != 0).then(|| of_kernel(range))
    };
    let registers = (bridge.io_base & 0xf, bridge.io_limit & 0xf);
    match known(0) {
        Some(window) => io(&window, page, out)?,
        None if bridge.io_window().width.is_none() => {
            let (base, limit) = registers;
            writeln!(out, "\t!!! Unknown I/O range types {base:x}/{limit:x}")?;
        }
        None => io(&bridge.io_window(), page, out)?,
    }
    let types = (bridge.memory_base & 0xf, bridge.memory_limit & 0xf);
    match known(1) {
        Some(window) => memory("Memory", &window, page, out)?,
        None if types != (0, 0) => {
            let (base, limit) = types;
            writeln!(out, "\t!!! Unknown memory range types {base:x}/{limit:x}")?;
        }
        None => memory("Memory", &bridge.memory_window(), page, out)?,
    }
    match known(2) {
        Some(window) => memory("Prefetchable memory", &window, page, out)?,
        None if bridge.prefetchable_window().width.is_none() => {
            let base = bridge.prefetchable_memory_base & 0xf;
            let limit = bridge.prefetchable_memory_limit & 0xf;
            writeln!(
                out,
                "\t!!! Unknown prefetchable memory range types {base:x}/{limit:x}"
            )?;
        }
        None => memory(
            "Prefetchable memory",
            &bridge.prefetchable_window(),
            page,
            out,
        )?,
    }
    if page.verbosity() > Verbosity::Verbose {
        secondary_status(bridge.secondary_status, out)?;
    }
    rom::write(function, 0x38, page, out)?;
    if page.verbosity() > Verbosity::Verbose {
        control(bridge.bridge_control, out)?;
    }
    Ok(())
}

/// Writes the windows that the kernel knows, of a bridge whose header was not read.
pub(in crate::lspci::write) fn windows(
    kernel: &Kernel,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let [ports, plain, prefetchable] = kernel.windows.map(|range| range.map(of_kernel));
    if let Some(window) = ports {
        io(&window, page, out)?;
    }
    if let Some(window) = plain {
        memory("Memory", &window, page, out)?;
    }
    if let Some(window) = prefetchable {
        memory("Prefetchable memory", &window, page, out)?;
    }
    Ok(())
}

fn of_kernel(range: Range) -> Window {
    let is_wide = range.flags & MEMORY_64 != 0;
    Window {
        base: range.start,
        limit: range.start.wrapping_add(range.size).wrapping_sub(1),
        width: Some(if is_wide {
            WindowWidth::WIDE
        } else {
            WindowWidth::NARROW
        }),
    }
}

fn io(window: &Window, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let (digits, bits) = match window.width {
        Some(WindowWidth::WIDE) => (8, 32),
        _ => (4, 16),
    };
    range("I/O", window, digits, bits, page, out)
}

fn memory(name: &str, window: &Window, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let (digits, bits) = match window.width {
        Some(WindowWidth::WIDE) => (16, 64),
        _ => (8, 32),
    };
    range(name, window, digits, bits, page, out)
}

fn range(
    name: &str,
    window: &Window,
    digits: usize,
    bits: u8,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    write!(out, "\t{name} behind bridge:")?;
    let (base, limit) = (window.base, window.limit);
    if window.is_open() || page.verbosity() == Verbosity::Everything {
        write!(out, " {base:0digits$x}-{limit:0digits$x}")?;
    }
    match window.is_open() {
        true => write!(out, "{}", Size(window.size().unwrap_or(0)))?,
        false => out.write_str(" [disabled]")?,
    }
    writeln!(out, " [{bits}-bit]")
}

/// Writes the line of the secondary status.
pub(in crate::lspci::write) fn secondary_status(
    status: SecondaryStatus,
    out: &mut dyn Write,
) -> fmt::Result {
    let is = |flag| status.flags.contains(flag);
    out.write_str("\tSecondary status: ")?;
    signs(
        out,
        &[
            ("66MHz", is(SecondaryStatusFlags::CAPABLE_66_MHZ)),
            (
                "FastB2B",
                is(SecondaryStatusFlags::FAST_BACK_TO_BACK_CAPABLE),
            ),
            ("ParErr", is(SecondaryStatusFlags::MASTER_DATA_PARITY_ERROR)),
        ],
    )?;
    write!(out, " DEVSEL={} ", devsel(status.devsel))?;
    signs(
        out,
        &[
            (">TAbort", is(SecondaryStatusFlags::SIGNALED_TARGET_ABORT)),
            ("<TAbort", is(SecondaryStatusFlags::RECEIVED_TARGET_ABORT)),
            ("<MAbort", is(SecondaryStatusFlags::RECEIVED_MASTER_ABORT)),
            ("<SERR", is(SecondaryStatusFlags::RECEIVED_SYSTEM_ERROR)),
            ("<PERR", is(SecondaryStatusFlags::DETECTED_PARITY_ERROR)),
        ],
    )?;
    out.write_char('\n')
}

fn control(control: BridgeControl, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| control.contains(flag);
    out.write_str("\tBridgeCtl: ")?;
    signs(
        out,
        &[
            ("Parity", is(BridgeControl::PARITY_ERROR_RESPONSE)),
            ("SERR", is(BridgeControl::SERR_ENABLE)),
            ("NoISA", is(BridgeControl::ISA_ENABLE)),
            ("VGA", is(BridgeControl::VGA_ENABLE)),
            ("VGA16", is(BridgeControl::VGA_16_BIT_DECODE)),
            ("MAbort", is(BridgeControl::MASTER_ABORT_MODE)),
            (">Reset", is(BridgeControl::SECONDARY_BUS_RESET)),
            ("FastB2B", is(BridgeControl::FAST_BACK_TO_BACK_ENABLE)),
        ],
    )?;
    out.write_str("\n\t")?;
    let timers = [
        ("\tPriDiscTmr", is(BridgeControl::PRIMARY_DISCARD_TIMER)),
        (" SecDiscTmr", is(BridgeControl::SECONDARY_DISCARD_TIMER)),
        (" DiscTmrStat", is(BridgeControl::DISCARD_TIMER_STATUS)),
        (
            " DiscTmrSERREn",
            is(BridgeControl::DISCARD_TIMER_SERR_ENABLE),
        ),
    ];
    for (name, set) in timers {
        write!(out, "{name}{}", if set { '+' } else { '-' })?;
    }
    out.write_char('\n')
}
