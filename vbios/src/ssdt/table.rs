//! The table and what it holds.

use core::fmt;

use super::path::AcpiPath;

/// A secondary ACPI table with the method `_ROM` of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RomTable<'a> {
    pub(super) rom: &'a [u8],
    pub(super) path: AcpiPath,
}

/// A ROM too large for a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// Its length in bytes; [`RomTable::LARGEST`] is the most.
    pub length: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected {} bytes at most for an ACPI table, found {}",
            RomTable::LARGEST,
            self.length
        )
    }
}

impl core::error::Error for TooLarge {}

impl<'a> RomTable<'a> {
    /// The largest ROM, in bytes: as large as a ROM's BAR can be, and well below what
    /// the length of an object in a table can say (ACPI Specification 6.5, section
    /// 20.2.4).
    pub const LARGEST: usize = 16 << 20;

    /// How many bytes one call of `_ROM` gives at most (ACPI Specification 6.5,
    /// section B.3.3).
    pub const CHUNK: u16 = 4096;

    /// A table that hands `rom` to the driver of the device at `path`.
    ///
    /// # Errors
    ///
    /// When the ROM is larger than [`RomTable::LARGEST`].
    pub fn new(rom: &'a [u8], path: AcpiPath) -> Result<Self, TooLarge> {
        if rom.len() > Self::LARGEST {
            return Err(TooLarge { length: rom.len() });
        }
        Ok(Self { rom, path })
    }
}
