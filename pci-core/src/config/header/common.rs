//! Common part of all headers.

use super::command::Command;
use super::status::Status;
use crate::config::space::ConfigSpace;
use crate::{ClassCode, PciId};

/// Header Type register, at 0x0e (PCI Local Bus Specification 3.0, section 6.2.1).
#[doc(alias = "PCI_HEADER_TYPE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HeaderType(pub u8);

impl HeaderType {
    /// Type 0, a device.
    pub const DEVICE: u8 = 0;
    /// Type 1, a PCI-to-PCI bridge.
    pub const BRIDGE: u8 = 1;
    /// Type 2, a PCI-to-CardBus bridge.
    pub const CARDBUS: u8 = 2;

    /// Header layout beyond 0x10: bits 6:0.
    #[must_use]
    pub const fn layout(self) -> u8 {
        self.0 & 0x7f
    }

    /// Multi-Function Device: bit 7. Valid in function 0 only.
    #[must_use]
    pub const fn is_multifunction(self) -> bool {
        self.0 & 0x80 != 0
    }
}

/// BIST register, at 0x0f: built-in self test (PCI Local Bus Specification 3.0, section 6.2.4).
#[doc(alias = "PCI_BIST")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Bist(pub u8);

impl Bist {
    /// BIST Capable: bit 7.
    #[must_use]
    pub(crate) const fn is_capable(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// Start BIST: bit 6, set while the test runs.
    #[must_use]
    pub(crate) const fn is_running(self) -> bool {
        self.0 & 0x40 != 0
    }

    /// Completion Code, 0 for success: bits 3:0.
    #[must_use]
    pub(crate) const fn completion_code(self) -> u8 {
        self.0 & 0x0f
    }
}

/// The first 16 bytes of configuration space, common to all headers (PCI Local Bus Specification
/// 3.0, section 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CommonHeader {
    /// Vendor and device ID, at 0x00 and 0x02. A virtual function reads as `ffff:ffff`: its vendor
    /// ID is that of its physical function, and its device ID is in the SR-IOV capability there
    /// (PCI Express Base Specification 6.0, section 9.3.4).
    pub id: PciId,
    /// Command, at 0x04.
    pub command: Command,
    /// Status, at 0x06.
    pub status: Status,
    /// Revision ID, at 0x08.
    pub revision: u8,
    /// Class Code, at 0x09 to 0x0b.
    pub class: ClassCode,
    /// Cache Line Size in units of 4 bytes, at 0x0c; without effect in PCI Express.
    pub cache_line_size: u8,
    /// Latency Timer, in clocks, at 0x0d; 0 in PCI Express.
    pub latency_timer: u8,
    /// Header Type, at 0x0e.
    pub header_type: HeaderType,
    /// BIST, at 0x0f.
    pub bist: Bist,
}

impl CommonHeader {
    /// Parses the common part; `None` if some of its 16 bytes are not in the input. A function that
    /// reads as all ones yields all ones.
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
