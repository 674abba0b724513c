//! The registers of a structure.

use super::space::ConfigSpace;

/// The bytes of configuration space from the start of a structure.
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
}
