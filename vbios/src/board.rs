//! Vendor tables that describe the ROM's board.

use pci_core::{SubsystemId, VendorId};

use crate::atom_bios::AtomBios;
use crate::atom_memory;
use crate::code_type::CodeType;
use crate::image::Image;
use crate::memory::BoardMemory;
use crate::nvidia::{self, Bit};
use crate::video_bios_table::VideoBiosTable;

/// Vendor tables of the first x86 image that has any.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Board {
    /// Offset of the image with the tables in the file, in bytes.
    pub image_offset: usize,
    /// The tables.
    pub tables: VendorTables,
    /// Subsystem IDs of the board, as in the card's configuration space.
    pub subsystem: Option<SubsystemId>,
    /// Memory of the board; `None` if its tables name none.
    pub memory: Option<BoardMemory>,
}

/// The supported tables, by vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum VendorTables {
    /// NVIDIA's BIOS Information Table.
    Nvidia(Bit),
    /// AMD's ROM table.
    Amd(AtomBios),
    /// Intel's Video BIOS Table.
    Intel(VideoBiosTable),
}

impl Board {
    /// Parses the tables of the first x86 image of `images` that has any; `chain` is NVIDIA's.
    pub(crate) fn read(file: &[u8], images: &[Image], chain: &[Image]) -> Option<Self> {
        let mut x86 = images
            .iter()
            .filter(|image| image.code_type == CodeType::X86);
        x86.find_map(|image| {
            let bytes = image.bytes(file);
            let tables = VendorTables::read(bytes, image.id.vendor)?;
            let subsystem = match &tables {
                VendorTables::Nvidia(_) => nvidia::subsystem(bytes, chain),
                VendorTables::Amd(atom) => atom.subsystem,
                VendorTables::Intel(_) => None,
            };
            let memory = match &tables {
                VendorTables::Nvidia(bit) => nvidia::memory::read(bytes, bit),
                VendorTables::Amd(atom) => atom_memory::read(bytes, atom.data_table_offset),
                VendorTables::Intel(_) => None,
            };
            Some(Self {
                image_offset: image.offset,
                tables,
                subsystem,
                memory,
            })
        })
    }

    /// The build date in the ROM.
    #[must_use]
    pub fn date(&self) -> Option<&str> {
        match &self.tables {
            VendorTables::Nvidia(bit) => bit.date.as_deref(),
            VendorTables::Amd(atom) => atom.date.as_deref(),
            VendorTables::Intel(_) => None,
        }
    }
}

impl VendorTables {
    fn read(x86: &[u8], vendor: VendorId) -> Option<Self> {
        // Each vendor's tables are searched in that vendor's ROMs only: the signatures may occur by
        // chance, and the search is slow.
        match vendor {
            VendorId::NVIDIA => Bit::read(x86).map(Self::Nvidia),
            VendorId::INTEL => VideoBiosTable::read(x86).map(Self::Intel),
            _ => AtomBios::read(x86).map(Self::Amd),
        }
    }
}
