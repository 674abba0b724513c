//! The header that NVIDIA's flash images have in front of the first image.

use crate::field::{offset, u32_at};

/// Where the header at the start of `file` says that the first image is; `None`
/// without such a header, or when it does not say.
///
/// The layout is what `nova-core` and the open driver read
/// (`drivers/gpu/nova-core/vbios.rs` of Linux, `kgspParseFwsecUcodeFromVbiosImg`
/// of open-gpu-kernel-modules): the word at 4 has the version in bits 15:8 and
/// the fixed part's size in bits 30:16, the word at 8 the total size in bits
/// 19:0.
pub(crate) fn first_image(file: &[u8]) -> Option<usize> {
    if !has_header(file) {
        return None;
    }
    let first = u32_at(file, 4)?;
    let fixed_size = offset(first >> 16 & 0x7fff);
    match first >> 8 & 0xff {
        1 | 2 => u32_at(file, fixed_size.checked_add(4)?).map(offset),
        3 => {
            let total_size = offset(u32_at(file, 8)? & 0x000f_ffff);
            let status = offset(u32_at(file, total_size)?);
            // The directory follows one flash sector after the status.
            let directory = status.checked_add(4096)?;
            if file.get(directory..)?.first_chunk() != Some(b"RFRD") {
                return None;
            }
            u32_at(file, directory.checked_add(8)?).map(offset)
        }
        _ => None,
    }
}

/// Whether `file` starts with the header's signature.
pub(crate) fn has_header(file: &[u8]) -> bool {
    file.starts_with(b"NVGI")
}
