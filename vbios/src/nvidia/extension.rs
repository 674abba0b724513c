//! Extension of an image's data structure ("NPDE").

use pci_core::SubsystemId;

use crate::field::{BLOCK, u16_at, u32_at};

/// NVIDIA's extension of the data structure, at the next multiple of 16 after it: its own length
/// and last flag form a second chain through the same ROM, with images outside the PCI
/// specification.
///
/// The layout up to the flag is that of `drivers/gpu/nova-core/vbios.rs` of Linux; the version and
/// the subsystem are from published dumps, where the version matches `nvflash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// Offset in the image, in bytes.
    pub offset: usize,
    /// Revision: 0x0100 or 0x0101 in known dumps.
    pub revision: u16,
    /// Length of the extension, in bytes.
    pub structure_length: u16,
    /// Length of the sub-image in bytes.
    pub length: usize,
    /// Last flag of NVIDIA's chain.
    pub last: bool,
    /// Version of the UEFI driver in an EFI image, `0x00050009`; if the structure is long enough.
    pub efi_version: Option<u32>,
    /// Subsystem IDs of the board, if the structure is long enough and has them.
    pub subsystem: Option<SubsystemId>,
}

impl Extension {
    /// Whether the structure is long enough for the last flag.
    pub(crate) const fn has_last(&self) -> bool {
        self.structure_length > 0x0a
    }

    /// Parses the extension of the data structure of `structure_length` bytes at `structure` of
    /// `image`.
    pub(crate) fn read(image: &[u8], structure: usize, structure_length: u16) -> Option<Self> {
        let offset = (structure + usize::from(structure_length)).next_multiple_of(16);
        let bytes = image.get(offset..)?;
        if !bytes.starts_with(b"NPDE") {
            return None;
        }
        let length = u16_at(bytes, 6)?;
        let subsystem = || Some(SubsystemId::new(u16_at(bytes, 0x10)?, u16_at(bytes, 0x12)?));
        Some(Self {
            offset,
            revision: u16_at(bytes, 4)?,
            structure_length: length,
            length: usize::from(u16_at(bytes, 8)?) * BLOCK,
            last: bytes.get(0x0a)? & 0x80 != 0,
            efi_version: u32_at(bytes, 0x0c).filter(|version| length >= 0x10 && *version != 0),
            subsystem: subsystem().filter(|id| length >= 0x14 && *id != SubsystemId::new(0, 0)),
        })
    }
}
