//! Owned bytes of configuration space.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::space::{ConfigSpace, EXTENDED_SIZE};

/// The known bytes of a function's configuration space, for a [`ConfigSpace`].
///
/// ```
/// use pci_core::config::ConfigBytes;
/// let mut config = ConfigBytes::default();
/// config.set(0x10, &[1, 2, 3, 4]);
/// assert_eq!(config.space().dword(0x10), Some(0x0403_0201));
/// assert_eq!(config.space().dword(0), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConfigBytes {
    bytes: Vec<u8>,
    gaps: Vec<Range<u16>>,
}

impl ConfigBytes {
    /// The configuration space that starts with `bytes`; bytes beyond 4096 are dropped.
    #[must_use]
    pub fn new(mut bytes: Vec<u8>) -> Self {
        bytes.truncate(usize::from(EXTENDED_SIZE));
        Self {
            bytes,
            gaps: Vec::new(),
        }
    }

    /// The view for reading.
    #[must_use]
    pub fn space(&self) -> ConfigSpace<'_> {
        ConfigSpace::with_gaps(&self.bytes, &self.gaps)
    }

    /// Overwrites the bytes at `offset`; bytes beyond 4096 are dropped.
    pub fn set(&mut self, offset: u16, bytes: &[u8]) {
        let room = usize::from(EXTENDED_SIZE.saturating_sub(offset));
        let bytes = bytes.get(..room).unwrap_or(bytes);
        let Ok(count) = u16::try_from(bytes.len()) else {
            return;
        };
        if count == 0 {
            return;
        }
        let old = self.space().len();
        let end = offset + count;
        if old < offset {
            self.gaps.push(old..offset);
        } else {
            self.fill(offset..end);
        }
        if old < end {
            self.bytes.resize(usize::from(end), 0);
        }
        if let Some(place) = self.bytes.get_mut(usize::from(offset)..usize::from(end)) {
            place.copy_from_slice(bytes);
        }
    }

    /// Removes `filled` from the gaps.
    fn fill(&mut self, filled: Range<u16>) {
        let first = self.gaps.partition_point(|gap| gap.end <= filled.start);
        let last = self.gaps.partition_point(|gap| gap.start < filled.end);
        if first >= last {
            return;
        }
        let ends = self.gaps.get(first).zip(self.gaps.get(last - 1));
        let left = ends.map(|(gap, _)| gap.start..filled.start);
        let right = ends.map(|(_, gap)| filled.end..gap.end);
        let rest = vec![left, right].into_iter().flatten();
        self.gaps
            .splice(first..last, rest.filter(|gap| !gap.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_in_any_order() {
        let mut config = ConfigBytes::default();
        config.set(0x40, &[4; 16]);
        config.set(0x10, &[1; 16]);
        assert_eq!(
            config.space().shown().collect::<Vec<_>>(),
            [0x10..0x20, 0x40..0x50]
        );
        config.set(0x18, &[2; 0x30]);
        config.set(0, &[0; 8]);
        assert_eq!(
            config.space().shown().collect::<Vec<_>>(),
            [0..8, 0x10..0x50]
        );
        config.set(8, &[8; 8]);
        assert_eq!(config.space().shown().next(), Some(0..0x50));
        assert_eq!(config.space().byte(0x17), Some(1));
        assert_eq!(config.space().byte(0x18), Some(2));
        assert_eq!(config.space().byte(0x48), Some(4));
        config.set(4090, &[9; 16]);
        config.set(4096, &[9]);
        config.set(u16::MAX, &[9]);
        assert_eq!(config.space().len(), 4096);
    }

    /// Against a map with a flag for each byte.
    #[test]
    fn gaps_are_what_was_not_set() {
        let mut seed = 7u32;
        let mut random = move |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u16::try_from((seed >> 8) % below).unwrap()
        };
        for _ in 0..200 {
            let mut config = ConfigBytes::default();
            let mut map = vec![None; 300];
            for _ in 0..random(20) {
                let (offset, count) = (random(200), usize::from(random(40)));
                let value = u8::try_from(random(256)).unwrap();
                config.set(offset, &vec![value; count]);
                map[usize::from(offset)..][..count].fill(Some(value));
            }
            for (at, byte) in map.iter().enumerate() {
                let at = u16::try_from(at).unwrap();
                assert_eq!(config.space().byte(at), *byte, "{at}");
            }
        }
    }
}
