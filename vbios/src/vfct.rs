//! ROMs in the ACPI table VFCT of AMD systems.

use alloc::vec::Vec;

use pci_core::{PciId, SubsystemId};

use crate::checksum::is_balanced;
use crate::error::{Cause, Result};
use crate::field::{offset, u16_at, u32_at};

/// The ACPI table `VFCT`, in which firmware passes the video BIOS of a processor's integrated
/// graphics, which has no ROM BAR, to the operating system: on Linux
/// `/sys/firmware/acpi/tables/VFCT`.
///
/// Layout: `UEFI_ACPI_VFCT` and `VFCT_IMAGE_HEADER` of `drivers/gpu/drm/amd/include/atombios.h` of
/// Linux, parsed as in `amdgpu_bios.c`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vfct {
    /// Whether the table's bytes add up to 0, as required (ACPI Specification 6.5, section 5.2.6).
    pub checksum_ok: bool,
    /// Its video BIOSes.
    pub images: Vec<VfctImage>,
}

/// A video BIOS of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VfctImage {
    /// Bus number of its function.
    pub bus: u32,
    /// Device number.
    pub device: u32,
    /// Function number.
    pub function: u32,
    /// IDs of the function.
    pub id: PciId,
    /// Subsystem IDs of the board.
    pub subsystem: SubsystemId,
    /// Revision of the function.
    pub revision: u32,
    /// Offset of the ROM in the table, in bytes.
    pub offset: usize,
    /// Length of the ROM, in bytes.
    pub length: usize,
}

/// Length of the ACPI header and the fixed fields of this table.
const HEADER: usize = 76;
/// Length of a video BIOS header.
const IMAGE_HEADER: usize = 28;

impl Vfct {
    /// Parses the table.
    ///
    /// # Errors
    ///
    /// If it has another signature or was cut off.
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
            // A header without a ROM is padding.
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

    /// The ROM's bytes in `table`.
    #[must_use]
    pub fn bytes<'a>(&self, table: &'a [u8]) -> &'a [u8] {
        let rest = table.get(self.offset..).unwrap_or_default();
        rest.get(..self.length).unwrap_or_default()
    }
}
