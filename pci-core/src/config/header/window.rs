//! Address windows that a bridge forwards.

use crate::config::field::code;

code! {
    /// Address width of a bridge window: the low four bits of the base and limit registers
    /// (PCI-to-PCI Bridge Architecture Specification 1.2, sections 3.2.5.6 and 3.2.5.9).
    WindowWidth: u8 {
        /// 16-bit I/O, 32-bit memory.
        NARROW = 0, "narrow";
        /// 32-bit I/O, 64-bit memory.
        WIDE = 1, "wide";
    }
}

/// An address range that a bridge forwards to its secondary bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Window {
    /// First address.
    pub base: u64,
    /// Last address. If it is below `base`, the window is closed.
    pub limit: u64,
    /// Address width. `None` if base and limit contradict each other or have an undefined code; the
    /// window is then undefined.
    pub width: Option<WindowWidth>,
}

impl Window {
    /// The window of these two registers and their upper halves; the low `granule` bits of the
    /// address are 0 in the base and 1 in the limit.
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

    /// Whether the window is open: the limit is not below the base.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.base <= self.limit
    }

    /// Size in bytes; 0 if closed, `None` for the full 64-bit range.
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        if !self.is_open() {
            return Some(0);
        }
        (self.limit - self.base).checked_add(1)
    }
}
