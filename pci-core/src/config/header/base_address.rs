//! Base address registers: where the memory and the ports of a function are.

use crate::config::field::code;

code! {
    /// Where memory may be put: bits 2:1 of a base address register (PCI Local Bus
    /// Specification 3.0, section 6.2.5.1).
    #[doc(alias = "PCI_BASE_ADDRESS_MEM_TYPE_MASK")]
    MemoryType: u8 {
        /// Anywhere below 4 GiB.
        BITS_32 = 0, "32-bit";
        /// Below 1 MiB; reserved since PCI 2.2.
        BELOW_1M = 1, "low-1M";
        /// Anywhere in 64 bits: the next register holds the upper half.
        BITS_64 = 2, "64-bit";
    }
}

/// A base address register, or the two that make one of 64 bits.
///
/// The registers hold an address and no size: the size shows when all ones are
/// written, which only an operating system may do. sysfs tells it in `resource`.
///
/// ```
/// use pci_core::config::header::BaseAddress;
/// let registers = [0xf600_0000, 0xe000_000c, 0x0000_0040, 0x0000_e001];
/// let bars: Vec<_> = BaseAddress::of(&registers).collect();
/// assert_eq!(bars.len(), 3);
/// assert_eq!(bars[1].index, 1);
/// assert_eq!(bars[1].address(), 0x40_e000_0000);
/// assert!(bars[1].is_prefetchable());
/// assert_eq!((bars[2].index, bars[2].address()), (3, 0xe000));
/// ```
#[doc(alias = "BAR")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BaseAddress {
    /// Its number, from 0.
    pub index: u8,
    /// What the register holds.
    pub register: u32,
    /// What the next register holds, where this one is of 64 bits and there is a
    /// next.
    pub upper: Option<u32>,
}

impl BaseAddress {
    /// The base address registers in `registers`, which begin with number 0: those
    /// of 64 bits as one. Registers that hold 0 are there too: one that the
    /// function does not have reads as one that has no address yet, but for its low
    /// bits.
    pub fn of(registers: &[u32]) -> impl Iterator<Item = Self> + use<'_> {
        let mut rest = registers.iter();
        core::iter::from_fn(move || {
            let index = u8::try_from(registers.len() - rest.len()).ok()?;
            let mut bar = Self {
                index,
                register: *rest.next()?,
                upper: None,
            };
            if bar.memory_type() == Some(MemoryType::BITS_64) {
                bar.upper = rest.next().copied();
            }
            Some(bar)
        })
    }

    /// Whether it is for I/O ports: bit 0. Otherwise it is for memory.
    #[must_use]
    pub const fn is_io(self) -> bool {
        self.register & 1 != 0
    }

    /// Where the memory may be put; `None` for I/O ports.
    #[must_use]
    pub(crate) const fn memory_type(self) -> Option<MemoryType> {
        if self.is_io() {
            return None;
        }
        let [low, ..] = self.register.to_le_bytes();
        Some(MemoryType(low >> 1 & 3))
    }

    /// Whether it is memory that may be read ahead: bit 3.
    #[must_use]
    pub const fn is_prefetchable(self) -> bool {
        self.register & 9 == 8
    }

    /// Whether it is of 64 bits and the last register, so that its upper half is
    /// missing, which no sound function has.
    #[must_use]
    pub(crate) fn lacks_upper_half(self) -> bool {
        self.memory_type() == Some(MemoryType::BITS_64) && self.upper.is_none()
    }

    /// The address; 0 where none was given, or where there is no such register.
    #[must_use]
    pub fn address(self) -> u64 {
        let low = if self.is_io() {
            self.register & !3
        } else {
            self.register & !0xf
        };
        u64::from(low) | u64::from(self.upper.unwrap_or(0)) << 32
    }
}

/// The Expansion ROM Base Address register: at 0x30 of a device, at 0x38 of a
/// PCI-to-PCI bridge (PCI Local Bus Specification 3.0, section 6.2.5.2). The expansion
/// ROM, or option ROM, is a memory on the card with a program for the firmware: of a
/// graphics card its video BIOS. Firmware says where it is; it is mostly off.
///
/// ```
/// use pci_core::config::header::ExpansionRom;
/// let rom = ExpansionRom(0xf700_0000);
/// assert_eq!(rom.address(), 0xf700_0000);
/// assert!(!rom.is_enabled());
/// ```
#[doc(alias = "PCI_ROM_ADDRESS")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExpansionRom(pub u32);

impl ExpansionRom {
    /// The address; 0 where none was given, or where there is no ROM.
    #[must_use]
    pub const fn address(self) -> u32 {
        self.0 & !0x7ff
    }

    /// Whether the ROM answers at its address, if
    /// [`Command::MEMORY_SPACE`](super::Command::MEMORY_SPACE) is set too: bit 0.
    #[must_use]
    pub const fn is_enabled(self) -> bool {
        self.0 & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_base_addresses() {
        let bars: alloc::vec::Vec<_> =
            BaseAddress::of(&[0, 0xe001, 0xc0002, 0xfff0_0008, 6, 4]).collect();
        let indexes: alloc::vec::Vec<_> = bars.iter().map(|bar| bar.index).collect();
        assert_eq!(indexes, [0, 1, 2, 3, 4, 5]);
        assert_eq!(bars[0].address(), 0);
        assert!(bars[1].is_io() && bars[1].memory_type().is_none());
        assert!(!bars[1].is_prefetchable());
        assert_eq!(bars[2].memory_type(), Some(MemoryType::BELOW_1M));
        assert!(bars[3].is_prefetchable());
        assert_eq!(bars[4].memory_type(), Some(MemoryType(3)));
        assert!(bars[5].lacks_upper_half());
        assert_eq!(bars[5].address(), 0);
    }
}
