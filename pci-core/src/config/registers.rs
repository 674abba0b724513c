//! The registers of one structure.

use super::space::ConfigSpace;

/// The bytes of configuration space from the beginning of a structure on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers<'a> {
    space: ConfigSpace<'a>,
    base: u16,
}

impl<'a> Registers<'a> {
    /// The registers of the structure at `base`.
    pub(crate) const fn new(space: ConfigSpace<'a>, base: u16) -> Self {
        Self { space, base }
    }

    /// The registers of the part that begins `offset` bytes into this one.
    pub(crate) fn part(self, offset: u16) -> Option<Self> {
        let base = self.base.checked_add(offset)?;
        Some(Self { base, ..self })
    }

    /// The byte at `offset`.
    pub(crate) fn byte(self, offset: u16) -> Option<u8> {
        self.space.byte(self.base.checked_add(offset)?)
    }

    /// The 16 bits at `offset`.
    pub(crate) fn word(self, offset: u16) -> Option<u16> {
        self.space.word(self.base.checked_add(offset)?)
    }

    /// The 32 bits at `offset`.
    pub(crate) fn dword(self, offset: u16) -> Option<u32> {
        self.space.dword(self.base.checked_add(offset)?)
    }

    /// The 64 bits at `offset`, of which the lower half comes first.
    pub(crate) fn qword(self, offset: u16) -> Option<u64> {
        let high = self.part(4)?.dword(offset)?;
        Some(u64::from(self.dword(offset)?) | u64::from(high) << 32)
    }
}
