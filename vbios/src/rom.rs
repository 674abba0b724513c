//! A ROM file: what stands before the images, the images, what stands behind.

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

/// A ROM file, taken apart.
///
/// `prefix.length`, what the file has of each image's length, and `tail_length`
/// add up to the file's length; without any image all of it is tail.
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
    /// What stands before the first image.
    pub prefix: Prefix,
    /// The images in the order of PCI's chain, up to the one that says it is the
    /// last.
    pub images: Vec<Image>,
    /// The images in the order of NVIDIA's chain, which goes through the same ROM
    /// by the lengths of NVIDIA's extension: those of PCI's chain are among them.
    /// Empty where no image has the extension.
    pub nvidia_images: Vec<Image>,
    /// The option ROM at the file's start where it has no PCI data structure, as
    /// ISA cards had them.
    pub isa: Option<IsaRom>,
    /// What the vendor's own tables tell of the board.
    pub board: Option<Board>,
    /// The second copy of the ROM that stands behind both chains.
    pub backup: Option<Backup>,
    /// How many bytes stand behind the last image of PCI's chain.
    pub tail_length: usize,
    /// What is wrong, in the order of the file.
    pub findings: Vec<ImageFinding>,
}

/// What stands before the first image.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prefix {
    /// Its length in bytes.
    pub length: usize,
    /// What it is.
    pub kind: PrefixKind,
    /// NVIDIA's flash header, where the file starts with one.
    pub flash_header: Option<FlashHeader>,
}

/// What can stand before the first image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum PrefixKind {
    /// Nothing: the file starts with an image, as a device's ROM does.
    None,
    /// NVIDIA's flash header (`NVGI`), and it leads to the first image.
    NvidiaHeader,
    /// Bytes that are all 0x00 or all 0xff.
    Padding,
    /// Anything else.
    Other,
}

impl Rom {
    /// Takes `file` apart. Any bytes give a result; time and memory are linear in
    /// their number.
    ///
    /// The first image is where an NVIDIA flash header says. Without one it is the
    /// first `55 aa` with a readable data structure: at the start, or else that of
    /// a chain that closes, where there is one. Each further one is where the data
    /// structure's length says (PCI Firmware Specification 3.3, section 5.1).
    #[must_use]
    pub fn parse(file: &[u8]) -> Self {
        let mut findings = Vec::new();
        let flash_header = FlashHeader::read(file);
        let header = flash_header
            .as_ref()
            .and_then(|header| header.first_image_offset.as_ref().ok().copied())
            .filter(|offset| Image::is_at(file, *offset));
        if flash_header.is_some() && header.is_none() {
            let problem = Problem::FlashHeaderAstray;
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
        let nvidia_images = nvidia_chain(file, &images);
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
            images,
            isa,
            tail_length: file.len() - end,
            findings,
        }
    }

    /// Where PCI's chain ends, in bytes from the start of `file`, which must be
    /// what was parsed.
    #[must_use]
    pub const fn end_pcir(&self, file: &[u8]) -> usize {
        file.len().saturating_sub(self.tail_length)
    }

    /// Where NVIDIA's chain ends, in bytes from the file's start; `None` where there
    /// is none, or where its last image does not say that it is the last.
    #[must_use]
    pub fn end_nvidia(&self) -> Option<usize> {
        let last = self.nvidia_images.last()?;
        last.last_nvidia()
            .then(|| last.offset.saturating_add(last.length_nvidia()))
    }

    /// Whether any image says that it is for `id`. SeaBIOS runs no other; OVMF
    /// leaves the question to the driver in the image.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.images.iter().any(|image| image.matches(id))
    }
}

/// What is wrong at the start of a file that has no image there.
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

/// The offset of the first image: one at the start, else the first of a chain that
/// closes, else the first that could start a chain.
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
