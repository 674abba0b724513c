//! Base address registers: memory and I/O ports of a function.

use crate::config::field::code;

code! {
    /// Type of a memory BAR: bits 2:1 of a base address register (PCI Local Bus Specification 3.0,
    /// section 6.2.5.1).
    #[doc(alias = "PCI_BASE_ADDRESS_MEM_TYPE_MASK")]
    MemoryType: u8 {
        /// 32-bit: anywhere below 4 GiB.
        BITS_32 = 0, "32-bit";
        /// Below 1 MiB; reserved since PCI 2.2.
        BELOW_1M = 1, "low-1M";
        /// 64-bit: the next register holds the upper half.
        BITS_64 = 2, "64-bit";
    }
}

/// A base address register, or the two registers of a 64-bit one.
///
/// The registers hold an address but no size: the size is read back after writing all ones, which
/// only an operating system may do. sysfs has it in `resource`.
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
    /// BAR number, from 0.
    pub index: u8,
    /// Register value.
    pub register: u32,
    /// Value of the next register, for a 64-bit BAR that has one.
    pub upper: Option<u32>,
}

impl BaseAddress {
    /// The base address registers in `registers`, which start with number 0; the two registers of a
    /// 64-bit BAR are one. Registers with value 0 are included: except for the low bits, an
    /// unimplemented BAR reads like one without an address.
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

    /// Whether it is an I/O space BAR: bit 0.
    #[must_use]
    pub const fn is_io(self) -> bool {
        self.register & 1 != 0
    }

    /// Type of the memory; `None` for I/O ports.
    #[must_use]
    pub(crate) const fn memory_type(self) -> Option<MemoryType> {
        if self.is_io() {
            return None;
        }
        let [low, ..] = self.register.to_le_bytes();
        Some(MemoryType(low >> 1 & 3))
    }

    /// Whether the memory is prefetchable: bit 3.
    #[must_use]
    pub const fn is_prefetchable(self) -> bool {
        self.register & 9 == 8
    }

    /// Whether it is 64-bit and the last register, so that the upper half is missing, which is
    /// invalid.
    #[must_use]
    pub(crate) fn lacks_upper_half(self) -> bool {
        self.memory_type() == Some(MemoryType::BITS_64) && self.upper.is_none()
    }

    /// The address; 0 if unassigned or unimplemented.
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

/// Expansion ROM Base Address register: at 0x30 of a device, at 0x38 of a PCI-to-PCI bridge (PCI
/// Local Bus Specification 3.0, section 6.2.5.2). The expansion ROM, or option ROM, contains code
/// for the firmware; in a graphics card, the video BIOS. Firmware assigns its address; it is
/// usually disabled.
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
    /// The address; 0 if unassigned or unimplemented.
    #[must_use]
    pub const fn address(self) -> u32 {
        self.0 & !0x7ff
    }

    /// Expansion ROM Enable, bit 0: the ROM responds if
    /// [`Command::MEMORY_SPACE`](super::Command::MEMORY_SPACE) is set too.
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
