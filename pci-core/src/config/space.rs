//! A view of a function's configuration space.

use core::ops::Range;

/// Size of the configuration space of a conventional PCI function, in bytes (PCI Local Bus
/// Specification 3.0, section 6.1).
pub const CONVENTIONAL_SIZE: u16 = 256;

/// Size of the configuration space of a PCI Express or PCI-X Mode 2 function, in bytes (PCI Express
/// Base Specification 6.0, section 7.2).
pub const EXTENDED_SIZE: u16 = 4096;

/// The configuration space of a function, as far as known.
///
/// A non-root user reads 64 bytes from sysfs `config` (128 for a CardBus bridge), `lspci -xxx`
/// prints 256, a conventional function has 256, and a PCI Express function 4096. Reading an unknown
/// byte returns `None`, never 0xff, which a powered-off function returns.
///
/// Numbers are little-endian (PCI Local Bus Specification 3.0, section 6.1).
///
/// ```
/// use pci_core::config::ConfigSpace;
/// let space = ConfigSpace::new(&[0xde, 0x10, 0x04, 0x2d]);
/// assert_eq!(space.word(0), Some(0x10de));
/// assert_eq!(space.dword(0), Some(0x2d04_10de));
/// assert_eq!(space.dword(4), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigSpace<'a> {
    bytes: &'a [u8],
    /// Ranges of `bytes` that are unknown: sorted and disjoint.
    gaps: &'a [Range<u16>],
}

impl<'a> ConfigSpace<'a> {
    /// The configuration space that starts with `bytes`; bytes beyond 4096 are ignored.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_gaps(bytes, &[])
    }

    /// As [`new`](Self::new), but the bytes in `gaps`, sorted and disjoint, are unknown.
    pub(super) fn with_gaps(bytes: &'a [u8], gaps: &'a [Range<u16>]) -> Self {
        let bytes = bytes.get(..usize::from(EXTENDED_SIZE)).unwrap_or(bytes);
        Self { bytes, gaps }
    }

    /// The offset after the last known byte: 64, 128, 256 or 4096, unless a text was cut.
    #[must_use]
    pub fn len(self) -> u16 {
        u16::try_from(self.bytes.len()).unwrap_or(EXTENDED_SIZE)
    }

    /// Whether no byte is known.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The `count` bytes from `offset`, if all are known.
    #[must_use]
    pub fn bytes(self, offset: u16, count: u16) -> Option<&'a [u8]> {
        let end = offset.checked_add(count)?;
        let bytes = self.bytes.get(usize::from(offset)..usize::from(end))?;
        let next = self.gaps.partition_point(|gap| gap.end <= offset);
        match self.gaps.get(next) {
            Some(gap) if gap.start < end => None,
            _ => Some(bytes),
        }
    }

    fn array<const N: usize>(self, offset: u16) -> Option<[u8; N]> {
        self.bytes(offset, u16::try_from(N).ok()?)?.try_into().ok()
    }

    /// The byte at `offset`.
    #[must_use]
    pub fn byte(self, offset: u16) -> Option<u8> {
        self.array(offset).map(u8::from_le_bytes)
    }

    /// The 16 bits at `offset`.
    #[must_use]
    pub fn word(self, offset: u16) -> Option<u16> {
        self.array(offset).map(u16::from_le_bytes)
    }

    /// The 32 bits at `offset`.
    #[must_use]
    pub fn dword(self, offset: u16) -> Option<u32> {
        self.array(offset).map(u32::from_le_bytes)
    }

    /// The ranges of known bytes, in order.
    pub fn shown(self) -> impl Iterator<Item = Range<u16>> + use<'a> {
        let starts = core::iter::once(0).chain(self.gaps.iter().map(|gap| gap.end));
        let len = self.len();
        let ends = self.gaps.iter().map(|gap| gap.start);
        starts
            .zip(ends.chain(core::iter::once(len)))
            .map(|(start, end)| start..end)
            .filter(|range| !range.is_empty())
    }

    /// Whether the header is known and reads as all ones, which means that no function responds: it
    /// is in D3cold, lost its link, or does not exist. lspci prints `!!! Unknown header type 7f`
    /// for it.
    ///
    /// The IDs of a virtual function read as all ones too, but the rest of its header does not (PCI
    /// Express Base Specification 6.0, section 9.3.4).
    #[must_use]
    pub fn is_all_ones(self) -> bool {
        self.bytes(0, 64)
            .is_some_and(|header| header.iter().all(|byte| *byte == 0xff))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn files_that_are_not_in_the_input_are_not_read() {
        let bytes: Vec<u8> = (0..16).collect();
        let gaps = [4..6, 8..9];
        let space = ConfigSpace::with_gaps(&bytes, &gaps);
        assert_eq!(space.dword(0), Some(0x0302_0100));
        assert_eq!(space.word(3), None);
        assert_eq!(space.byte(5), None);
        assert_eq!(space.word(6), Some(0x0706));
        assert_eq!(space.word(7), None);
        assert_eq!(space.byte(9), Some(9));
        assert_eq!(space.byte(16), None);
        assert_eq!(space.bytes(u16::MAX, 2), None);
        assert_eq!(space.shown().collect::<Vec<_>>(), [0..4, 6..8, 9..16]);
        assert_eq!(ConfigSpace::new(&[]).shown().count(), 0);
    }

    #[test]
    fn no_space_is_larger_than_4096_bytes() {
        let bytes = alloc::vec![0xff; 5000];
        let space = ConfigSpace::new(&bytes);
        assert_eq!(space.len(), 4096);
        assert_eq!(space.byte(4096), None);
        assert!(space.is_all_ones());
    }
}
