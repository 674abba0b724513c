//! The extension of an image's data structure ("NPDE").

use pci_core::SubsystemId;

use crate::field::{BLOCK, u16_at, u32_at};

/// NVIDIA's extension of the data structure, which stands behind it on the next
/// multiple of 16: its own length and last flag make a second chain through the
/// same ROM, with images that the PCI specification does not know.
///
/// The layout up to the flag is what `drivers/gpu/nova-core/vbios.rs` of Linux
/// reads; the version and the subsystem were found in published dumps, where the
/// version is the one that `nvflash` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extension {
    /// Where it starts, in bytes from the image's start.
    pub offset: usize,
    /// Its revision: 0x0100 or 0x0101 in what was seen.
    pub revision: u16,
    /// How long it says it is, in bytes.
    pub structure_length: u16,
    /// The length of the sub-image in bytes.
    pub length: usize,
    /// Whether no image follows it in NVIDIA's chain.
    pub last: bool,
    /// The version of the UEFI driver in an EFI image, `0x00050009`; where the
    /// structure is long enough to have it.
    pub efi_version: Option<u32>,
    /// The board that the ROM is for, where the structure is long enough to have
    /// it and says one.
    pub subsystem: Option<SubsystemId>,
}

impl Extension {
    /// Reads the extension of the data structure of `structure_length` bytes at
    /// `structure` of `image`.
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
