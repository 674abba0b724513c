//! Resizable BAR: base address registers with several sizes.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

/// Maximum number of BARs in a structure.
const MAX_COUNT: u8 = 6;

/// A resizable base address register: its Resizable BAR Capability and Control registers.
///
/// Size code n is 1 MiB << n: 0 for 1 MiB, 8 for 256 MiB, 43 for 8 EiB.
///
/// ```
/// use pci_core::config::extended::ResizableBar;
/// // 256 MiB, 512 MiB, ... 16 GiB; currently 256 MiB.
/// let bar = ResizableBar::from_bits(0x0007_f000, 0x0000_0821);
/// assert_eq!(bar.bar, 1);
/// assert_eq!(bar.size_bytes(), Some(256 << 20));
/// assert_eq!(bar.possible_bytes().last(), Some(16 << 30));
/// assert_eq!(bar.possible_bytes().count(), 7);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ResizableBar {
    /// BAR Index.
    pub bar: u8,
    /// Supported sizes: bit n for size code n, 0 to 43. The first 28 are in bits 31:4 of the
    /// Capability register, the others in bits 31:16 of the Control register.
    pub possible_sizes: u64,
    /// BAR Size: code of the current size.
    pub size: u8,
    /// Number of Resizable BARs: 1 to 6, in the first entry.
    pub count: u8,
}

impl ResizableBar {
    /// The entry with these two registers (PCI Express Base Specification 6.3, sections 7.8.6.2 and
    /// 7.8.6.3).
    #[must_use]
    pub const fn from_bits(capability: u32, control: u32) -> Self {
        let [low, size, ..] = control.to_le_bytes();
        Self {
            bar: low & 7,
            possible_sizes: (capability >> 4) as u64 | ((control >> 16) as u64) << 28,
            size: size & 0x3f,
            count: low >> 5,
        }
    }

    /// Current size, in bytes; `None` for an undefined code.
    #[must_use]
    pub const fn size_bytes(self) -> Option<u64> {
        match self.size {
            0..=43 => Some(1 << (self.size + 20)),
            _ => None,
        }
    }

    /// Supported sizes, in bytes, in ascending order.
    pub fn possible_bytes(self) -> impl Iterator<Item = u64> {
        (0..44)
            .filter(move |code| self.possible_sizes >> code & 1 != 0)
            .map(|code| 1 << (code + 20))
    }
}

/// Resizable BAR (PCI Express Base Specification 6.3, section 7.8.6): base address registers with
/// several sizes. With it a graphics card maps all of its memory instead of a window of 256 MiB.
///
/// Firmware (`Re-Size BAR support`), the card's driver, or the sysfs file `resourceN_resize` sets
/// the size while no driver uses the memory. The upstream bridges need room for it. A guest cannot
/// change the size: it must be set before the guest starts.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::ResizableBars};
/// let mut bytes = [0; 12];
/// bytes[..4].copy_from_slice(&[0x15, 0x00, 0x01, 0x00]);
/// bytes[4..8].copy_from_slice(&0x0007_f000_u32.to_le_bytes());
/// bytes[8..12].copy_from_slice(&0x0000_0821_u32.to_le_bytes());
/// let bars = ResizableBars::read(ConfigSpace::new(&bytes), 0).unwrap().bars;
/// assert_eq!((bars.len(), bars[0].bar), (1, 1));
/// // Currently 256 MiB, at most 16 GiB.
/// assert_eq!(bars[0].size_bytes(), Some(256 << 20));
/// assert_eq!(bars[0].possible_bytes().max(), Some(16 << 30));
/// ```
#[doc(alias = "ReBAR")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ResizableBars {
    /// The resizable base address registers: at most 6.
    pub bars: Vec<ResizableBar>,
}

impl ExtendedStructure for ResizableBars {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::RESIZABLE_BAR;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let bars = entries(Registers::new(space, offset))?;
        Some(Self { bars })
    }
}

/// The entries; the first contains their number.
fn entries(registers: Registers<'_>) -> Option<Vec<ResizableBar>> {
    let entry = |at: u16| {
        Some(ResizableBar::from_bits(
            registers.dword(at)?,
            registers.dword(at + 4)?,
        ))
    };
    let first = entry(4)?;
    let count = first.count.min(MAX_COUNT);
    (0..u16::from(count)).map(|at| entry(4 + 8 * at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_the_upper_half_of_the_control_register() {
        let bar = ResizableBar::from_bits(1 << 31, 0xffff_2b20);
        assert_eq!(bar.possible_bytes().next(), Some(1 << 47));
        assert_eq!(bar.possible_bytes().nth(1), Some(1 << 48));
        assert_eq!(bar.possible_bytes().last(), Some(1 << 63));
        assert_eq!(bar.size_bytes(), Some(1 << 63));
        assert_eq!(ResizableBar::from_bits(0, 0x3f00).size_bytes(), None);
    }

    #[test]
    fn the_first_entry_has_the_number_of_entries() {
        let mut bytes = [0; 64];
        let mut bars = |count: u8| {
            bytes[8] = count << 5;
            ResizableBars::read(ConfigSpace::new(&bytes), 0).map(|read| read.bars.len())
        };
        assert_eq!(bars(0), Some(0));
        assert_eq!(bars(2), Some(2));
        assert_eq!(bars(7), Some(6));
        bytes[8] = 0x40;
        assert_eq!(ResizableBars::read(ConfigSpace::new(&bytes[..16]), 0), None);
    }
}
