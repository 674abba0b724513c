//! Guest address space for the memory BARs of assigned devices.

/// A memory BAR: size and placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryBar {
    /// Size in bytes: a power of two.
    pub size: u64,
    /// Whether the BAR may be above 4 GiB.
    pub is_64_bit: bool,
    /// Whether the BAR is prefetchable. A bridge forwards only prefetchable memory above 4 GiB
    /// (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5.9), so a non-prefetchable
    /// BAR below a port must be below 4 GiB, whatever its width.
    pub prefetchable: bool,
    /// The other supported sizes, in bytes (Resizable BAR, PCI Express Base Specification 6.3,
    /// section 7.8.6); empty if the size is fixed.
    pub resizable: Vec<u64>,
}

/// Address space that BARs need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MmioNeed {
    /// Below 4 GiB, in bytes.
    pub low: u64,
    /// Above 4 GiB, in bytes: the minimum of the guest's 64-bit MMIO window.
    pub high: u64,
    /// Above 4 GiB with each BAR at its largest size, in bytes.
    pub high_resized: u64,
}

impl MmioNeed {
    /// The need of these BARs. BARs are aligned to their sizes, powers of two, so from the largest
    /// to the smallest they fit without gaps; another size is rounded up to a power of two.
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

    /// The smallest power-of-two window above 4 GiB for all BARs at their current sizes, in bytes;
    /// 0 if none is needed.
    #[must_use]
    pub const fn high_window(&self) -> u64 {
        match self.high {
            0 => 0,
            high => whole(high),
        }
    }

    /// The same with each BAR at its largest size.
    #[must_use]
    pub const fn high_window_largest(&self) -> u64 {
        match self.high_resized {
            0 => 0,
            high => whole(high),
        }
    }
}

/// Rounds up to a power of two, or to the largest one.
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
    fn non_prefetchable_bars_are_below_4_gib() {
        let usb = MemoryBar {
            size: 64 << 10,
            is_64_bit: true,
            prefetchable: false,
            resizable: vec![],
        };
        assert_eq!(MmioNeed::of(&[usb]).low, 64 << 10);
    }
}
