//! AMD's video BIOS.

use alloc::string::String;

use pci_core::SubsystemId;

use crate::field::{text_at, u16_at};

/// AMD's video BIOS ("ATOMBIOS"), as the ROM table in an x86 image describes it.
///
/// Layout: `struct atom_rom_header_v2_2` and `struct vbios_rom_header` of
/// `drivers/gpu/drm/amd/include/atomfirmware.h` of Linux; the part number is where
/// `amdgpu_atombios` of Linux reads it (`atom.h`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AtomBios {
    /// Where the ROM table starts, in bytes from the image's start.
    pub offset: usize,
    /// The revision of the table's format: 1 up to Polaris, 2 since Vega.
    pub format_revision: u8,
    /// The revision of the table's content.
    pub content_revision: u8,
    /// The board that it is for; `None` where the table has none.
    pub subsystem: Option<SubsystemId>,
    /// AMD's number of the part, `113-1E3870U-O4B`; unprintable bytes escaped.
    pub part_number: Option<String>,
    /// When it was built, as `mm/dd/yy` and a time; unprintable bytes escaped.
    pub date: Option<String>,
    /// What it shows when it starts; unprintable bytes escaped.
    pub message: Option<String>,
    /// The name of the file that it was built from; unprintable bytes escaped.
    pub configuration_file: Option<String>,
    /// Where the list of commands starts, in bytes from the image's start.
    pub command_table_offset: u16,
    /// Where the list of data tables starts, in bytes from the image's start.
    pub data_table_offset: u16,
}

/// The text that stands at 0x30 of each of AMD's x86 images.
const MAGIC: &[u8] = b" 761295520";

impl AtomBios {
    /// Reads the ROM table of an x86 image.
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
