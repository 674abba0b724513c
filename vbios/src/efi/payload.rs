//! The driver of an image.

use alloc::borrow::Cow;

use super::algorithm::Algorithm;
use super::decompress::decompress;
use super::executable::Executable;
use super::header::{Compression, EfiHeader};
use crate::error::{Cause, Result};
use crate::field::{is_padding, offset, u32_at};

/// The driver in the EFI image `image`, ready to load: borrowed if uncompressed, owned if it was
/// compressed.
///
/// # Errors
///
/// If the header points to none, or it cannot be decompressed.
pub fn driver(image: &[u8]) -> Result<Cow<'_, [u8]>> {
    let (compression, bytes) = stored_driver(image)?;
    match compression {
        Compression::NONE => Ok(Cow::Borrowed(bytes)),
        Compression::UEFI => {
            let driver = decompress(bytes, Algorithm::Uefi).map_err(Cause::Decompress)?;
            Ok(Cow::Owned(driver))
        }
        compression => Err(Cause::Compression { compression }.into()),
    }
}

/// The driver in the EFI image `image` as stored, with its compression: a compressed stream with
/// its header, or an executable without trailing padding.
///
/// # Errors
///
/// If the header points to none.
pub(crate) fn stored_driver(image: &[u8]) -> Result<(Compression, &[u8])> {
    let header = EfiHeader::read(image).ok_or(Cause::ImageHeaderCutOff)?;
    let start = usize::from(header.payload_offset);
    let rest = image
        .get(start..header.size.min(image.len()))
        .filter(|rest| !rest.is_empty())
        .ok_or(Cause::NoDriver)?;
    let length = match (header.compression, u32_at(rest, 0)) {
        (Compression::NONE, _) | (_, None) => executable_length(rest),
        (_, Some(packed)) => offset(packed).saturating_add(8),
    };
    Ok((header.compression, rest.get(..length).unwrap_or(rest)))
}

/// Size of the driver that [`driver`] would return for the EFI image `image`, from the driver's own
/// header: a small stream may expand to much more. 0 if there is none.
pub(crate) fn decompressed_size(image: &[u8]) -> usize {
    match stored_driver(image) {
        Ok((Compression::UEFI, stream)) => u32_at(stream, 4).map_or(0, offset),
        _ => 0,
    }
}

/// Length of an executable without trailing padding. Bytes after its sections belong to it, unless
/// they are padding.
fn executable_length(bytes: &[u8]) -> usize {
    let Ok(executable) = Executable::read(bytes) else {
        return bytes.len();
    };
    let after = bytes.get(executable.size..).unwrap_or_default();
    if is_padding(after) {
        executable.size
    } else {
        bytes.len()
    }
}
