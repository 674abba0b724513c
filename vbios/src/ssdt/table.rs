//! The table and what it holds.

use super::path::AcpiPath;
use crate::error::{Cause, Result};

/// A secondary ACPI table with the method `_ROM` of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RomTable<'a> {
    pub(super) rom: &'a [u8],
    pub(super) path: AcpiPath,
}

impl<'a> RomTable<'a> {
    /// The largest ROM, in bytes: as large as a ROM's BAR can be, and well below what
    /// the length of an object in a table can say (ACPI Specification 6.5, section
    /// 20.2.4).
    pub const LARGEST: usize = 16 << 20;

    /// How many bytes one call of `_ROM` gives at most (ACPI Specification 6.5,
    /// section B.3.3).
    pub(crate) const CHUNK: u16 = 4096;

    /// A table that hands `rom` to the driver of the device at `path`.
    ///
    /// # Errors
    ///
    /// When the ROM is larger than [`RomTable::LARGEST`].
    pub fn new(rom: &'a [u8], path: AcpiPath) -> Result<Self> {
        if rom.len() > Self::LARGEST {
            return Err(Cause::TableTooLarge {
                length: rom.len(),
                largest: Self::LARGEST,
            }
            .into());
        }
        Ok(Self { rom, path })
    }
}
