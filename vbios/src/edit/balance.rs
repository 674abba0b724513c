//! Which byte keeps the sum of an x86 image.

use core::ops::Range;

use super::chain::Place;
use super::draft::Draft;
use crate::error::{Cause, Result};
use crate::field::u16_at;

/// How many equal bytes in front of the last one show that it is no code.
const PADDING: usize = 15;

/// The areas of an x86 image whose bytes add up to 0, from the shortest to the
/// longest; all start where the image does.
///
/// The duty is that of the header's size (PCI Firmware Specification 3.3, section
/// 5.2.1.1). NVIDIA's images of the Maxwell and Pascal generations hold
/// sub-images behind that size, and add up to 0 over the image's whole length,
/// and most over the first sub-image, too.
struct Areas {
    /// The first sub-image, where it adds up to 0 or was made to.
    inner: Option<usize>,
    /// The header's size.
    size: usize,
    /// The image's length, where it is more and has the duty.
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
    /// Each area: where the bytes start that the one before it has not, or that
    /// may be changed for it, and its length.
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

/// The sum of the `length` bytes of the image at `place`.
fn sum(bytes: &[u8], place: Place, length: usize) -> u8 {
    let area = bytes.get(place.offset..place.offset + length);
    let area = area.unwrap_or_default();
    area.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))
}

/// Makes the sums of the x86 image at `place` what they were before the draft
/// changed bytes in its first area: a right sum stays right.
///
/// # Errors
///
/// When no byte is known to be there for that.
pub(super) fn keep(draft: &mut Draft<'_>, source: &[u8], place: Place) -> Result<()> {
    let Some(areas) = Areas::of(source, place) else {
        return Ok(());
    };
    for (from, length) in areas.each() {
        let before = sum(source, place, length);
        let excess = sum(draft.bytes(), place, length).wrapping_sub(before);
        // A byte of the shortest area mends them all.
        if excess != 0 && !subtract(draft, place, from..length, excess)? && length == areas.size {
            return Err(Cause::NoBalanceByte {
                offset: place.offset,
            }
            .into());
        }
    }
    Ok(())
}

/// Makes the bytes of the x86 image at `place` add up to 0, by the byte at `at` or,
/// without one, by that which this vendor's images have for it. An image that
/// already does stays as it is.
///
/// # Errors
///
/// When no byte is known to be there for that, or `at` is none that can be.
pub(super) fn mend(draft: &mut Draft<'_>, place: Place, at: Option<usize>) -> Result<()> {
    let Some(areas) = Areas::of(draft.bytes(), place) else {
        // EFI images have no sum: there is nothing to mend, and no byte for it.
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
        // The same fault in the first sub-image lies there, and is mended there.
        let inner = areas
            .inner
            .filter(|inner| sum(draft.bytes(), place, *inner) == excess);
        let mended = match inner {
            Some(inner) => subtract(draft, place, 0..inner, excess)?,
            None => false,
        };
        if !mended
            && !subtract(draft, place, areas.inner.unwrap_or(0)..areas.size, excess)?
            && !subtract(draft, place, 0..areas.size, excess)?
        {
            return Err(Cause::NoBalanceByte {
                offset: place.offset,
            }
            .into());
        }
    }
    // No program is known to refuse an image for this sum, so that it may stay
    // wrong where no byte is free.
    if let Some(outer) = areas.outer {
        let excess = sum(draft.bytes(), place, outer);
        if excess != 0 {
            subtract(draft, place, areas.size..outer, excess)?;
        }
    }
    Ok(())
}

/// Takes `excess` from the byte within `area` of the image that is there for it;
/// `false` where none is known.
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

/// The offset of the byte within `area` of the image at `place` that is there to
/// make its bytes add up to 0.
///
/// AMD's, which have an `ATOM` table, have it at 0x21. NVIDIA's, SeaBIOS's and Bochs' have it last, behind
/// padding. QEMU and rom-fixer take byte 6, which others use for code.
fn balance_byte(bytes: &[u8], place: Place, area: Range<usize>) -> Option<usize> {
    let image = bytes.get(place.offset..place.end)?;
    let table = u16_at(image, 0x48).map_or(usize::MAX, usize::from);
    let behind = image.get(table.saturating_add(4)..);
    let is_atom = behind.is_some_and(|table| table.starts_with(b"ATOM"));
    if is_atom && area.contains(&0x21) {
        return Some(place.offset + 0x21);
    }
    let padding = image.get(area.end.checked_sub(PADDING + 1)?.max(area.start)..area.end - 1)?;
    let first = padding.first()?;
    if padding.len() == PADDING && padding.iter().all(|byte| byte == first) {
        return Some(place.offset + area.end - 1);
    }
    (area.contains(&6) && image.get(6) == Some(&0)).then_some(place.offset + 6)
}
