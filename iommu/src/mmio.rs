//! How much address space a guest needs for the memory BARs of its devices.

/// A memory BAR, as far as its place in the address space matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryBar {
    /// Its size in bytes: a power of two.
    pub size: u64,
    /// Whether it may lie above 4 GiB.
    pub is_64_bit: bool,
    /// Whether it is prefetchable. A bridge forwards only prefetchable memory above
    /// 4 GiB (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5.9), so
    /// behind a port a BAR that is not must lie below, whatever its width.
    pub prefetchable: bool,
    /// The other sizes that it can have, in bytes (Resizable BAR, PCI Express Base
    /// Specification 6.3, section 7.8.6); empty where it has one.
    pub resizable: Vec<u64>,
}

/// The address space that BARs need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MmioNeed {
    /// Below 4 GiB, in bytes.
    pub low: u64,
    /// Above 4 GiB, in bytes: the 64-bit window of the guest must have room for it.
    pub high: u64,
    /// Above 4 GiB where each BAR takes its largest size, in bytes.
    pub high_resized: u64,
}

impl MmioNeed {
    /// What these BARs need. BARs are aligned to their sizes, which are powers of
    /// two, so from the largest to the smallest they fit without gaps; a size that is
    /// no power of two counts as the next.
    ///
    /// ```
    /// use iommu::mmio::{MemoryBar, MmioNeed};
    /// let bar = |size, is_64_bit, resizable: &[u64]| MemoryBar {
    ///     size,
    ///     is_64_bit,
    ///     prefetchable: is_64_bit,
    ///     resizable: resizable.to_vec(),
    /// };
    /// let card = [bar(16 << 20, false, &[]), bar(256 << 20, true, &[8 << 30, 16 << 30])];
    /// let need = MmioNeed::of(&card);
    /// assert_eq!((need.low, need.high), (16 << 20, 256 << 20));
    /// assert_eq!(need.high_resized, 16 << 30);
    /// ```
    #[must_use]
    pub fn of(bars: &[MemoryBar]) -> Self {
        let mut need = Self::default();
        for bar in bars {
            let size = whole(bar.size);
            if bar.is_64_bit && bar.prefetchable {
                let largest = bar
                    .resizable
                    .iter()
                    .copied()
                    .map(whole)
                    .fold(size, u64::max);
                need.high = need.high.saturating_add(size);
                need.high_resized = need.high_resized.saturating_add(largest);
            } else {
                need.low = need.low.saturating_add(size);
            }
        }
        need
    }

    /// The smallest window above 4 GiB that is a power of two and holds all BARs at
    /// their present sizes, in bytes; 0 where nothing lies there.
    #[must_use]
    pub const fn high_window(&self) -> u64 {
        match self.high {
            0 => 0,
            high => whole(high),
        }
    }

    /// The same where each BAR takes its largest size.
    #[must_use]
    pub const fn high_window_largest(&self) -> u64 {
        match self.high_resized {
            0 => 0,
            high => whole(high),
        }
    }
}

/// The next power of two, or the largest there is.
const fn whole(size: u64) -> u64 {
    match size.checked_next_power_of_two() {
        Some(power) => power,
        None => 1 << 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cards_and_odd_sizes() {
        let bar = |size| MemoryBar {
            size,
            is_64_bit: true,
            prefetchable: true,
            resizable: vec![],
        };
        let need = MmioNeed::of(&[bar(16 << 30), bar(8 << 30), bar(32 << 20)]);
        assert_eq!(need.high, (24 << 30) + (32 << 20));
        assert_eq!(need.high_window(), 32 << 30);
        assert_eq!(MmioNeed::of(&[bar(3)]).high, 4);
        let most = MmioNeed::of(&[bar(u64::MAX), bar(u64::MAX)]);
        assert_eq!(most.high_window(), 1 << 63);
        assert_eq!(MmioNeed::default().high_window_largest(), 0);
    }

    #[test]
    fn what_is_not_prefetchable_lies_low() {
        let usb = MemoryBar {
            size: 64 << 10,
            is_64_bit: true,
            prefetchable: false,
            resizable: vec![],
        };
        assert_eq!(MmioNeed::of(&[usb]).low, 64 << 10);
    }
}
