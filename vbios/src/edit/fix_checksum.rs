//! The sum that BIOSes want of an x86 image.

use super::draft::Draft;
use super::edited::Edited;
use super::error::EditError;
use super::images::Images;
use super::{balance, chain};

/// Makes the bytes of the x86 images among `images` add up to 0 modulo 256 (PCI
/// Firmware Specification 3.3, section 5.2.1.1); SeaBIOS drops an image whose
/// bytes do not. EFI images have no such duty and are never touched.
///
/// `at` names the byte to change, in bytes from the start of the file, which then
/// must be in exactly one of the images. Without it the byte is the one that the
/// image's vendor has for it: 0x21 of AMD's images (those with an `ATOM` table);
/// else the last of the summed bytes, if padding stands before it; else byte 6 of
/// the image, if it is 0. NVIDIA's images with sub-images behind the summed bytes
/// are made to add up to 0 as a whole, too.
///
/// # Errors
///
/// When the file has none of `images`, when none of those bytes is known to be
/// free, or when `at` is not.
pub fn fix_checksum(file: &[u8], images: Images, at: Option<usize>) -> Result<Edited, EditError> {
    let chain = chain::of(file)?;
    let mut draft = Draft::new(file);
    let mut inside = false;
    for (_, place) in images.of(&chain)? {
        let holds = at.is_none_or(|at| (place.offset..place.end).contains(&at));
        inside |= holds;
        if holds {
            balance::mend(&mut draft, place, at)?;
        }
    }
    match at {
        Some(offset) if !inside => Err(EditError::ByteNotFree { offset }),
        _ => Ok(draft.finish()),
    }
}
