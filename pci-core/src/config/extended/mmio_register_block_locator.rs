//! MMIO Register Block Locator: where in memory there are more registers.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::code;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

/// Where the first locator is, from the start of the structure.
const FIRST: u16 = 8;

/// Bytes of a locator.
const LOCATOR: u16 = 8;

code! {
    /// What is in a block of registers.
    RegisterBlockId: u8 {
        /// Nothing: the locator is not in use.
        EMPTY = 0, "Empty";
        /// The MMIO Capabilities (MCAP).
        MMIO_CAPABILITIES = 1, "MCAP";
        /// MMIO Designated Vendor Specific Registers (MDVS).
        MMIO_DESIGNATED_VENDOR_SPECIFIC = 0xff, "MDVS";
    }
}

/// Where a block of registers is (PCI Express Base Specification 6.3, section
/// 7.9.30.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MmioRegisterBlock {
    /// The number of the base address register whose memory it is in, 0 to 7.
    pub bar: u8,
    /// What it is.
    pub id: RegisterBlockId,
    /// Where it begins in that memory, in bytes: a multiple of 64 KiB.
    pub offset: u64,
}

impl MmioRegisterBlock {
    /// The block that these two registers, the lower one first, are about.
    #[must_use]
    pub const fn from_bits(low: u32, high: u32) -> Self {
        let [bar, id, ..] = low.to_le_bytes();
        Self {
            bar: bar & 7,
            id: RegisterBlockId(id),
            offset: (high as u64) << 32 | (low & 0xffff_0000) as u64,
        }
    }
}

/// MMIO Register Block Locator (PCI Express Base Specification 6.3, sections 6.35 and
/// 7.9.30): where, in the memory of base address registers, a function has blocks of
/// registers that software should find without a driver. The hardware's designer sets it.
///
/// ```
/// use pci_core::config::extended::{MmioRegisterBlockLocator, RegisterBlockId};
/// use pci_core::config::{ConfigSpace, ExtendedStructure as _};
/// let mut bytes = vec![0; 4096];
/// bytes[0x104] = 16; // the length
/// bytes[0x108..0x10c].copy_from_slice(&[0x02, 0x01, 0x01, 0x00]);
/// let locator = MmioRegisterBlockLocator::read(ConfigSpace::new(&bytes), 0x100).unwrap();
/// let block = locator.blocks[0];
/// assert_eq!((block.bar, block.offset), (2, 0x1_0000));
/// assert_eq!(block.id, RegisterBlockId::MMIO_CAPABILITIES);
/// ```
#[doc(alias = "MRBL")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MmioRegisterBlockLocator {
    /// How many bytes the structure says that it has, at 0x04.
    pub length: u16,
    /// The blocks, as far as they were shown: 510 at most.
    pub blocks: Vec<MmioRegisterBlock>,
}

impl ExtendedStructure for MmioRegisterBlockLocator {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::MMIO_REGISTER_BLOCK_LOCATOR;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let [low, high, ..] = registers.dword(4)?.to_le_bytes();
        let length = u16::from_le_bytes([low, high]) & 0xfff;
        let blocks = (length / LOCATOR).saturating_sub(1);
        let block = |number: u16| {
            let at = FIRST + LOCATOR * number;
            Some(MmioRegisterBlock::from_bits(
                registers.dword(at)?,
                registers.dword(at + 4)?,
            ))
        };
        Some(Self {
            length,
            blocks: (0..blocks).map_while(block).collect(),
        })
    }
}
