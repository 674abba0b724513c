//! Known bits of configuration space in a text.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use crate::config::{ConfigBytes, EXTENDED_SIZE};

/// Four bytes of configuration space, with the bits in a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Register {
    /// Offset: a multiple of 4.
    pub offset: u16,
    /// The bits; 0 if not in `known`.
    pub value: u32,
    /// Mask of the known bits.
    pub known: u32,
    /// Line number, from 1.
    pub line: u32,
    /// Span of the line in the text, in bytes.
    pub span: Range<usize>,
}

/// The bits of configuration space in the lines of `lspci -v`, in the order of the text.
///
/// The lines show most bits of their registers, but not all: reserved bits and some others are
/// omitted. Each bit is known or unknown.
///
/// ```
/// use pci_core::lspci;
/// let listing = lspci::parse(
///     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
///      \tControl: I/O+ Mem+ BusMaster- SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- \
///      FastB2B- DisINTx-\n",
/// );
/// let registers = &listing.records[0].details.as_ref().unwrap().registers;
/// assert_eq!(registers.bit(0x04, 1), Some(true)); // Memory Space
/// assert_eq!(registers.bit(0x04, 2), Some(false)); // Bus Master
/// assert_eq!(registers.bit(0x04, 11), None); // reserved
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Registers {
    list: Vec<Register>,
}

impl Registers {
    /// The bits of each line, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Register> {
        self.list.iter()
    }

    /// Whether no bit is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Bit `bit` of the register at `offset`, if known. Bit 0 is the lowest of the byte at
    /// `offset`.
    #[must_use]
    pub fn bit(&self, offset: u16, bit: u16) -> Option<bool> {
        self.shown_by(offset, bit).map(|(value, _)| value)
    }

    /// The bit, and its evidence.
    #[must_use]
    pub fn shown_by(&self, offset: u16, bit: u16) -> Option<(bool, &Register)> {
        let at = u32::from(offset) * 8 + u32::from(bit);
        let (offset, mask) = (at / 32 * 4, 1u32 << (at % 32));
        let found = self
            .list
            .iter()
            .find(|register| u32::from(register.offset) == offset && register.known & mask != 0)?;
        Some((found.value & mask != 0, found))
    }

    /// The `width` (1 to 32) bits from `bit` of the register at `offset`, if all are known.
    #[must_use]
    pub fn bits(&self, offset: u16, bit: u16, width: u16) -> Option<u32> {
        let mut value = 0;
        for at in (0..width.min(32)).rev() {
            value = value << 1 | u32::from(self.bit(offset, bit.checked_add(at)?)?);
        }
        Some(value)
    }

    /// Configuration space with the known bits, and zeros for all others; see
    /// [`known`](Self::known).
    #[must_use]
    pub fn values(&self) -> ConfigBytes {
        self.image(|register| register.value)
    }

    /// Mask of the known bits of [`values`](Self::values).
    #[must_use]
    pub fn known(&self) -> ConfigBytes {
        self.image(|register| register.known)
    }

    fn image(&self, bits: impl Fn(&Register) -> u32) -> ConfigBytes {
        let mut bytes = vec![0; usize::from(EXTENDED_SIZE)];
        // The first value takes precedence.
        for register in self.list.iter().rev() {
            let start = usize::from(register.offset);
            let Some(place) = bytes.get_mut(start..start + 4) else {
                continue;
            };
            let known = register.known.to_le_bytes();
            for ((byte, known), value) in place
                .iter_mut()
                .zip(known)
                .zip(bits(register).to_le_bytes())
            {
                *byte = *byte & !known | value & known;
            }
        }
        ConfigBytes::new(bytes)
    }

    /// Sets `value` for the `width` (1 to 64) bits from `bit` of the register at `offset`.
    pub(super) fn set(&mut self, offset: u16, bit: u16, width: u16, value: u64, place: &Place) {
        self.set_from(u32::from(offset) * 8 + u32::from(bit), width, value, place);
    }

    /// Sets `value` for the `width` (1 to 64) bits from bit `at` of configuration space.
    pub(super) fn set_from(&mut self, mut at: u32, width: u16, value: u64, place: &Place) {
        let mut left = width;
        let mut value = value;
        while left > 0 {
            let bits = Bits::field(at, left, value);
            self.put(&bits, place);
            let count = bits.known.count_ones();
            value = value.checked_shr(count).unwrap_or(0);
            at += count;
            left -= u16::try_from(count).unwrap_or(left);
        }
    }

    /// Adds bits of one register.
    pub(super) fn put(&mut self, bits: &Bits, place: &Place) {
        let offset = u16::try_from(bits.offset).unwrap_or(EXTENDED_SIZE);
        if offset >= EXTENDED_SIZE || bits.known == 0 {
            return;
        }
        // The flags of a line follow one another.
        if let Some(last) = self.list.last_mut() {
            if last.offset == offset && last.span.start == place.span.start {
                let fresh = bits.known & !last.known;
                last.value |= bits.value & fresh;
                last.known |= fresh;
                return;
            }
        }
        if self.list.capacity() == 0 {
            // A function with a PCI Express capability has some forty registers in the text.
            self.list.reserve(40);
        }
        self.list.push(Register {
            offset,
            value: bits.value,
            known: bits.known,
            line: place.line,
            span: place.span.clone(),
        });
    }
}

/// Bits of one register.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits {
    /// Offset: a multiple of 4.
    offset: u32,
    value: u32,
    known: u32,
}

impl Bits {
    /// `value` for the `width` (at least 1) bits from bit `at` of configuration space, as far as
    /// they are in the register of the first.
    pub(super) fn field(at: u32, width: u16, value: u64) -> Self {
        let low = at % 32;
        let count = u32::from(width).clamp(1, 32 - low);
        let mask = u32::MAX >> (32 - count);
        Self {
            offset: at / 32 * 4,
            value: (low_half(value) & mask) << low,
            known: mask << low,
        }
    }

    /// One bit, which is bit `at` of configuration space.
    pub(super) const fn flag(at: u32, is_set: bool) -> Self {
        let known = 1 << (at % 32);
        Self {
            offset: at / 32 * 4,
            value: if is_set { known } else { 0 },
            known,
        }
    }

    /// Merges `more`, if it is of the same register: the first value takes precedence.
    pub(super) const fn add(&mut self, more: &Self) -> bool {
        if self.offset == more.offset {
            let fresh = more.known & !self.known;
            self.value |= more.value & fresh;
            self.known |= fresh;
        }
        self.offset == more.offset
    }
}

fn low_half(value: u64) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The line of a fact.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) span: Range<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_known_or_not() {
        let place = Place {
            line: 1,
            span: 0..4,
        };
        let mut registers = Registers::default();
        registers.set(0x04, 16, 1, 1, &place);
        registers.set(0x04, 17, 2, 2, &place);
        registers.set(0x104, 28, 64, 0xf0f0_f0f0_1234_5678, &place);
        assert_eq!(registers.iter().count(), 4);
        assert_eq!(registers.bit(0x06, 0), Some(true));
        assert_eq!(registers.bits(0x06, 1, 2), Some(2));
        assert_eq!(registers.bits(0x06, 0, 4), None);
        assert_eq!(registers.bits(0x107, 4, 32), Some(0x1234_5678));
        let (values, known) = (registers.values(), registers.known());
        assert_eq!(values.space().word(0x06), Some(0b101));
        assert_eq!(known.space().word(0x06), Some(0b111));
        assert_eq!(known.space().dword(0x10c), Some(0x0fff_ffff));
        registers.set(4095, 8, 8, 1, &place);
        assert_eq!(registers.iter().count(), 4);
    }
}
