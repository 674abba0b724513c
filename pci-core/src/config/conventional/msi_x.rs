//! MSI-X: interrupts as writes to memory, with a table in the function's memory.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// The single bits of the Message Control register of MSI-X.
    MsiXFlags: u16 {
        /// All vectors are masked (`Masked` in lspci).
        FUNCTION_MASK = 14;
        /// MSI-X is in use, INTx and MSI are not (`Enable`).
        ENABLE = 15;
    }
}

register! {
    /// The Message Control register of MSI-X, at 0x02.
    #[doc(alias = "PCI_MSIX_FLAGS")]
    MsiXControl: u16 {
        /// One less than the number of vectors.
        table_size: u16 = 10:0,
        ; /// The single bits.
        flags: MsiXFlags
    }
}

impl MsiXControl {
    /// How many vectors the table has: 1 to 2048.
    #[must_use]
    pub const fn vectors(self) -> u16 {
        (self.table_size & 0x7ff) + 1
    }
}

/// A place in the memory behind a base address register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BarOffset {
    /// The number of the base address register: 0 to 5; 6 and 7 mean nothing.
    pub bar: u8,
    /// How many bytes behind its address: a multiple of 8.
    pub offset: u32,
}

impl BarOffset {
    /// The place in a register that has the number in bits 2:0 and the offset in
    /// the others.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        let [low, ..] = bits.to_le_bytes();
        Self {
            bar: low & 7,
            offset: bits & !7,
        }
    }

    /// What the register holds.
    #[must_use]
    pub const fn bits(self) -> u32 {
        (self.bar & 7) as u32 | self.offset & !7
    }
}

/// MSI-X (PCI Local Bus Specification 3.0, section 6.8.2; PCI Express Base
/// Specification 6.3, section 7.7.2): interrupts by writes to memory, as
/// [MSI](super::Msi), but up to 2048 of them, each with an address and data of its own.
/// Addresses and data are in a table, which is in the memory of a base address register:
/// this structure says where.
///
/// The driver's kernel fills the table. The table and the pending bits lie in memory that
/// a guest must not reach directly: the hypervisor keeps their pages to itself, with
/// whatever else shares them.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::MsiX};
/// let bytes = [0x11, 0x00, 0x08, 0x80, 0x00, 0x20, 0x00, 0x00, 0x04, 0x30, 0x00, 0x00];
/// let msi_x = MsiX::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(msi_x.control.vectors(), 9);
/// assert_eq!((msi_x.table.bar, msi_x.table.offset), (0, 0x2000));
/// assert_eq!((msi_x.pending_bits.bar, msi_x.pending_bits.offset), (4, 0x3000));
/// assert_eq!(msi_x.table_bytes(), 9 * 16);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MsiX {
    /// How many vectors there are and what is in use, at 0x02.
    pub control: MsiXControl,
    /// Where the table is, at 0x04.
    pub table: BarOffset,
    /// Where the pending bits are, at 0x08.
    #[doc(alias = "PBA")]
    pub pending_bits: BarOffset,
}

impl MsiX {
    /// How many bytes the table has: 16 for each vector.
    #[must_use]
    pub fn table_bytes(self) -> u32 {
        u32::from(self.control.vectors()) * 16
    }

    /// How many bytes the pending bits have: 8 for each 64 vectors.
    #[must_use]
    pub fn pending_bits_bytes(self) -> u32 {
        u32::from(self.control.vectors()).div_ceil(64) * 8
    }
}

impl ConventionalStructure for MsiX {
    const ID: CapabilityId = CapabilityId::MSI_X;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            control: MsiXControl::from_bits(registers.word(2)?),
            table: BarOffset::from_bits(registers.dword(4)?),
            pending_bits: BarOffset::from_bits(registers.dword(8)?),
        })
    }
}
