//! A ROM file: what stands before the images, the images, what stands behind.

use alloc::vec::Vec;

use pci_core::PciId;

use crate::image::Image;
use crate::nvidia;
use crate::problem::{Finding, Problem};

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
/// # Ok::<(), pci_core::IdError>(())
/// ```
#[doc(alias = "VBIOS")]
#[doc(alias = "option ROM")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rom {
    /// What stands before the first image.
    pub prefix: Prefix,
    /// The images in the order of the chain, up to the one that says it is the
    /// last.
    pub images: Vec<Image>,
    /// How many bytes stand behind the last image.
    pub tail_length: usize,
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
}

/// What stands before the first image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// Its length in bytes.
    pub length: usize,
    /// What it is.
    pub kind: PrefixKind,
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
    /// The first image is where an NVIDIA flash header says, or else the first
    /// `55 aa` with a readable data structure. Each further one is where the data
    /// structure's length says (PCI Firmware Specification 3.3, section 5.1).
    #[must_use]
    pub fn parse(file: &[u8]) -> Self {
        let mut findings = Vec::new();
        let header = nvidia::first_image(file).filter(|offset| Image::is_at(file, *offset));
        let Some(first) = header.or_else(|| search(file)) else {
            findings.push(no_image(file));
            return Self {
                prefix: Prefix {
                    length: 0,
                    kind: PrefixKind::None,
                },
                images: Vec::new(),
                tail_length: file.len(),
                findings,
            };
        };
        let before = file.get(..first).unwrap_or_default();
        let kind = match before {
            [] => PrefixKind::None,
            _ if header.is_some() => PrefixKind::NvidiaHeader,
            _ if is_padding(before) => PrefixKind::Padding,
            _ => PrefixKind::Other,
        };
        if before.starts_with(&[0x55, 0xaa]) {
            findings.push(no_image(file));
        }
        let (images, end) = walk(file, first, &mut findings);
        Self {
            prefix: Prefix {
                length: first,
                kind,
            },
            images,
            tail_length: file.len() - end,
            findings,
        }
    }

    /// Whether any image says that it is for `id`. SeaBIOS runs no other; OVMF
    /// leaves the question to the driver in the image.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.images.iter().any(|image| image.matches(id))
    }
}

fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 0xff)
}

/// What is wrong at the start of a file that has no image there.
fn no_image(file: &[u8]) -> Finding {
    let mut findings = Vec::new();
    let problem = if file.starts_with(&[0x55, 0xaa]) {
        match Image::read(file, 0, &mut findings) {
            Err(problem) => problem,
            Ok(_) => Problem::ZeroLength,
        }
    } else {
        Problem::NoImage
    };
    Finding { offset: 0, problem }
}

/// The offset of the first image that could start a chain.
fn search(file: &[u8]) -> Option<usize> {
    file.windows(2)
        .enumerate()
        .filter(|(_, pair)| pair == &[0x55, 0xaa])
        .map(|(offset, _)| offset)
        .find(|offset| Image::is_at(file, *offset))
}

/// The images from `first` on, and where the last of them ends. Each but the last
/// is one block long at least, so there are no more than the file has blocks.
fn walk(file: &[u8], first: usize, findings: &mut Vec<Finding>) -> (Vec<Image>, usize) {
    let mut images: Vec<Image> = Vec::new();
    let mut offset = first;
    loop {
        match file.get(offset..) {
            Some([0x55, 0xaa, ..]) => {}
            Some([a, b, ..]) => {
                let found = [*a, *b];
                findings.push(Finding {
                    offset,
                    problem: Problem::NoNextImage { found },
                });
                return (images, offset);
            }
            _ => {
                findings.push(Finding {
                    offset: images.last().map_or(first, |image| image.offset),
                    problem: Problem::LastFlagMissing,
                });
                return (images, offset);
            }
        }
        let image = match Image::read(file, offset, findings) {
            Ok(image) => image,
            Err(problem) => {
                findings.push(Finding { offset, problem });
                return (images, offset);
            }
        };
        let length = image.length;
        let (last, next) = (image.last, offset.saturating_add(length));
        images.push(image);
        if last || length == 0 || next > file.len() {
            return (images, next.min(file.len()));
        }
        offset = next;
    }
}
