//! Base address registers: the address space that a function requests.

/// The size of one BAR: a power of two, from 4 bytes of I/O ports up (PCI Local Bus Specification
/// 3.0, section 6.2.5.1).
///
/// ```
/// use hvconf::assigned::BarSize;
/// assert_eq!(BarSize::new(16 << 30).map(BarSize::bytes), Some(17_179_869_184));
/// assert_eq!(BarSize::new(3), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarSize(u64);

impl BarSize {
    /// The size of so many bytes; `None` below 4 or when it is not a power of two.
    #[must_use]
    pub const fn new(bytes: u64) -> Option<Self> {
        if bytes < 4 || !bytes.is_power_of_two() {
            return None;
        }
        Some(Self(bytes))
    }

    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

/// The address width of a memory BAR (bits 2:1 of the register, PCI Local Bus Specification 3.0,
/// section 6.2.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BarWidth {
    /// Below 4 GiB.
    Bits32,
    /// Anywhere.
    Bits64,
}

/// Whether reads of a memory BAR have no side effects (bit 3 of the register).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prefetchable {
    /// None: downstream of a bridge it may be above 4 GiB.
    Yes,
    /// Possible: downstream of a bridge it is below 4 GiB (PCI-to-PCI Bridge Architecture
    /// Specification 1.2, section 3.2.5.9: only the prefetchable window has upper address bits).
    No,
}

/// One base address register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bar {
    /// Memory.
    Memory {
        /// The size.
        size: BarSize,
        /// Where it may lie.
        width: BarWidth,
        /// Whether reads have no side effects.
        prefetchable: Prefetchable,
    },
    /// I/O ports.
    Io {
        /// The number.
        size: BarSize,
    },
}

impl Bar {
    /// The size.
    #[must_use]
    pub const fn size(self) -> BarSize {
        match self {
            Self::Memory { size, .. } | Self::Io { size } => size,
        }
    }

    /// Whether it may be above 4 GiB, also downstream of a bridge: 64-bit and prefetchable.
    #[must_use]
    pub(crate) const fn is_64_bit_prefetchable(self) -> bool {
        matches!(
            self,
            Self::Memory {
                width: BarWidth::Bits64,
                prefetchable: Prefetchable::Yes,
                ..
            }
        )
    }
}

/// The base address registers 0 to 5 of one function; one that is `None` is not
/// there, or is the upper half of a 64-bit one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bars(pub [Option<Bar>; 6]);

impl Bars {
    /// The size of all memory BARs above 4 GiB, in bytes; saturating.
    #[must_use]
    pub fn bytes_above_4g(self) -> u64 {
        self.sum(Bar::is_64_bit_prefetchable)
    }

    /// The size of all memory BARs below 4 GiB, in bytes; saturating.
    #[must_use]
    pub(crate) fn bytes_below_4g(self) -> u64 {
        self.sum(|bar| !bar.is_64_bit_prefetchable() && matches!(bar, Bar::Memory { .. }))
    }

    fn sum(self, which: impl Fn(Bar) -> bool) -> u64 {
        let bars = self.0.into_iter().flatten().filter(|bar| which(*bar));
        bars.fold(0, |sum, bar| sum.saturating_add(bar.size().bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_by_where_a_bar_may_lie() {
        let memory = |bytes, width, prefetchable| Bar::Memory {
            size: BarSize::new(bytes).unwrap(),
            width,
            prefetchable,
        };
        let card = Bars([
            Some(memory(16 << 20, BarWidth::Bits32, Prefetchable::No)),
            Some(memory(16 << 30, BarWidth::Bits64, Prefetchable::Yes)),
            None,
            Some(memory(32 << 20, BarWidth::Bits64, Prefetchable::Yes)),
            None,
            Some(Bar::Io {
                size: BarSize::new(128).unwrap(),
            }),
        ]);
        assert_eq!(card.bytes_above_4g(), (16 << 30) + (32 << 20));
        assert_eq!(card.bytes_below_4g(), 16 << 20);
        let all = memory(1 << 63, BarWidth::Bits64, Prefetchable::Yes);
        assert_eq!(Bars([Some(all); 6]).bytes_above_4g(), u64::MAX);
    }
}
