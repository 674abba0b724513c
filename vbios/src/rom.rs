//! A ROM file: prefix, images and tail.

use alloc::vec::Vec;

use pci_core::PciId;

use crate::backup::{self, Backup};
use crate::board::Board;
use crate::chains::Chains;
use crate::field::is_padding;
use crate::image::Image;
use crate::isa::IsaRom;
use crate::nvidia::FlashHeader;
use crate::problem::{ImageFinding, Problem};
use crate::walk::{nvidia_chain, pci_chain};

/// A parsed ROM file.
///
/// `prefix.length`, each image's length in the file, and `tail_length` add up to the file's length;
/// a file without an image is all tail.
///
/// ```
/// # let mut file = vec![0; 512];
/// # file[..3].copy_from_slice(&[0x55, 0xaa, 1]);
/// # file[0x18] = 0x1c;
/// # file[0x1c..0x20].copy_from_slice(b"PCIR");
/// # file[0x20..0x24].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
/// # file[0x26] = 0x18;
/// # file[0x2b] = 0x03;
/// # file[0x2c] = 1;
/// # file[0x31] = 0x80;
/// # file[511] = 0u8.wrapping_sub(file.iter().fold(0, |a: u8, b| a.wrapping_add(*b)));
/// use vbios::{CodeType, Rom};
/// let rom = Rom::parse(&file);
/// assert_eq!(rom.images[0].code_type, CodeType::X86);
/// assert_eq!(rom.images[0].checksum_ok, Some(true));
/// assert!(rom.matches("10de:2d04".parse()?));
/// assert!(rom.findings.is_empty());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[doc(alias = "VBIOS")]
#[doc(alias = "option ROM")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rom {
    /// Bytes before the first image.
    pub prefix: Prefix,
    /// Images of the PCI chain, in order, up to the one with the last-image indicator.
    pub images: Vec<Image>,
    /// Images of NVIDIA's chain, in order, which uses the lengths in NVIDIA's extension; it
    /// includes the images of the PCI chain. Empty if no image has the extension.
    pub nvidia_images: Vec<Image>,
    /// Whether NVIDIA's chain ends in the file.
    nvidia_closed: bool,
    /// The legacy option ROM at the file's start, without a PCI data structure.
    pub isa: Option<IsaRom>,
    /// Vendor tables of the board.
    pub board: Option<Board>,
    /// Second copy of the ROM after both chains.
    pub backup: Option<Backup>,
    /// Bytes after the last image of the PCI chain.
    pub tail_length: usize,
    /// Problems, in the order of the file.
    pub findings: Vec<ImageFinding>,
}

/// Bytes before the first image.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prefix {
    /// Length in bytes.
    pub length: usize,
    /// Kind.
    pub kind: PrefixKind,
    /// NVIDIA's flash header, if the file starts with one.
    pub flash_header: Option<FlashHeader>,
}

/// Kind of the bytes before the first image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PrefixKind {
    /// None: the file starts with an image.
    None,
    /// NVIDIA's flash header (`NVGI`), which points to the first image.
    NvidiaHeader,
    /// Only 0x00 or only 0xff.
    Padding,
    /// Other bytes.
    Other,
}

impl Rom {
    /// Parses `file`. Any bytes yield a result; time and memory are linear in their number.
    ///
    /// The first image is the target of NVIDIA's flash header. Without one, it is the first `55 aa`
    /// with a readable data structure: at the start, or else the first of a closed chain, if any.
    /// Each further image follows at the data structure's length (PCI Firmware Specification 3.3,
    /// section 5.1).
    #[must_use]
    pub fn parse(file: &[u8]) -> Self {
        let mut findings = Vec::new();
        let flash_header = FlashHeader::read(file);
        let header = flash_header
            .as_ref()
            .and_then(|header| header.first_image_offset.as_ref().ok().copied())
            .filter(|offset| Image::is_at(file, *offset));
        if flash_header.is_some() && header.is_none() {
            let problem = Problem::BadFlashHeaderTarget;
            findings.push(ImageFinding { offset: 0, problem });
        }
        let first = header.or_else(|| search(file));
        let before = file.get(..first.unwrap_or(0)).unwrap_or_default();
        if first.is_none() || before.starts_with(&[0x55, 0xaa]) {
            findings.push(no_image(file));
        }
        let kind = match before {
            [] => PrefixKind::None,
            _ if header.is_some() => PrefixKind::NvidiaHeader,
            _ if is_padding(before) => PrefixKind::Padding,
            _ => PrefixKind::Other,
        };
        let (images, end) = match first {
            Some(first) => pci_chain(file, first, &mut findings),
            None => (Vec::new(), 0),
        };
        let isa = match first {
            Some(0) => None,
            _ => IsaRom::read(file),
        };
        let (nvidia_images, nvidia_closed) = nvidia_chain(file, &images);
        let last = nvidia_images.last();
        let nvidia_end = last.map_or(0, |last| last.offset.saturating_add(last.length_nvidia()));
        let copy = images.first();
        let backup = copy.and_then(|first| backup::find(file, first, end.max(nvidia_end)));
        Self {
            prefix: Prefix {
                length: before.len(),
                kind,
                flash_header,
            },
            board: Board::read(file, &images, &nvidia_images),
            backup,
            nvidia_images,
            nvidia_closed,
            images,
            isa,
            tail_length: file.len() - end,
            findings,
        }
    }

    /// End of the PCI chain in `file`, the parsed file, in bytes.
    #[must_use]
    pub const fn end_pcir(&self, file: &[u8]) -> usize {
        file.len().saturating_sub(self.tail_length)
    }

    /// End of NVIDIA's chain in the file, in bytes; `None` without such a chain, or if the file
    /// lacks some of it.
    #[must_use]
    pub fn end_nvidia(&self) -> Option<usize> {
        let last = self.nvidia_images.last()?;
        self.nvidia_closed
            .then(|| last.offset.saturating_add(last.length_nvidia()))
    }

    /// Whether any image supports `id`. SeaBIOS runs no other image; OVMF leaves the decision to
    /// the driver.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.images.iter().any(|image| image.matches(id))
    }
}

/// The problem at the start of a file without an image.
fn no_image(file: &[u8]) -> ImageFinding {
    let mut findings = Vec::new();
    let problem = if file.starts_with(&[0x55, 0xaa]) {
        match Image::read(file, 0, &mut findings) {
            Err(problem) => problem,
            Ok(_) => Problem::ZeroLength,
        }
    } else {
        Problem::NoImage
    };
    ImageFinding { offset: 0, problem }
}

/// Offset of the first image: at the start, else the first of a closed chain, else the first that
/// may start a chain.
fn search(file: &[u8]) -> Option<usize> {
    let first = Chains::candidates(file, 0).next()?;
    if first == 0 {
        return Some(0);
    }
    let mut chains = Chains::new(file);
    let closes = |offset: &usize| chains.end(*offset).is_some();
    let closed = Chains::candidates(file, first).find(closes);
    closed.or(Some(first))
}
