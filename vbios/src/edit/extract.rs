//! The parts of a ROM, each by itself.

use alloc::vec::Vec;

use super::chain;
use super::error::EditError;
use super::images::Images;
use crate::code_type::CodeType;
use crate::efi::{Algorithm, Compression, EfiHeader, Executable, decompress};
use crate::field::{offset, u32_at};

/// What of an image is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// All of it, as it is in the file.
    Image,
    /// The driver of an EFI image as it is in the file: compressed, where it is.
    Stored,
    /// The driver of an EFI image, ready to load: an executable.
    Driver,
}

/// A part of a ROM, taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The image's place in [`Rom::images`](crate::Rom::images), from 0.
    pub number: usize,
    /// Which kind of machine it is for.
    pub code_type: CodeType,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Takes `images` out of `file`, each by itself. Where `form` is about drivers,
/// images that hold none are passed over.
///
/// # Errors
///
/// When the file has none of `images`, ends before an image does, or a driver cannot
/// be decompressed; when a driver is asked for and none of `images` holds one.
pub fn extract(file: &[u8], images: Images, form: Form) -> Result<Vec<Part>, EditError> {
    let chain = chain::of(file)?;
    let mut parts = Vec::new();
    for (number, place) in images.of(&chain)? {
        let image = file.get(place.offset..place.end).unwrap_or_default();
        if place.is_cut_off() {
            return Err(EditError::CutOff { offset: place.end });
        }
        let bytes = match form {
            Form::Image => image.to_vec(),
            _ if place.code_type != CodeType::EFI => continue,
            Form::Stored => stored(image, place.offset)?.1.to_vec(),
            Form::Driver => driver(image, place.offset)?,
        };
        parts.push(Part {
            number,
            code_type: place.code_type,
            bytes,
        });
    }
    if parts.is_empty() {
        let images = chain.len();
        let wanted = Images::Efi;
        return Err(EditError::NoSuchImage { wanted, images });
    }
    Ok(parts)
}

/// The driver of the EFI image at `at`, ready to load.
fn driver(image: &[u8], at: usize) -> Result<Vec<u8>, EditError> {
    let (compression, bytes) = stored(image, at)?;
    match compression {
        Compression::NONE => Ok(bytes.to_vec()),
        Compression::UEFI => decompress(bytes, Algorithm::Uefi)
            .map_err(|error| EditError::Decompress { offset: at, error }),
        compression => Err(EditError::Compression {
            offset: at,
            compression,
        }),
    }
}

/// The driver in the EFI image at `at` as it is stored: a compressed stream with its
/// header, or an executable without the padding behind it.
fn stored(image: &[u8], at: usize) -> Result<(Compression, &[u8]), EditError> {
    let cut_off = EditError::CutOff { offset: at };
    let header = EfiHeader::read(image).ok_or(cut_off)?;
    let rest = image
        .get(usize::from(header.payload_offset)..header.size.min(image.len()))
        .ok_or(EditError::NoDriver { offset: at })?;
    let length = if header.compression == Compression::NONE {
        executable_length(rest)
    } else {
        let packed = offset(u32_at(rest, 0).ok_or(cut_off)?);
        packed.saturating_add(8)
    };
    Ok((header.compression, rest.get(..length).unwrap_or(rest)))
}

/// How long an executable in front of padding is. What stands behind its parts is
/// its own, unless it is all alike.
fn executable_length(bytes: &[u8]) -> usize {
    let Ok(executable) = Executable::read(bytes) else {
        return bytes.len();
    };
    let behind = bytes.get(executable.size..).unwrap_or_default();
    let is_padding = [0x00, 0xff]
        .iter()
        .any(|padding| behind.iter().all(|byte| byte == padding));
    if is_padding {
        executable.size
    } else {
        bytes.len()
    }
}
