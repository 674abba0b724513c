//! What all headers begin with.

use super::command::Command;
use super::status::Status;
use crate::config::space::ConfigSpace;
use crate::{ClassCode, PciId};

/// The Header Type register, at 0x0e (PCI Local Bus Specification 3.0, section
/// 6.2.1).
#[doc(alias = "PCI_HEADER_TYPE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HeaderType(pub u8);

impl HeaderType {
    /// The layout of a device.
    pub const DEVICE: u8 = 0;
    /// The layout of a PCI-to-PCI bridge.
    pub const BRIDGE: u8 = 1;
    /// The layout of a PCI-to-CardBus bridge.
    pub const CARDBUS: u8 = 2;

    /// Which layout the header has beyond 0x10: bits 6:0.
    #[must_use]
    pub const fn layout(self) -> u8 {
        self.0 & 0x7f
    }

    /// Whether the device has more functions than one: bit 7. Only that of
    /// function 0 counts.
    #[must_use]
    pub const fn is_multifunction(self) -> bool {
        self.0 & 0x80 != 0
    }
}

/// The BIST register, at 0x0f: the built-in self test (PCI Local Bus Specification
/// 3.0, section 6.2.4).
#[doc(alias = "PCI_BIST")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bist(pub u8);

impl Bist {
    /// Whether the device has a self test: bit 7.
    #[must_use]
    pub(crate) const fn is_capable(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// Whether it runs now: bit 6.
    #[must_use]
    pub(crate) const fn is_running(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// What it found, 0 for nothing: bits 3:0.
    #[must_use]
    pub(crate) const fn completion_code(self) -> u8 {
        self.0 & 0x0f
    }
}

/// The first 16 bytes of configuration space, which are the same in all headers
/// (PCI Local Bus Specification 3.0, section 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CommonHeader {
    /// Vendor and device id, at 0x00 and 0x02. Those of a virtual function read as
    /// `ffff:ffff`: its vendor is that of its physical function and its device id
    /// is in the SR-IOV capability there (PCI Express Base Specification 6.0,
    /// section 9.3.4).
    pub id: PciId,
    /// What the function may do on the bus, at 0x04.
    pub command: Command,
    /// What happened on the bus, at 0x06.
    pub status: Status,
    /// The vendor's revision, at 0x08.
    pub revision: u8,
    /// What the function does, at 0x09 to 0x0b.
    pub class: ClassCode,
    /// The size of the processor's cache lines in units of 4 bytes, at 0x0c; it
    /// has no effect in PCI Express.
    pub cache_line_size: u8,
    /// How many clocks it may hold the bus, at 0x0d; 0 in PCI Express.
    pub latency_timer: u8,
    /// Which layout the rest of the header has, at 0x0e.
    pub header_type: HeaderType,
    /// The built-in self test, at 0x0f.
    pub bist: Bist,
}

impl CommonHeader {
    /// Reads it; `None` where not all of its 16 bytes were shown. Of a function
    /// that reads as all ones it holds all ones.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Option<Self> {
        Some(Self {
            id: PciId::new(space.word(0x00)?, space.word(0x02)?),
            command: Command::from_bits_retain(space.word(0x04)?),
            status: Status::from_bits(space.word(0x06)?),
            revision: space.byte(0x08)?,
            class: ClassCode::from_u24(space.dword(0x08)? >> 8),
            cache_line_size: space.byte(0x0c)?,
            latency_timer: space.byte(0x0d)?,
            header_type: HeaderType(space.byte(0x0e)?),
            bist: Bist(space.byte(0x0f)?),
        })
    }
}
