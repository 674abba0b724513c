//! AMD video BIOS tables.

use alloc::string::String;

use pci_core::SubsystemId;

use crate::field::{text_at, u16_at};

/// AMD video BIOS ("ATOMBIOS"), from the ROM table of an x86 image.
///
/// Layout: `struct atom_rom_header_v2_2` and `struct vbios_rom_header` in Linux
/// `drivers/gpu/drm/amd/include/atomfirmware.h`; the part number is at the offset of
/// `amdgpu_atombios` (`atom.h`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AtomBios {
    /// Offset of the ROM table in the image, in bytes.
    pub offset: usize,
    /// Format revision of the table: 1 up to Polaris, 2 since Vega.
    pub format_revision: u8,
    /// Content revision of the table.
    pub content_revision: u8,
    /// Subsystem IDs of the board; `None` if the table has none.
    pub subsystem: Option<SubsystemId>,
    /// AMD part number, `113-1E3870U-O4B`; unprintable bytes escaped.
    pub part_number: Option<String>,
    /// Build date, `mm/dd/yy` and a time; unprintable bytes escaped.
    pub date: Option<String>,
    /// Boot message; unprintable bytes escaped.
    pub message: Option<String>,
    /// Name of the configuration file of the build; unprintable bytes escaped.
    pub configuration_file: Option<String>,
    /// Offset of the command table list in the image, in bytes.
    pub command_table_offset: u16,
    /// Offset of the data table list in the image, in bytes.
    pub data_table_offset: u16,
}

/// The text at 0x30 of each AMD x86 image.
const MAGIC: &[u8] = b" 761295520";

impl AtomBios {
    /// Parses the ROM table of an x86 image.
    pub(crate) fn read(image: &[u8]) -> Option<Self> {
        if !image.get(0x30..)?.starts_with(MAGIC) {
            return None;
        }
        let offset = usize::from(u16_at(image, 0x48)?);
        let table = image.get(offset..)?;
        if table.get(4..)?.first_chunk() != Some(b"ATOM") {
            return None;
        }
        let text = |at| {
            let pointer = usize::from(u16_at(table, at)?);
            (pointer != 0).then(|| text_at(image, pointer, 128))?
        };
        let subsystem = SubsystemId::new(u16_at(table, 0x18)?, u16_at(table, 0x1a)?);
        let part_number = u16_at(image, 0x6e).map(usize::from);
        Some(Self {
            offset,
            format_revision: *table.get(2)?,
            content_revision: *table.get(3)?,
            subsystem: (!matches!(subsystem.vendor.0, 0 | 0xffff)).then_some(subsystem),
            part_number: part_number
                .filter(|pointer| *pointer != 0)
                .and_then(|pointer| text_at(image, pointer, 64)),
            date: text_at(image, 0x50, 20),
            message: text(0x10),
            configuration_file: text(0x0c),
            command_table_offset: u16_at(table, 0x1e)?,
            data_table_offset: u16_at(table, 0x20)?,
        })
    }
}
