//! The second copy that flash images have.

use crate::field::BLOCK;
use crate::image::Image;

/// A second copy of the ROM behind the first: flash chips keep one for when the
/// first is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Backup {
    /// Where it starts, in bytes from the file's start: at its own flash header
    /// where it has one.
    pub offset: usize,
    /// Where its first image starts, where that was found.
    pub first_image_offset: Option<usize>,
}

/// Looks for a copy of `first`, the first image, behind `end`, where both chains
/// have ended. Copies stand at whole blocks from the first image.
pub(crate) fn find(file: &[u8], first: &Image, end: usize) -> Option<Backup> {
    let start = first.offset + (end.saturating_sub(first.offset)).next_multiple_of(BLOCK);
    let mut header = None;
    let mut at = start;
    while let Some(bytes) = file.get(at..).filter(|bytes| !bytes.is_empty()) {
        if header.is_none() && bytes.starts_with(b"NVGI") {
            header = Some(at);
        }
        if bytes.starts_with(&[0x55, 0xaa]) && is_copy(file, at, first) {
            return Some(Backup {
                offset: header.unwrap_or(at),
                first_image_offset: Some(at),
            });
        }
        at += BLOCK;
    }
    header.map(|offset| Backup {
        offset,
        first_image_offset: None,
    })
}

fn is_copy(file: &[u8], at: usize, first: &Image) -> bool {
    Image::is_at(file, at)
        && Image::read_nvidia(file, at).is_some_and(|image| {
            image.id == first.id
                && image.code_type == first.code_type
                && image.length_header == first.length_header
        })
}
