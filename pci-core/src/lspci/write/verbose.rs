//! The lines of `-v`, in order.

use core::fmt::{self, Write};

use super::names::cut;
use super::options::OutputVerbosity;
use super::output_function::OutputFunction;
use super::page::Page;
use super::{capabilities, drivers, header, terse};
use crate::ClassCode;
use crate::config::CommonHeader;
use crate::lspci::structures::Layout;

/// Length limit of a subsystem name, in bytes.
const MAX_SUBSYSTEM: usize = 255;

/// Writes the first line and all lines below it except those of `-x`.
pub(super) fn write(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    terse::write(function, page, out)?;
    card(function, page, out)?;
    let common = CommonHeader::read(function.config);
    match function.layout().zip(common) {
        Some((layout, common)) => with_header(function, layout, &common, page, out)?,
        None => without_header(function, page, out)?,
    }
    drivers::write(function, out)
}

/// Writes the lines of the firmware's label and of the subsystem.
pub(super) fn card(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    if let Some(label) = function
        .kernel
        .as_ref()
        .and_then(|kernel| kernel.label.as_ref())
    {
        writeln!(out, "\tDeviceName: {label}")?;
    }
    match function.subsystem() {
        Some(subsystem) => {
            let words = page.words.subsystem(function.id(), subsystem);
            writeln!(out, "\tSubsystem: {}", cut(words, MAX_SUBSYSTEM))
        }
        None => Ok(()),
    }
}

fn with_header(
    function: &OutputFunction<'_>,
    layout: Layout,
    common: &CommonHeader,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    mismatch(function.class(), layout, out)?;
    if let Layout::Unknown(_) = layout {
        return without_header(function, page, out);
    }
    places(function, out)?;
    header::flags(function, common, page, out)?;
    header::self_test(common, out)?;
    match layout {
        Layout::Endpoint => {
            header::regions(function, 6, page, out)?;
            header::rom(function, 0x30, page, out)?;
        }
        Layout::Bridge => header::bridge(function, page, out)?,
        Layout::CardBus => {
            header::cardbus(function, page, out)?;
            // The list follows the longer header.
            if !function.registers().has(0, header::CARDBUS_HEADER) {
                return Ok(());
            }
        }
        Layout::Unknown(_) => {}
    }
    capabilities::write(function, page, out)
}

/// If the header is unknown, or has no known layout, only kernel data is printed, and for a dump,
/// the addresses.
fn without_header(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    places(function, out)?;
    if page.verbosity() > OutputVerbosity::Verbose {
        header::without_registers(function, page, out)?;
    }
    let layout = Layout::new(function.registers().byte(0x0e));
    let (count, rom) = match (&function.kernel, layout) {
        (Some(_), _) | (None, Layout::Endpoint) => (6, Some(0x30)),
        (None, Layout::Bridge) => (2, Some(0x38)),
        (None, Layout::CardBus) => (1, None),
        (None, Layout::Unknown(_)) => (0, None),
    };
    header::regions(function, count, page, out)?;
    if let Some(kernel) = &function.kernel {
        header::windows(kernel, page, out)?;
    }
    match rom {
        Some(register) => header::rom(function, register, page, out),
        None => Ok(()),
    }
}

/// Writes a line if the class does not match the layout.
fn mismatch(class: ClassCode, layout: Layout, out: &mut dyn Write) -> fmt::Result {
    let is_wrong = match layout {
        Layout::Endpoint => class.is_pci_bridge(),
        Layout::Bridge | Layout::CardBus => !class.is_bridge(),
        Layout::Unknown(number) => {
            return writeln!(out, "\t!!! Unknown header type {number:02x}");
        }
    };
    if is_wrong {
        let number = match layout {
            Layout::Bridge => 1,
            Layout::CardBus => 2,
            _ => 0,
        };
        let ClassCode { base, sub, .. } = class;
        writeln!(
            out,
            "\t!!! Invalid class {base:02x}{sub:02x} for header type {number:02x}"
        )?;
    }
    Ok(())
}

/// Writes the firmware's location of the function.
fn places(function: &OutputFunction<'_>, out: &mut dyn Write) -> fmt::Result {
    let Some(kernel) = &function.kernel else {
        return Ok(());
    };
    if let Some(slot) = &kernel.physical_slot {
        writeln!(out, "\tPhysical Slot: {slot}")?;
    }
    if let Some(node) = &kernel.device_tree_node {
        writeln!(out, "\tDevice tree node: {node}")?;
    }
    Ok(())
}
