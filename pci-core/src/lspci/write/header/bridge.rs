//! The lines of a PCI-to-PCI bridge.

use core::fmt::{self, Write};

use super::ranges::Size;
use super::{regions, rom};
use crate::config::header::{BridgeHeader, Window, WindowWidth};
use crate::lspci::structures::{BRIDGE_CONTROL, BUSES, SECONDARY_STATUS};
use crate::lspci::write::capabilities::context;
use crate::lspci::write::options::{OutputVerbosity, View};
use crate::lspci::write::output_function::{Kernel, OutputFunction, Range};
use crate::lspci::write::page::Page;

/// `IORESOURCE_MEM_64` of the kernel (`include/linux/ioport.h`).
const MEMORY_64: u64 = 1 << 20;

/// Writes the type 1 header without the common part.
pub(in crate::lspci::write) fn write(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let Some(bridge) = BridgeHeader::read(function.config) else {
        return Ok(());
    };
    regions::write(function, 2, page, out)?;
    let cx = context(function, page);
    cx.rows(BUSES, out)?;
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    let mut windows = [
        (
            "I/O",
            bridge.io_window(),
            bridge.io_base.into(),
            bridge.io_limit.into(),
        ),
        (
            "Memory",
            bridge.memory_window(),
            bridge.memory_base,
            bridge.memory_limit,
        ),
        (
            "Prefetchable memory",
            bridge.prefetchable_window(),
            bridge.prefetchable_memory_base,
            bridge.prefetchable_memory_limit,
        ),
    ];
    // A memory window has no wide form.
    let [_, (_, memory, base, _), _] = &mut windows;
    if *base & 0xf != 0 {
        memory.width = None;
    }
    let known = kernel.map(|kernel| kernel.windows);
    for (at, (name, window, base, limit)) in windows.into_iter().enumerate() {
        let range = known.and_then(|known| known.get(at).copied().flatten());
        match (range, window.width) {
            // The kernel's are all printed as narrow.
            (Some(range), _) => {
                let window = Window {
                    width: Some(WindowWidth::NARROW),
                    ..of_kernel(range)
                };
                self::window(name, &window, window.is_open(), page, out)?;
            }
            (None, None) => {
                let name = name_of_types(name);
                writeln!(out, "\t!!! Unknown {name} range types {base:x}/{limit:x}")?;
            }
            (None, Some(_)) => {
                self::window(
                    name,
                    &window,
                    window.is_open() && known.is_none(),
                    page,
                    out,
                )?;
            }
        }
    }
    if page.verbosity() > OutputVerbosity::Verbose {
        cx.rows(SECONDARY_STATUS, out)?;
    }
    rom::write(function, 0x38, page, out)?;
    if page.verbosity() > OutputVerbosity::Verbose {
        cx.rows(BRIDGE_CONTROL, out)?;
    }
    Ok(())
}

fn name_of_types(name: &str) -> &str {
    match name {
        "Memory" => "memory",
        "Prefetchable memory" => "prefetchable memory",
        name => name,
    }
}

/// Writes the kernel's windows of a bridge whose header is unknown.
pub(in crate::lspci::write) fn windows(
    kernel: &Kernel,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let names = ["I/O", "Memory", "Prefetchable memory"];
    for (name, range) in names.into_iter().zip(kernel.windows) {
        if let Some(range) = range {
            window(name, &of_kernel(range), true, page, out)?;
        }
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

fn window(
    name: &str,
    window: &Window,
    is_enabled: bool,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let is_wide = window.width == Some(WindowWidth::WIDE);
    let (digits, bits) = match (name, is_wide) {
        ("I/O", false) => (4, 16),
        ("I/O", true) | (_, false) => (8, 32),
        (_, true) => (16, 64),
    };
    write!(out, "\t{name} behind bridge:")?;
    let (base, limit) = (window.base, window.limit);
    if window.is_open() || page.verbosity() == OutputVerbosity::Everything {
        write!(out, " {base:0digits$x}-{limit:0digits$x}")?;
    }
    match is_enabled {
        true => write!(out, "{}", Size(window.size().unwrap_or(0)))?,
        false => out.write_str(" [disabled]")?,
    }
    writeln!(out, " [{bits}-bit]")
}
