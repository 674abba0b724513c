//! The byte that corrects the checksum of an x86 image.

use core::ops::Range;

use super::chain::Place;
use super::draft::Draft;
use crate::error::{Cause, Result};
use crate::field::u16_at;

/// Number of equal preceding bytes that identify the last byte as padding.
const PADDING: usize = 15;

/// The areas of an x86 image whose bytes add up to 0, shortest first; all start at the image's
/// start.
///
/// Required is the initialization size (PCI Firmware Specification 3.3, section 5.2.1.1). NVIDIA
/// images of the Maxwell and Pascal generations have sub-images after it, and also add up to 0 over
/// the image's length, and most over the first sub-image.
struct Areas {
    /// End of the first sub-image, if it adds up to 0 or was made to.
    inner: Option<usize>,
    /// Initialization size.
    size: usize,
    /// Image length, if larger and also balanced.
    outer: Option<usize>,
}

impl Areas {
    fn of(file: &[u8], place: Place) -> Option<Self> {
        let size = place.summed(file)?;
        let length = place.end - place.offset;
        Some(Self {
            inner: place.sub_image.filter(|inner| *inner > 0 && *inner < size),
            size,
            outer: place
                .sub_image
                .filter(|inner| *inner < length && length > size)
                .map(|_| length),
        })
    }
}

impl Areas {
    /// Each area: the start of its bytes beyond the previous area, or of those free to change, and
    /// its length.
    fn each(&self) -> impl Iterator<Item = (usize, usize)> {
        let outer = self.outer.map(|outer| (self.size, outer));
        [
            self.inner.map(|inner| (0, inner)),
            Some((0, self.size)),
            outer,
        ]
        .into_iter()
        .flatten()
    }
}

/// Sum of the `length` bytes of the image at `place`.
fn sum(bytes: &[u8], place: Place, length: usize) -> u8 {
    let area = bytes.get(place.offset..place.offset + length);
    let area = area.unwrap_or_default();
    area.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// Restores the sums of the x86 image at `place` to those before the draft changed bytes in its
/// first area, with the vendor's checksum byte: a valid checksum stays valid.
///
/// # Errors
///
/// If no byte is known to be free for that.
pub(super) fn keep(draft: &mut Draft<'_>, source: &[u8], place: Place) -> Result<()> {
    keep_at(draft, source, place, None)
}

/// As [`keep`], with the byte at `at`.
///
/// # Errors
///
/// If no byte is known to be free for that, or `at` is not.
pub(super) fn keep_at(
    draft: &mut Draft<'_>,
    source: &[u8],
    place: Place,
    at: Option<usize>,
) -> Result<()> {
    let Some(areas) = Areas::of(source, place) else {
        return Ok(());
    };
    if let Some(at) = at {
        if !place.is_free(at, areas.size) {
            return Err(Cause::ByteNotFree { offset: at }.into());
        }
        let before = sum(source, place, areas.size);
        let excess = sum(draft.bytes(), place, areas.size).wrapping_sub(before);
        return add(draft, at, excess.wrapping_neg());
    }
    for (from, length) in areas.each() {
        let before = sum(source, place, length);
        let excess = sum(draft.bytes(), place, length).wrapping_sub(before);
        // A byte of the shortest area corrects all areas.
        if excess != 0 && !subtract(draft, place, from..length, excess)? && length == areas.size {
            return Err(Cause::NoBalanceByte {
                offset: place.offset,
            }
            .into());
        }
    }
    Ok(())
}

/// Makes the bytes of the x86 image at `place` add up to 0, with the byte at `at` or the vendor's
/// checksum byte. A valid image is unchanged.
///
/// # Errors
///
/// If no byte is known to be free for that, or `at` is not.
pub(super) fn correct(draft: &mut Draft<'_>, place: Place, at: Option<usize>) -> Result<()> {
    let Some(areas) = Areas::of(draft.bytes(), place) else {
        // EFI images have no checksum.
        return at.map_or(Ok(()), |offset| Err(Cause::ByteNotFree { offset }.into()));
    };
    let excess = sum(draft.bytes(), place, areas.size);
    if let Some(at) = at {
        if !place.is_free(at, areas.size) {
            return Err(Cause::ByteNotFree { offset: at }.into());
        }
        return add(draft, at, excess.wrapping_neg());
    }
    if excess != 0 {
        // An error of the first sub-image is inside it, and is corrected there.
        let inner = areas
            .inner
            .filter(|inner| sum(draft.bytes(), place, *inner) == excess);
        let corrected = match inner {
            Some(inner) => subtract(draft, place, 0..inner, excess)?,
            None => false,
        };
        if !corrected
            && !subtract(draft, place, areas.inner.unwrap_or(0)..areas.size, excess)?
            && !subtract(draft, place, 0..areas.size, excess)?
        {
            return Err(Cause::NoBalanceByte {
                offset: place.offset,
            }
            .into());
        }
    }
    // No known program checks this sum, so it may stay wrong if no byte is free.
    if let Some(outer) = areas.outer {
        let excess = sum(draft.bytes(), place, outer);
        if excess != 0 {
            subtract(draft, place, areas.size..outer, excess)?;
        }
    }
    Ok(())
}

/// Subtracts `excess` from the checksum byte within `area` of the image; `false` if none is known.
fn subtract(draft: &mut Draft<'_>, place: Place, area: Range<usize>, excess: u8) -> Result<bool> {
    let Some(at) = balance_byte(draft.bytes(), place, area) else {
        return Ok(false);
    };
    add(draft, at, excess.wrapping_neg())?;
    Ok(true)
}

fn add(draft: &mut Draft<'_>, at: usize, what: u8) -> Result<()> {
    let old = *draft.bytes().get(at).ok_or(Cause::CutOff { offset: at })?;
    draft.overwrite(
        at,
        &[old.wrapping_add(what)],
        "makes the image's bytes add up to 0",
    )
}

/// Offset of the checksum byte within `area` of the image at `place`.
///
/// In AMD images, which have an `ATOM` table, it is at 0x21. In NVIDIA, SeaBIOS and Bochs images it
/// is the last byte, after padding. QEMU and rom-fixer use byte 6, which is code in other images.
fn balance_byte(bytes: &[u8], place: Place, area: Range<usize>) -> Option<usize> {
    let image = bytes.get(place.offset..place.end)?;
    let table = u16_at(image, 0x48).map_or(usize::MAX, usize::from);
    let after = image.get(table.saturating_add(4)..);
    let is_atom = after.is_some_and(|table| table.starts_with(b"ATOM"));
    if is_atom && area.contains(&0x21) {
        return Some(place.offset + 0x21);
    }
    let padding = image.get(area.end.checked_sub(PADDING + 1)?.max(area.start)..area.end - 1)?;
    // NVIDIA also pads with an instruction of three bytes.
    let repeats = |period| {
        let (shifted, start) = (padding.iter().skip(period), padding.iter());
        shifted.zip(start).all(|(one, other)| one == other)
    };
    if padding.len() == PADDING && (1..=3).any(repeats) {
        return Some(place.offset + area.end - 1);
    }
    // After a jump, an otherwise empty reserved field has the checksum of an earlier edit.
    let reserved = image.get(7..0x18)?;
    let jumps = matches!(image.get(3), Some(0xe9 | 0xeb));
    let empty = image.get(6) == Some(&0) || (jumps && reserved.iter().all(|byte| *byte == 0));
    (area.contains(&6) && empty).then_some(place.offset + 6)
}
