//! The windows of a bridge: which addresses it forwards to the bus behind it.

use crate::config::field::code;

code! {
    /// How wide the addresses of a bridge's window are: the low four bits of the
    /// base and of the limit register (PCI-to-PCI Bridge Architecture Specification
    /// 1.2, sections 3.2.5.6 and 3.2.5.9).
    WindowWidth: u8 {
        /// 16 bits of I/O, 32 bits of memory.
        NARROW = 0, "narrow";
        /// 32 bits of I/O, 64 bits of memory.
        WIDE = 1, "wide";
    }
}

/// A range of addresses that a bridge forwards to its secondary bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// The first address.
    pub base: u64,
    /// The last address. Below `base` the window is closed: the bridge forwards
    /// nothing.
    pub limit: u64,
    /// How wide the addresses are. `None` where base and limit contradict each
    /// other or have a code that means nothing: what the window is then, is not
    /// defined.
    pub width: Option<WindowWidth>,
}

impl Window {
    /// The window of these two registers and their upper halves, where `granule`
    /// bits below the addresses are 0 in the base and 1 in the limit.
    pub(super) fn new(
        (base, base_type): (u32, u8),
        (limit, limit_type): (u32, u8),
        (base_upper, limit_upper): (u64, u64),
        granule: u64,
    ) -> Self {
        let width = Some(WindowWidth(base_type))
            .filter(|width| base_type == limit_type && width.name().is_some());
        let wide = width == Some(WindowWidth::WIDE);
        let (base_upper, limit_upper) = if wide {
            (base_upper, limit_upper)
        } else {
            (0, 0)
        };
        Self {
            base: u64::from(base) | base_upper,
            limit: u64::from(limit) | limit_upper | granule,
            width,
        }
    }

    /// Whether the bridge forwards anything: the limit is not below the base.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.base <= self.limit
    }

    /// How many bytes it forwards; 0 where it is closed, `None` where it is all 64
    /// bits.
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        if !self.is_open() {
            return Some(0);
        }
        (self.limit - self.base).checked_add(1)
    }
}
