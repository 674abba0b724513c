//! The capabilities in the first 256 bytes: the lines `Capabilities: [40] …` of `-v` (PCI Local
//! Bus Specification 3.0, section 6.7).

use core::fmt::{self, Write};

use super::extended;
use super::names::cut;
use super::options::OutputVerbosity;
use super::output_function::{OutputFunction, Range};
use super::page::Page;
use crate::SubsystemId;
use crate::config::conventional::express::DeviceType;
use crate::config::header::BaseAddress;
use crate::config::{CapabilityId, Header, HeaderLayout};
use crate::lspci::structures::{Context, Layout, Registers, capability};

/// Capabilities List bit of the Status register.
const HAS_LIST: u16 = 1 << 4;
/// Length limit of a subsystem name, in bytes.
const MAX_SUBSYSTEM: usize = 255;
/// `IORESOURCE_IO` of the kernel (`include/linux/ioport.h`).
const IO: u64 = 0x100;
/// PCI Express, and PCI-X: functions that can have extended capabilities.
const EXPRESS: u8 = 0x10;
const PCI_X: u8 = 0x07;

/// Walks the offsets of a list, up to a repeated one.
struct Places {
    next: u8,
    seen: [bool; 256],
}

impl Places {
    fn new(registers: Registers<'_>) -> Self {
        let pointer = match Layout::new(registers.byte(0x0e)) {
            Layout::CardBus => 0x14,
            _ => 0x34,
        };
        let next = match registers.word(0x06) & HAS_LIST {
            0 => 0,
            _ => registers.byte(pointer) & !3,
        };
        Self {
            next,
            seen: [false; 256],
        }
    }

    /// The next offset, and whether it is repeated.
    fn next(&mut self) -> Option<(u8, bool)> {
        let place = self.next;
        let seen = self.seen.get_mut(usize::from(place))?;
        (place != 0).then(|| (place, core::mem::replace(seen, true)))
    }
}

/// Offset of the first capability with `id`.
pub(super) fn first(registers: Registers<'_>, id: u8) -> Option<u16> {
    let mut places = Places::new(registers);
    while let Some((place, false)) = places.next() {
        let at = u16::from(place);
        if !registers.has(at, 4) {
            return None;
        }
        if registers.byte(at) == id {
            return Some(at);
        }
        places.next = registers.byte(at + 1) & !3;
    }
    None
}

/// Writes all capabilities, the extended ones too.
pub(super) fn write(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let mut cx = context(function, page);
    let mut places = Places::new(registers);
    let mut is_extended = false;
    while let Some((place, seen)) = places.next() {
        cx.at = u16::from(place);
        out.write_str("\tCapabilities: ")?;
        if !registers.has(cx.at, 4) {
            out.write_str("<access denied>\n")?;
            break;
        }
        let id = registers.byte(cx.at);
        write!(out, "[{place:02x}] ")?;
        if seen {
            out.write_str("<chain looped>\n")?;
            break;
        }
        if id == 0xff {
            out.write_str("<chain broken>\n")?;
            break;
        }
        is_extended |= matches!(id, EXPRESS | PCI_X);
        write_one(function, CapabilityId(id), &mut cx, page, out)?;
        places.next = registers.byte(cx.at + 1) & !3;
    }
    match is_extended {
        true => extended::write(function, &context(function, page), out),
        false => Ok(()),
    }
}

/// The context of a function's registers.
pub(super) fn context<'a>(function: &'a OutputFunction<'_>, page: &Page<'_>) -> Context<'a> {
    Context {
        registers: function.registers(),
        at: 0,
        index: 0,
        version: page.version(),
        everything: page.verbosity() == OutputVerbosity::Everything,
        details: page.verbosity() >= OutputVerbosity::VeryVerbose,
        id: function.id(),
        kind: None,
        is_first: (function.address.device(), function.address.function()) == (0, 0),
        has_memory_bar: false,
    }
}

/// Writes the rest of the line of the structure `id`, and the lines below it.
fn write_one(
    function: &OutputFunction<'_>,
    id: CapabilityId,
    cx: &mut Context<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = cx.registers;
    if id == CapabilityId::PCI_EXPRESS {
        cx.kind = Some(DeviceType(registers.byte(cx.at + 2) >> 4));
        cx.has_memory_bar = cx.details && has_memory_bar(function);
    }
    if id == CapabilityId::BRIDGE_SUBSYSTEM_ID && registers.has(cx.at, 8) {
        let pair = SubsystemId::new(registers.word(cx.at + 4), registers.word(cx.at + 6));
        let words = page.words.subsystem(function.id(), pair);
        return writeln!(out, "Subsystem: {}", cut(words, MAX_SUBSYSTEM));
    }
    match capability(id) {
        Some(structure) => structure.write(cx, out),
        None => {
            let flags = registers.word(cx.at + 2);
            writeln!(out, "Capability ID {:#04x} [{flags:04x}]", id.0)
        }
    }
}

/// Whether there is a memory BAR, the target of atomic operations.
fn has_memory_bar(function: &OutputFunction<'_>) -> bool {
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
