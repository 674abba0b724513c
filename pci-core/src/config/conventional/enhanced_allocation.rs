//! Enhanced Allocation: address ranges that do not move.

use alloc::vec::Vec;

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::header::HeaderType;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// What an entry stands for.
    #[doc(alias = "BEI")]
    BarEquivalentIndicator: u8 {
        /// Base address register 0.
        BAR_0 = 0, "BAR 0";
        /// Base address register 1.
        BAR_1 = 1, "BAR 1";
        /// Base address register 2.
        BAR_2 = 2, "BAR 2";
        /// Base address register 3.
        BAR_3 = 3, "BAR 3";
        /// Base address register 4.
        BAR_4 = 4, "BAR 4";
        /// Base address register 5.
        BAR_5 = 5, "BAR 5";
        /// Something behind the bridge.
        BEHIND_FUNCTION = 6, "resource behind function";
        /// Nothing of the kind.
        NOT_INDICATED = 7, "not indicated";
        /// The expansion ROM.
        EXPANSION_ROM = 8, "expansion ROM";
        /// Base address register 0 of the virtual functions.
        VF_BAR_0 = 9, "VF-BAR 0";
        /// Base address register 1 of the virtual functions.
        VF_BAR_1 = 10, "VF-BAR 1";
        /// Base address register 2 of the virtual functions.
        VF_BAR_2 = 11, "VF-BAR 2";
        /// Base address register 3 of the virtual functions.
        VF_BAR_3 = 12, "VF-BAR 3";
        /// Base address register 4 of the virtual functions.
        VF_BAR_4 = 13, "VF-BAR 4";
        /// Base address register 5 of the virtual functions.
        VF_BAR_5 = 14, "VF-BAR 5";
    }
}

code! {
    /// What kind of addresses an entry has.
    AllocationProperties: u8 {
        /// Memory that may not be read ahead.
        MEMORY = 0x00, "memory space, non-prefetchable";
        /// Memory that may be read ahead.
        PREFETCHABLE_MEMORY = 0x01, "memory space, prefetchable";
        /// I/O ports.
        IO = 0x02, "I/O space";
        /// Memory of the virtual functions that may be read ahead.
        VF_PREFETCHABLE_MEMORY = 0x03, "VF memory space, prefetchable";
        /// Memory of the virtual functions that may not be read ahead.
        VF_MEMORY = 0x04, "VF memory space, non-prefetchable";
        /// Memory behind the bridge that may not be read ahead.
        BRIDGE_MEMORY = 0x05, "allocation behind bridge, non-prefetchable memory";
        /// Memory behind the bridge that may be read ahead.
        BRIDGE_PREFETCHABLE_MEMORY = 0x06, "allocation behind bridge, prefetchable memory";
        /// I/O ports behind the bridge.
        BRIDGE_IO = 0x07, "allocation behind bridge, I/O space";
        /// Memory that is not to be used.
        UNAVAILABLE_MEMORY = 0xfd, "memory space resource unavailable for use";
        /// I/O ports that are not to be used.
        UNAVAILABLE_IO = 0xfe, "I/O space resource unavailable for use";
        /// Nothing: as secondary properties, that the primary ones hold.
        UNAVAILABLE = 0xff, "entry unavailable for use";
    }
}

flags! {
    /// The single bits of an entry's first register.
    AllocationEntryFlags: u32 {
        /// Software may move the range (`Writable` in lspci).
        WRITABLE = 30;
        /// The entry is in use (`Enable`).
        ENABLE = 31;
    }
}

register! {
    /// The first register of an entry.
    AllocationEntryHeader: u32 {
        /// How many registers of 4 bytes follow.
        entry_size: u8 = 2:0,
        /// What it stands for.
        bar_equivalent_indicator: BarEquivalentIndicator = 7:4,
        /// What kind of addresses it has.
        primary_properties: AllocationProperties = 15:8,
        /// What kind they are for software that does not know the primary
        /// properties.
        secondary_properties: AllocationProperties = 23:16,
        ; /// The single bits.
        flags: AllocationEntryFlags
    }
}

/// A range of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AllocationEntry {
    /// What the range is for.
    pub header: AllocationEntryHeader,
    /// The first address.
    pub base: u64,
    /// Whether the base has 64 bits.
    pub base_is_64_bit: bool,
    /// How far behind it the last address is.
    pub max_offset: u64,
    /// Whether that has 64 bits.
    pub max_offset_is_64_bit: bool,
}

