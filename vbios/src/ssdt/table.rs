//! The table's contents.

use super::path::AcpiPath;
use crate::error::{Cause, Result};

/// A secondary ACPI table with the method `_ROM` of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RomTable<'a> {
    pub(super) rom: &'a [u8],
    pub(super) path: AcpiPath,
}

impl<'a> RomTable<'a> {
    /// Size limit of the ROM, in bytes: the maximum of a ROM BAR, well below the length limit of an
    /// object in a table (ACPI Specification 6.5, section 20.2.4).
    pub const MAX_SIZE: usize = 16 << 20;

    /// Maximum number of bytes per call of `_ROM` (ACPI Specification 6.5, section B.3.3).
    pub(crate) const CHUNK: u16 = 4096;

    /// A table that provides `rom` to the driver of the device at `path`.
    ///
    /// # Errors
    ///
    /// If the ROM exceeds [`RomTable::MAX_SIZE`].
    pub fn new(rom: &'a [u8], path: AcpiPath) -> Result<Self> {
        if rom.len() > Self::MAX_SIZE {
            return Err(Cause::TableTooLarge {
                length: rom.len(),
                largest: Self::MAX_SIZE,
            }
            .into());
        }
        Ok(Self { rom, path })
    }
}
