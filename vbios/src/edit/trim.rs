//! What stands around the images.

use alloc::format;

use super::draft::Draft;
use super::edited::Edited;
use crate::error::{Cause, Result};
use crate::problem::Problem;
use crate::rom::{PrefixKind, Rom};

/// What becomes of the bytes behind the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// They stay. No firmware looks at them.
    Keep,
    /// They go: what is left is what the kernel's `rom` file would give.
    Pci,
    /// What stands behind NVIDIA's own chain goes, such as the second copy.
    Nvidia,
}

impl Tail {
    /// The choice with this word: `keep`, `pci` or `nvidia`.
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

/// Cuts off what stands in front of the first image, where firmware must find it,
/// and, where `tail` says so, what stands behind the last.
///
/// Where the file starts with NVIDIA's flash header, the first image is exactly
/// where that says; else it is where [`Rom::parse`] found it. A file that starts
/// with an image stays as it is in front.
///
/// A file that is to be written back to a flash chip must not be trimmed.
///
/// # Errors
///
/// When the file has no image, or no end to cut it at.
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
            "NVIDIA's flash header of version {} says that the first image is at {first:#x}",
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
            let why = format!("PCI's chain ends at {end:#x}");
            draft.remove(end..file.len(), why);
        }
        Tail::Nvidia => {
            // One of PCI's images may stand behind NVIDIA's last.
            let end = rom.end_nvidia().ok_or(Cause::NoNvidiaEnd)?;
            let end = end.max(end_pcir(&rom, file)?);
            let why = format!("NVIDIA's chain ends at {end:#x}");
            draft.remove(end..file.len(), why);
        }
    }
    Ok(draft.finish())
}

/// Where PCI's chain ends.
///
/// # Errors
///
/// When it was left before its end, so that what follows may belong to it.
fn end_pcir(rom: &Rom, file: &[u8]) -> Result<usize> {
    let end = rom.end_pcir(file);
    let closed = rom.images.last().is_some_and(|image| image.last);
    // An open chain that ends where the file does has nothing behind it.
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
