//! Correction of x86 image checksums.

use super::draft::Draft;
use super::edited::Edited;
use super::images::Images;
use super::{balance, chain};
use crate::error::{Cause, Result};

/// Makes the bytes of the x86 images among `images` add up to 0 modulo 256 (PCI Firmware
/// Specification 3.3, section 5.2.1.1); SeaBIOS ignores an image otherwise. EFI images have no
/// checksum and are unchanged.
///
/// `at` is the offset of the byte to change in the file, which must be in exactly one of the
/// images. By default it is the vendor's checksum byte: 0x21 in AMD images (those with an `ATOM`
/// table); else the last of the summed bytes, if padding precedes it; else byte 6 of the image, if
/// it is 0. NVIDIA images with sub-images after the summed bytes are also balanced as a whole.
///
/// # Errors
///
/// If the file has none of `images`, no byte is known to be free, or `at` is not free.
pub fn fix_checksum(file: &[u8], images: Images, at: Option<usize>) -> Result<Edited> {
    let chain = chain::of(file)?;
    let mut draft = Draft::new(file);
    let mut inside = false;
    for (_, place) in images.of(&chain)? {
        let holds = at.is_none_or(|at| (place.offset..place.end).contains(&at));
        inside |= holds;
        if holds {
            balance::correct(&mut draft, place, at)?;
        }
    }
    match at {
        Some(offset) if !inside => Err(Cause::ByteNotFree { offset }.into()),
        _ => Ok(draft.finish()),
    }
}
