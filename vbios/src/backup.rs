//! The second copy of the ROM in flash images.

use crate::field::BLOCK;
use crate::image::Image;

/// A second copy of the ROM after the first: flash chips keep one as a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Backup {
    /// Offset in the file, in bytes: of its flash header if present.
    pub offset: usize,
    /// Offset of its first image, if found.
    pub first_image_offset: Option<usize>,
}

/// Searches a copy of `first`, the first image, after `end`, the end of both chains. Copies are at
/// whole blocks from the first image.
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
