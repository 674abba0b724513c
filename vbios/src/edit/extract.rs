//! The parts of a ROM, each by itself.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::chain;
use super::images::Images;
use crate::code_type::CodeType;
use crate::efi::{Algorithm, decompressed_size, driver, stored_driver};
use crate::error::{Cause, Result};

/// What of an image is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartForm {
    /// All of it, as it is in the file.
    Image,
    /// The driver of an EFI image as it is in the file: compressed, where it is.
    Stored,
    /// The driver of an EFI image, ready to load: an executable.
    Driver,
}

impl PartForm {
    /// The form with this word: `image`, `stored` or `driver`.
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

/// A part of a ROM, taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImagePart {
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
/// // A dump with an x86 image of 512 bytes and padding behind it.
/// assert_eq!(Rom::parse(&file).tail_length, 100);
/// let parts = extract(&file, Images::Legacy, PartForm::Image)?;
/// assert_eq!((parts.len(), parts[0].code_type), (1, CodeType::X86));
/// assert_eq!(parts[0].bytes, file[..512]);
/// # Ok::<(), vbios::Error>(())
/// ```
///
/// # Errors
///
/// When the file has none of `images`, ends before an image does, or a driver cannot
/// be decompressed; when a driver is asked for and none of `images` holds one; when
/// several drivers are together larger than [`Algorithm::LARGEST`].
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
                // What is no driver's size is refused without being made.
                made = made.saturating_add(decompressed_size(image));
                if made > Algorithm::LARGEST && !parts.is_empty() {
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

/// Takes `images` out of `file` as one ROM, as they are in the file.
///
/// # Errors
///
/// As [`extract`], and when other images stand between them: nothing may be missing
/// inside a chain.
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