/// Enhanced Allocation (PCI Express Base Specification 6.3, sections 6.23 and 7.8.5):
/// address ranges that are fixed in the hardware, in place of base address registers,
/// which firmware and kernel can set as they like. Functions inside a system on a chip
/// have it.
///
/// The hardware's designer sets it; nobody moves such a range. A function may so have
/// memory although its base address registers read 0.
///
/// ```
/// use pci_core::config::conventional::{
///     AllocationProperties, BarEquivalentIndicator, EnhancedAllocation,
/// };
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let mut bytes = [0; 256];
/// bytes[0x40..0x44].copy_from_slice(&[0x14, 0x00, 1, 0x00]); // one entry
/// bytes[0x44..0x48].copy_from_slice(&0x8000_0102_u32.to_le_bytes());
/// bytes[0x48..0x4c].copy_from_slice(&0xd000_0000_u32.to_le_bytes());
/// bytes[0x4c..0x50].copy_from_slice(&0x000f_fffc_u32.to_le_bytes());
/// let allocation = EnhancedAllocation::read(ConfigSpace::new(&bytes), 0x40).unwrap();
/// let entry = allocation.entries[0];
/// assert_eq!(entry.header.bar_equivalent_indicator, BarEquivalentIndicator::BAR_0);
/// assert_eq!(entry.header.primary_properties, AllocationProperties::PREFETCHABLE_MEMORY);
/// // 1 MiB at 0xd0000000.
/// assert_eq!((entry.base, entry.max_offset + 1), (0xd000_0000, 1 << 20));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EnhancedAllocation {
    /// How many entries there are, at 0x02: 0 to 63.
    pub num_entries: u8,
    /// The secondary and subordinate bus of a bridge that has fixed ones, at 0x04; only
    /// in bridges.
    pub fixed_buses: Option<(u8, u8)>,
    /// The entries, as far as they were shown.
    pub entries: Vec<AllocationEntry>,
}

impl ConventionalStructure for EnhancedAllocation {
    const ID: CapabilityId = CapabilityId::ENHANCED_ALLOCATION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let num_entries = registers.byte(2)? & 0x3f;
        let kind = HeaderType(space.byte(0x0e)?).layout();
        let (fixed_buses, mut at) = if kind == HeaderType::BRIDGE {
            (Some((registers.byte(4)?, registers.byte(5)?)), 8)
        } else {
            (None, 4)
        };
        let mut entries = Vec::new();
        for _ in 0..num_entries {
            let Some(part) = registers.part(at) else {
                break;
            };
            let Some(entry) = entry(part) else {
                break;
            };
            at += 4 + 4 * u16::from(entry.header.entry_size);
            entries.push(entry);
        }
        Some(Self {
            num_entries,
            fixed_buses,
            entries,
        })
    }
}

fn entry(registers: Registers<'_>) -> Option<AllocationEntry> {
    let header = AllocationEntryHeader::from_bits(registers.dword(0)?);
    let base = registers.dword(4)?;
    let max_offset = registers.dword(8)?;
    let (base_is_64_bit, max_offset_is_64_bit) = (base & 2 != 0, max_offset & 2 != 0);
    let mut next = 0xc;
    let mut upper = |wide: bool| {
        if !wide {
            return Some(0);
        }
        let value = registers.dword(next)?;
        next += 4;
        Some(u64::from(value) << 32)
    };
    Some(AllocationEntry {
        header,
        base: u64::from(base & !3) | upper(base_is_64_bit)?,
        base_is_64_bit,
        max_offset: u64::from(max_offset | 3) | upper(max_offset_is_64_bit)?,
        max_offset_is_64_bit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_several_sizes() {
        let mut bytes = [0; 256];
        bytes[0x40..0x44].copy_from_slice(&[0x14, 0x00, 0x03, 0x00]);
        let words: [u32; 9] = [
            0x8000_0103, // three registers: BAR 0, prefetchable
            0x0100_0002, // base of 64 bits
            0x000f_fffc,
            0x0000_0087,
            0xc0ff_0294, // four registers, VF-BAR 0
            0x0000_2002,
            0x0000_0ffe,
            0x0000_0001,
            0x0000_0002,
        ];
        for (at, word) in words.into_iter().enumerate() {
            bytes[0x44 + 4 * at..][..4].copy_from_slice(&word.to_le_bytes());
        }
        let read = |len| EnhancedAllocation::read(ConfigSpace::new(&bytes[..len]), 0x40).unwrap();
        let allocation = read(256);
        assert_eq!((allocation.num_entries, allocation.entries.len()), (3, 3));
        let first = allocation.entries[0];
        assert_eq!(first.base, 0x0087_0100_0000_u64 & !3 | 0x87_0000_0000);
        assert_eq!(first.max_offset, 0xf_ffff);
        let second = allocation.entries[1];
        assert_eq!(second.base, 0x1_0000_2000);
        assert_eq!(second.max_offset, 0x2_0000_0fff);
        assert_eq!(
            second.header.bar_equivalent_indicator,
            BarEquivalentIndicator::VF_BAR_0
        );
        assert_eq!(read(0x60).entries.len(), 1);
    }
}
