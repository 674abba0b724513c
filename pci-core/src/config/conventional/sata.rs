//! Where a SATA controller has its index and data registers.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// Where the registers are.
    SataLocation: u8 {
        /// In base address register 0.
        BAR_0 = 4, "BAR0";
        /// In base address register 1.
        BAR_1 = 5, "BAR1";
        /// In base address register 2.
        BAR_2 = 6, "BAR2";
        /// In base address register 3.
        BAR_3 = 7, "BAR3";
        /// In base address register 4.
        BAR_4 = 8, "BAR4";
        /// In base address register 5.
        BAR_5 = 9, "BAR5";
        /// In configuration space, right behind this structure.
        CONFIGURATION_SPACE = 15, "configuration space";
    }
}

register! {
    /// The revision of the structure, at 0x02.
    SataRevision: u16 {
        /// What is behind the dot.
        minor: u8 = 3:0,
        /// What is before it.
        major: u8 = 7:4,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

register! {
    /// Where the index and data registers are, at 0x04.
    SataRegisters: u32 {
        /// Where they are.
        location: SataLocation = 3:0,
        /// How far behind the base address, in units of 4 bytes.
        offset: u32 = 23:4,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

/// Serial ATA Data/Index Configuration (Serial ATA Advanced Host Controller Interface
/// 1.3.1, section 2.4): a SATA controller's registers a second time, as a pair of an
/// index and data, for software that cannot reach memory (BIOS calls). The hardware sets
/// it. Nothing in it matters for passthrough.
///
/// ```
/// use pci_core::config::conventional::{Sata, SataLocation};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let bytes = [0x12, 0x00, 0x10, 0x00, 0x48, 0x00, 0x00, 0x00];
/// let sata = Sata::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(sata.registers.location, SataLocation::BAR_4);
/// // In units of 4 bytes.
/// assert_eq!(sata.registers.offset * 4, 16);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sata {
    /// The revision of the structure, at 0x02.
    pub revision: SataRevision,
    /// Where the registers are, at 0x04.
    pub registers: SataRegisters,
}

impl ConventionalStructure for Sata {
    const ID: CapabilityId = CapabilityId::SATA;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            revision: SataRevision::from_bits(registers.word(2)?),
            registers: SataRegisters::from_bits(registers.dword(4)?),
        })
    }
}
