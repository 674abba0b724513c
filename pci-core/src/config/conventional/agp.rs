//! AGP: the graphics port before PCI Express.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

register! {
    /// The version of AGP, at 0x02.
    #[doc(alias = "PCI_AGP_VERSION")]
    AgpVersion: u16 {
        /// What is behind the dot.
        minor: u8 = 3:0,
        /// What is before it.
        major: u8 = 7:4,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

flags! {
    /// The single bits of the AGP Status register.
    AgpStatusFlags: u32 {
        /// It is in the mode of AGP 3.0: rates count by fours (`AGP3` in lspci).
        AGP3_MODE = 3;
        /// It takes fast writes (`FW`).
        FAST_WRITES = 4;
        /// It knows addresses above 4 GiB (`64bit`).
        OVER_4G = 5;
        /// The processor's accesses are not translated (`HTrans`).
        HOST_TRANSLATION_DISABLED = 6;
        /// Its translation table can have 64 bits (`GART64`).
        GART_64_BIT = 7;
        /// Accesses inside the aperture are always coherent (`ITACoh`).
        IN_APERTURE_COHERENT = 8;
        /// It has side-band addressing (`SBA`).
        SIDE_BAND_ADDRESSING = 9;
        /// It knows isochronous transactions (`Iso`).
        ISOCHRONOUS = 16;
    }
}

register! {
    /// The AGP Status register, at 0x04.
    #[doc(alias = "PCI_AGP_STATUS")]
    AgpStatus: u32 {
        /// Which rates it can have: bits for 1, 2 and 4 times, or in AGP 3.0 mode 4
        /// and 8 times.
        rates: u8 = 2:0,
        /// How often it calibrates, as a code.
        calibration_cycle: u8 = 12:10,
        /// The best size of its requests: 16 bytes, doubled as many times as this
        /// says.
        optimum_request_size: u8 = 15:13,
        /// One less than how many requests it can have waiting.
        request_queue: u8 = 31:24,
        ; /// The single bits.
        flags: AgpStatusFlags
    }
}

flags! {
    /// The single bits of the AGP Command register.
    AgpCommandFlags: u32 {
        /// Fast writes are in use (`FW` in lspci).
        FAST_WRITES = 4;
        /// Addresses above 4 GiB are in use (`64bit`).
        OVER_4G = 5;
        /// The translation table has 64 bits (`GART64`).
        GART_64_BIT = 7;
        /// AGP is in use (`AGP`).
        AGP_ENABLE = 8;
        /// Side-band addressing is in use (`SBA`).
        SIDE_BAND_ADDRESSING = 9;
    }
}

register! {
    /// The AGP Command register, at 0x08.
    #[doc(alias = "PCI_AGP_COMMAND")]
    AgpCommand: u32 {
        /// Which rate is in use: one of the bits of
        /// [`AgpStatus::rates`](AgpStatus::rates).
        rates: u8 = 2:0,
        /// How often it calibrates, as a code.
        calibration_cycle: u8 = 12:10,
        /// The best size of requests.
        optimum_request_size: u8 = 15:13,
        /// One less than how many requests it may have waiting.
        request_queue: u8 = 31:24,
        ; /// The single bits.
        flags: AgpCommandFlags
    }
}

/// The Accelerated Graphics Port (AGP V3.0 Interface Specification 1.0, section 2.5,
/// "AGP3.0 Programming"): a bus for one graphics card, before PCI Express. The card and
/// the host bridge have the structure; the driver of the bridge puts into
/// [`command`](Self::command) what both can.
///
/// The bridge's table of translations gathers memory for the card; it keeps the card
/// from nothing, and is no IOMMU that passthrough could use.
///
/// ```
/// use pci_core::config::conventional::{Agp, AgpCommandFlags, AgpStatusFlags};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let bytes = [
///     0x02, 0x00, 0x30, 0x00, // version 3.0
///     0x0b, 0x02, 0x00, 0x1f, // status: 4 and 8 times, in AGP 3.0 mode
///     0x02, 0x03, 0x00, 0x1f, // command: in use, 8 times
/// ];
/// let agp = Agp::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!((agp.version.major, agp.version.minor), (3, 0));
/// assert!(agp.status.flags.contains(AgpStatusFlags::AGP3_MODE));
/// assert!(agp.command.flags.contains(AgpCommandFlags::AGP_ENABLE));
/// assert_eq!(agp.command.rates, 0b010);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Agp {
    /// The version, at 0x02.
    pub version: AgpVersion,
    /// What it can, at 0x04.
    pub status: AgpStatus,
    /// What is in use, at 0x08.
    pub command: AgpCommand,
}

impl ConventionalStructure for Agp {
    const ID: CapabilityId = CapabilityId::AGP;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            version: AgpVersion::from_bits(registers.word(2)?),
            status: AgpStatus::from_bits(registers.dword(4)?),
            command: AgpCommand::from_bits(registers.dword(8)?),
        })
    }
}
