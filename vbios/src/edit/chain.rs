//! Places within a chain that edits change.

use alloc::vec::Vec;

use crate::code_type::CodeType;
use crate::error::{Cause, Result};
use crate::field::BLOCK;
use crate::image::Image;
use crate::rom::Rom;

/// Place of an image. Offsets are in the file.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) offset: usize,
    /// End of the image, at most the file's end.
    pub(super) end: usize,
    /// Length of the image.
    length: usize,
    /// Offset of its PCI data structure.
    pub(super) structure: usize,
    pub(super) code_type: CodeType,
    /// Length of NVIDIA's first sub-image, from the image's start.
    pub(super) sub_image: Option<usize>,
}

/// The images of `file`, in order.
///
/// # Errors
///
/// If there are none.
pub(super) fn of(file: &[u8]) -> Result<Vec<Place>> {
    let place = |image: &Image| Place {
        offset: image.offset,
        end: image.end_pcir().min(file.len()),
        length: image.length_pcir,
        structure: image.offset + image.structure_offset,
        code_type: image.code_type,
        sub_image: image.length_npde,
    };
    let chain: Vec<Place> = Rom::parse(file).images.iter().map(place).collect();
    if chain.is_empty() {
        return Err(Cause::NoImage.into());
    }
    Ok(chain)
}

impl Place {
    /// Offset of the indicator byte, whose bit 7 marks the last image (PCI Firmware Specification
    /// 3.3, section 5.1.2).
    pub(super) const fn indicator(self) -> usize {
        self.structure + 0x15
    }

    /// Whether the file ends before the image does.
    pub(super) const fn is_cut_off(self) -> bool {
        self.end - self.offset < self.length
    }

    /// Number of bytes in the checksum: the initialization size of an x86 image. `None` for other
    /// images, and if the size is 0 or exceeds the image.
    pub(super) fn summed(self, file: &[u8]) -> Option<usize> {
        if self.code_type != CodeType::X86 {
            return None;
        }
        let size = usize::from(*file.get(self.offset + 2)?) * BLOCK;
        (size > 0 && size <= self.end - self.offset).then_some(size)
    }

    /// Whether the byte at `offset` of the file may be changed for the checksum over the image's
    /// first `size` bytes: it is not in a header field.
    pub(super) fn is_free(self, offset: usize, size: usize) -> bool {
        let header =
            [0..3, 0x18..0x1c].map(|field| self.offset + field.start..self.offset + field.end);
        let structure = self.structure..self.structure + 0x18;
        (self.offset..self.offset + size).contains(&offset)
            && !structure.contains(&offset)
            && header.iter().all(|field| !field.contains(&offset))
    }
}
