//! Removal of bytes around the images.

use alloc::format;

use super::draft::Draft;
use super::edited::Edited;
use crate::error::{Cause, Result};
use crate::image::Image;
use crate::problem::Problem;
use crate::rom::{PrefixKind, Rom};

/// Length of a data structure of revision 3 (PCI Firmware Specification 3.3, 5.1.2), in bytes.
const STRUCTURE_LENGTH: usize = 28;

/// Treatment of the bytes after the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// Kept. Firmware ignores them.
    Keep,
    /// Removed: the result equals the kernel's `rom` file.
    Pci,
    /// Bytes after NVIDIA's chain are removed, such as the second copy.
    Nvidia,
}

impl Tail {
    /// Parses `keep`, `pci` or `nvidia`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "keep" => Some(Self::Keep),
            "pci" => Some(Self::Pci),
            "nvidia" => Some(Self::Nvidia),
            _ => None,
        }
    }
}

/// Removes the bytes before the first image, where firmware expects it, and, depending on `tail`,
/// those after the last.
///
/// With NVIDIA's flash header, the first image is exactly at its target; otherwise where
/// [`Rom::parse`] found it. A file that starts with an image is not cut at the front.
///
/// Do not trim a file that is to be written back to a flash chip.
///
/// # Errors
///
/// If the file has no image, or the chain has no end.
///
/// ```
/// # let mut rom = vec![0; 512];
/// # rom[..3].copy_from_slice(&[0x55, 0xaa, 1]);
/// # rom[0x18] = 0x1c;
/// # rom[0x1c..0x20].copy_from_slice(b"PCIR");
/// # rom[0x2c] = 1;
/// # rom[0x31] = 0x80;
/// use vbios::edit::{Tail, trim};
/// let file = [&[0xff; 64], &rom[..]].concat();
/// assert_eq!(trim(&file, Tail::Keep)?.bytes, rom);
/// assert!(trim(&rom, Tail::Keep)?.is_unchanged());
/// # Ok::<(), vbios::Error>(())
/// ```
pub fn trim(file: &[u8], tail: Tail) -> Result<Edited> {
    let rom = Rom::parse(file);
    if rom.images.is_empty() {
        return Err(Cause::NoImage.into());
    }
    let first = rom.prefix.length;
    let mut draft = Draft::new(file);
    let why = match (rom.prefix.kind, &rom.prefix.flash_header) {
        (PrefixKind::NvidiaHeader, Some(header)) => format!(
            "NVIDIA's flash header of version {} points to the first image at {first:#x}",
            header.version
        ),
        (PrefixKind::Padding, _) => format!("padding up to the first image at {first:#x}"),
        _ => format!("the first image of the chain is at {first:#x}"),
    };
    draft.remove(0..first, why);
    match tail {
        Tail::Keep => {}
        Tail::Pci => {
            let end = end_pcir(&rom, file)?;
            let why = format!("end of the PCI chain at {end:#x}");
            draft.remove(end..file.len(), why);
        }
        Tail::Nvidia => {
            // An image of the PCI chain may follow NVIDIA's last.
            let end = rom.end_nvidia().ok_or(if rom.nvidia_images.is_empty() {
                Cause::NoNvidiaChain
            } else {
                Cause::NoNvidiaEnd
            })?;
            let end = end.max(end_pcir(&rom, file)?);
            let why = format!("end of NVIDIA's chain at {end:#x}");
            draft.remove(end..file.len(), why);
        }
    }
    Ok(draft.finish())
}

/// End of the PCI chain, and of the data structures of its images: an image may refer to one behind
/// its own end, and is none without it.
///
/// # Errors
///
/// If the chain is not closed, so that the following bytes may belong to it.
fn end_pcir(rom: &Rom, file: &[u8]) -> Result<usize> {
    let structure_end = |image: &Image| {
        let length = usize::from(image.structure_length).max(STRUCTURE_LENGTH);
        image.offset + image.structure_offset + length
    };
    let structures = rom.images.iter().map(structure_end).max();
    let end = rom.end_pcir(file);
    let end = end.max(structures.unwrap_or_default()).min(file.len());
    let closed = rom.images.last().is_some_and(|image| image.last);
    // An open chain that ends with the file has nothing after it.
    let open_at_end = rom
        .findings
        .iter()
        .any(|finding| finding.problem == Problem::LastFlagMissing);
    if closed || open_at_end {
        Ok(end)
    } else {
        Err(Cause::ChainOpen { offset: end }.into())
    }
}
