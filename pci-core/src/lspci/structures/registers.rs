//! Configuration space as in `lspci`: unknown bytes are ones.

use crate::config::ConfigSpace;

/// A view of configuration space in which every register has a value.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Registers<'a> {
    config: ConfigSpace<'a>,
}

/// The layout of a header (PCI Local Bus Specification 3.0, section 6.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci) enum Layout {
    /// Type 0.
    Endpoint,
    /// Type 1: a PCI-to-PCI bridge.
    Bridge,
    /// Type 2: a CardBus bridge.
    CardBus,
    /// None of these.
    Unknown(u8),
}

impl Layout {
    /// The layout of this header type register.
    pub(in crate::lspci) const fn new(header_type: u8) -> Self {
        match header_type & 0x7f {
            0 => Self::Endpoint,
            1 => Self::Bridge,
            2 => Self::CardBus,
            other => Self::Unknown(other),
        }
    }
}

impl<'a> Registers<'a> {
    pub(in crate::lspci) const fn new(config: ConfigSpace<'a>) -> Self {
        Self { config }
    }

    /// Whether the header is known, all 64 bytes of it. libpci reads it at once and, for a dump,
    /// accepts gaps.
    pub(in crate::lspci) fn has_header(self) -> bool {
        self.has(0, 64)
    }

    /// Whether the `count` bytes from `at` are known. Gaps are ignored: see
    /// [`has_header`](Self::has_header).
    pub(in crate::lspci) fn has(self, at: u16, count: u16) -> bool {
        at.checked_add(count)
            .is_some_and(|end| end <= self.config.len())
    }

    /// The 8 bits at `at`.
    pub(in crate::lspci) fn byte(self, at: u16) -> u8 {
        self.config.byte(at).unwrap_or(u8::MAX)
    }

    /// The 16 bits at `at`.
    pub(in crate::lspci) fn word(self, at: u16) -> u16 {
        u16::from_le_bytes([self.byte(at), self.byte(at.saturating_add(1))])
    }

    /// The 32 bits at `at`.
    pub(in crate::lspci) fn dword(self, at: u16) -> u32 {
        u32::from(self.word(at)) | u32::from(self.word(at.saturating_add(2))) << 16
    }
}
