//! The list of capabilities (PCI Local Bus Specification 3.0, section 6.7).

use core::fmt::{self, Write};

use super::capability;
use crate::config::CapabilityId;
use crate::lspci::structures::{Layout, Registers};
use crate::lspci::write::extended;
use crate::lspci::write::function::Function;
use crate::lspci::write::page::Page;

/// The bit of the Status register that says that there is a list.
const HAS_LIST: u16 = 1 << 4;
/// PCI Express, and PCI-X: functions that can have extended capabilities.
const EXPRESS: u8 = 0x10;
const PCI_X: u8 = 0x07;

/// The places of the capabilities of a list, which ends where it comes back to one
/// that was there.
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

    /// The next place, and whether it was there before.
    fn next(&mut self) -> Option<(u8, bool)> {
        let place = self.next;
        let seen = self.seen.get_mut(usize::from(place))?;
        (place != 0).then(|| (place, core::mem::replace(seen, true)))
    }
}

/// Where the first capability with `id` is.
pub(in crate::lspci::write) fn first(registers: Registers<'_>, id: u8) -> Option<u16> {
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
pub(in crate::lspci::write) fn write(
    function: &Function<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = function.registers();
    let mut places = Places::new(registers);
    let mut is_extended = false;
    while let Some((place, seen)) = places.next() {
        let at = u16::from(place);
        out.write_str("\tCapabilities: ")?;
        if !registers.has(at, 4) {
            out.write_str("<access denied>\n")?;
            break;
        }
        let id = registers.byte(at);
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
        capability::write(function, CapabilityId(id), at, page, out)?;
        places.next = registers.byte(at + 1) & !3;
    }
    match is_extended {
        true => extended::write(function, page, out),
        false => Ok(()),
    }
}
