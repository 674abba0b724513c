//! ROMs that AMD's firmware hands to the operating system.

use alloc::vec::Vec;

use pci_core::{PciId, SubsystemId};

use crate::checksum::is_balanced;
use crate::error::{Cause, Result};
use crate::field::{offset, u16_at, u32_at};

/// The ACPI table `VFCT`, by which firmware hands the video BIOS of a processor's
/// graphics, which has no ROM BAR, to the operating system: on Linux the file
/// `/sys/firmware/acpi/tables/VFCT`.
///
/// Layout: `UEFI_ACPI_VFCT` and `VFCT_IMAGE_HEADER` of
/// `drivers/gpu/drm/amd/include/atombios.h` of Linux, walked as `amdgpu_bios.c`
/// does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vfct {
    /// Whether the table's bytes add up to 0, as they must (ACPI Specification 6.5,
    /// section 5.2.6).
    pub checksum_ok: bool,
    /// The video BIOSes in it.
    pub images: Vec<VfctImage>,
}

/// One video BIOS of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VfctImage {
    /// The bus of the function that it is for.
    pub bus: u32,
    /// The device on the bus.
    pub device: u32,
    /// The function of the device.
    pub function: u32,
    /// The ids of the function.
    pub id: PciId,
    /// The ids of the board.
    pub subsystem: SubsystemId,
    /// The revision of the function.
    pub revision: u32,
    /// Where the ROM starts, in bytes from the start of the table.
    pub offset: usize,
    /// How long the ROM is, in bytes.
    pub length: usize,
}

/// The header of an ACPI table and what this one has behind it.
const HEADER: usize = 76;
/// The header of a video BIOS.
const IMAGE_HEADER: usize = 28;

impl Vfct {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// When it is no such table or was cut off.
    pub fn parse(table: &[u8]) -> Result<Self> {
        if !table.starts_with(b"VFCT") {
            return Err(Cause::VfctSignature.into());
        }
        let cut = || Cause::VfctHeaderCutOff;
        let length = offset(u32_at(table, 4).ok_or_else(cut)?);
        let first = offset(u32_at(table, 52).ok_or_else(cut)?);
        let table = match table.get(..length) {
            Some(table) if length >= HEADER => table,
            _ => return Err(Cause::VfctLength { length }.into()),
        };
        let mut images = Vec::new();
        let mut at = first;
        while at < length {
            let image = VfctImage::read(table, at).ok_or(Cause::VfctImageCutOff { offset: at })?;
            at = image.offset + image.length;
            // A header without a ROM is what fills the table.
            if image.length > 0 {
                images.push(image);
            }
        }
        Ok(Self {
            checksum_ok: is_balanced(table),
            images,
        })
    }
}

impl VfctImage {
    fn read(table: &[u8], at: usize) -> Option<Self> {
        let header = table.get(at..)?.get(..IMAGE_HEADER)?;
        let start = at + IMAGE_HEADER;
        let length = offset(u32_at(header, 24)?);
        table.get(start..start.checked_add(length)?)?;
        Some(Self {
            bus: u32_at(header, 0)?,
            device: u32_at(header, 4)?,
            function: u32_at(header, 8)?,
            id: PciId::new(u16_at(header, 12)?, u16_at(header, 14)?),
            subsystem: SubsystemId::new(u16_at(header, 16)?, u16_at(header, 18)?),
            revision: u32_at(header, 20)?,
            offset: start,
            length,
        })
    }

    /// The ROM, out of the table that it was read from.
    #[must_use]
    pub fn bytes<'a>(&self, table: &'a [u8]) -> &'a [u8] {
        let rest = table.get(self.offset..).unwrap_or_default();
        rest.get(..self.length).unwrap_or_default()
    }
}
