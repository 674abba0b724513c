//! Extraction of images and drivers.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::chain;
use super::images::Images;
use crate::code_type::CodeType;
use crate::efi::{Algorithm, decompressed_size, driver, stored_driver};
use crate::error::{Cause, Result};

/// The part of an image to extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartForm {
    /// The whole image, as in the file.
    Image,
    /// The driver of an EFI image, as in the file (may be compressed).
    Stored,
    /// The driver of an EFI image, decompressed: an executable.
    Driver,
}

impl PartForm {
    /// Parses `image`, `stored` or `driver`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "image" => Some(Self::Image),
            "stored" => Some(Self::Stored),
            "driver" => Some(Self::Driver),
            _ => None,
        }
    }
}

/// An extracted part of a ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImagePart {
    /// Index in [`Rom::images`](crate::Rom::images), from 0.
    pub number: usize,
    /// Code type of the image.
    pub code_type: CodeType,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Extracts each of `images` from `file`. If `form` is a driver, images without one are skipped.
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
/// # file.extend([0xff; 100]);
/// use vbios::edit::{PartForm, Images, extract};
/// use vbios::{CodeType, Rom};
/// // A dump with an x86 image of 512 bytes followed by padding.
/// assert_eq!(Rom::parse(&file).tail_length, 100);
/// let parts = extract(&file, Images::Legacy, PartForm::Image)?;
/// assert_eq!((parts.len(), parts[0].code_type), (1, CodeType::X86));
/// assert_eq!(parts[0].bytes, file[..512]);
/// # Ok::<(), vbios::Error>(())
/// ```
///
/// # Errors
///
/// If the file has none of `images` or ends before an image does; if a driver cannot be
/// decompressed, or no selected image has one; if the drivers together exceed
/// [`Algorithm::MAX_SIZE`].
pub fn extract(file: &[u8], images: Images, form: PartForm) -> Result<Vec<ImagePart>> {
    let chain = chain::of(file)?;
    let mut parts = Vec::new();
    let mut made = 0_usize;
    for (number, place) in images.of(&chain)? {
        let image = file.get(place.offset..place.end).unwrap_or_default();
        if place.is_cut_off() {
            return Err(Cause::CutOff { offset: place.end }.into());
        }
        let offset = place.offset;
        let fault = |error| Cause::Driver { offset, error };
        let bytes = match form {
            PartForm::Image => image.to_vec(),
            _ if place.code_type != CodeType::EFI => continue,
            PartForm::Stored => stored_driver(image).map_err(fault)?.1.to_vec(),
            PartForm::Driver => {
                // An excessive size is rejected before decompression.
                made = made.saturating_add(decompressed_size(image));
                if made > Algorithm::MAX_SIZE && !parts.is_empty() {
                    return Err(Cause::TooLarge { size: made }.into());
                }
                driver(image).map_err(fault)?.into_owned()
            }
        };
        parts.push(ImagePart {
            number,
            code_type: place.code_type,
            bytes,
        });
    }
    if parts.is_empty() {
        let images = chain.len();
        let wanted = Images::Efi.to_string().into();
        return Err(Cause::NoSuchImage { wanted, images }.into());
    }
    Ok(parts)
}

/// Extracts `images` from `file` as one ROM, unchanged.
///
/// # Errors
///
/// As for [`extract`], and if other images are between them: a chain must be contiguous.
pub fn extract_adjacent(file: &[u8], images: Images) -> Result<Vec<u8>> {
    let parts = extract(file, images, PartForm::Image)?;
    let next_to = |pair: &[ImagePart]| matches!(pair, [a, b] if a.number + 1 == b.number);
    if !parts.windows(2).all(next_to) {
        return Err(Cause::NotAdjacent {
            wanted: images.to_string().into(),
        }
        .into());
    }
    Ok(parts.into_iter().flat_map(|part| part.bytes).collect())
}
