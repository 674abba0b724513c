//! NVIDIA flash header before the first image.

use crate::error::{Cause, Result};
use crate::field::{offset, u32_at};

/// NVIDIA flash header ("NVGI"), which points to the first image.
///
/// The layout is that of `nova-core` and the open driver (`drivers/gpu/nova-core/vbios.rs` of
/// Linux, `kgspParseFwsecUcodeFromVbiosImg` of open-gpu-kernel-modules): the word at 4 has the
/// version in bits 15:8 and the size of the fixed part in bits 30:16, the word at 8 the total size
/// in bits 19:0. Versions 1 and 2 have the first image's offset four bytes after the fixed part.
/// Version 3 has the offset of the flash status after the total size; one flash sector of 4096
/// bytes later is a directory ("RFRD") with the first image's offset at 8.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlashHeader {
    /// 1 on Kepler and Maxwell, 2 on Pascal, 3 since Turing.
    pub version: u8,
    /// Size of the fixed part, in bytes.
    pub fixed_size: usize,
    /// Size of the header's data, in bytes.
    pub total_size: usize,
    /// Offset of the first image in the file, in bytes.
    pub first_image_offset: Result<usize>,
}

impl FlashHeader {
    /// Parses the header at the start of `file`; `None` if there is none. A later header belongs to
    /// a second copy.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        if !file.starts_with(b"NVGI") {
            return None;
        }
        let first = u32_at(file, 4)?;
        let [_, version, _, _] = first.to_le_bytes();
        let fixed_size = offset(first >> 16 & 0x7fff);
        let total_size = offset(u32_at(file, 8)? & 0x000f_ffff);
        let first_image = match version {
            1 | 2 => u32_at(file, fixed_size + 4)
                .map(offset)
                .ok_or_else(|| Cause::FlashHeaderCutOff.into()),
            3 => from_directory(file, total_size),
            _ => Err(Cause::FlashHeaderVersion.into()),
        };
        Some(Self {
            version,
            fixed_size,
            total_size,
            first_image_offset: first_image,
        })
    }
}

fn from_directory(file: &[u8], total_size: usize) -> Result<usize> {
    let cut = || Cause::FlashHeaderCutOff;
    let status = u32_at(file, total_size).map(offset).ok_or_else(cut)?;
    // The directory follows one flash sector after the status.
    let at = status.checked_add(4096).ok_or_else(cut)?;
    let directory = file.get(at..).ok_or_else(cut)?;
    match directory.first_chunk() {
        Some(b"RFRD") => u32_at(directory, 8).map(offset).ok_or_else(|| cut().into()),
        Some(_) => Err(Cause::NoDirectory { offset: at }.into()),
        None => Err(cut().into()),
    }
}
