//! The title, and the order of the registers.

use core::fmt::{self, Write};

use super::{device, device_2, link, link_2, slot};
use crate::config::conventional::Express;
use crate::config::conventional::express::{DeviceType, ExpressCapabilities, ExpressFlags};
use crate::config::header::BaseAddress;
use crate::config::{ConfigSpace, ConventionalStructure, Header, HeaderLayout};
use crate::lspci::structures::Registers;
use crate::lspci::version::Version;
use crate::lspci::write::function::{Function, Range};
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;

/// `IORESOURCE_IO` of the kernel (`include/linux/ioport.h`).
const IO: u64 = 0x100;

/// How many bytes the structure has at most.
const WHOLE: usize = 0x3c;

/// Writes the capability at `at` of `function`.
pub(in crate::lspci::write::capabilities) fn write(
    function: &Function<'_>,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    title(registers, at, page, out)?;
    if page.verbosity() < Verbosity::VeryVerbose {
        return Ok(());
    }
    let whole: [u8; WHOLE] = registers.structure(at);
    let Some(express) = Express::read(ConfigSpace::new(&whole), 0) else {
        return Ok(());
    };
    let kind = express.capabilities.device_type;
    let version = page.version();
    let (first, second) = match (&express.root, &express.slot) {
        (Some(_), Some(_)) => (0x24, 0x3c),
        (Some(_), None) => (0x24, 0x34),
        (None, Some(_)) => (0x1c, 0x3c),
        (None, None) => (0x14, 0x34),
    };
    if !registers.has(at, first) {
        return Ok(());
    }
    device::write(&express, version, out)?;
    if let Some(link) = &express.link {
        link::write(kind, link, version, out)?;
    }
    if let Some(slot) = &express.slot {
        slot::slot(slot, out)?;
    }
    if let Some(root) = &express.root {
        slot::root(root, out)?;
    }
    if !registers.has(at, second) {
        return Ok(());
    }
    if let Some(second) = &express.device_2 {
        device_2::write(kind, second, has_memory_bar(function), version, out)?;
    }
    if let Some(second) = &express.link_2 {
        link_2::write(kind, second, function.address, version, out)?;
    }
    Ok(())
}

fn title(registers: Registers<'_>, at: u16, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let version = page.version();
    let capabilities = ExpressCapabilities::from_bits(registers.word(at + 2));
    out.write_str("Express ")?;
    if page.verbosity() >= Verbosity::VeryVerbose {
        write!(out, "(v{}) ", capabilities.version)?;
    }
    let kind = capabilities.device_type;
    match name(kind) {
        Some(name) => out.write_str(name)?,
        None => write!(out, "Unknown type {}", kind.0)?,
    }
    if kind.may_have_slot() {
        let slot = capabilities.flags.contains(ExpressFlags::SLOT_IMPLEMENTED);
        write!(out, " (Slot{})", if slot { '+' } else { '-' })?;
    }
    let message = capabilities.interrupt_message;
    match version {
        Version::V3_9 => write!(out, ", MSI {message:02x}")?,
        _ => write!(out, ", {} {message}", version.interrupt_message())?,
    }
    let flit = capabilities
        .flags
        .contains(ExpressFlags::FLIT_MODE_SUPPORTED);
    if flit && version.shows_flit_mode() {
        out.write_str(", FLIT Mode Supported")?;
    }
    out.write_char('\n')
}

fn name(kind: DeviceType) -> Option<&'static str> {
    match kind {
        DeviceType::PCI_BRIDGE => Some("PCI-Express to PCI/PCI-X Bridge"),
        DeviceType::PCIE_BRIDGE => Some("PCI/PCI-X to PCI-Express Bridge"),
        kind => kind.name(),
    }
}

/// Whether there is a base address register for memory: atomic operations go there.
fn has_memory_bar(function: &Function<'_>) -> bool {
    if let Some(kernel) = &function.kernel {
        let is_memory = |range: &Range| range.size != 0 && range.flags & IO == 0;
        return kernel.regions.iter().flatten().any(is_memory);
    }
    let is_memory = |bar: BaseAddress| !bar.is_io() && bar.register != 0 && !bar.lacks_upper_half();
    match Header::read(function.config).map(|header| header.layout) {
        Ok(HeaderLayout::Device(device)) => device.bars().any(is_memory),
        Ok(HeaderLayout::Bridge(bridge)) => bridge.bars().any(is_memory),
        Ok(HeaderLayout::CardBus(bridge)) => BaseAddress::of(&[bridge.base_address]).any(is_memory),
        _ => false,
    }
}
