//! Which image says that no other follows.

use super::balance;
use super::chain::{self, Place};
use super::draft::Draft;
use super::edited::Edited;
use super::images::Images;
use crate::error::{Cause, Result};

/// The bit of the indicator.
const LAST: u8 = 0x80;

/// What an image is to say.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Last,
    NotLast,
}

/// Marks the last of `images` as the last of the chain, and no other image before
/// it (bit 7 of the indicator; PCI Firmware Specification 3.3, section 5.1.2).
/// Sums that were right stay right.
///
/// With [`Images::All`] this closes a chain whose last image says that another
/// follows. Images behind the one that is marked stay in the file, where no
/// program finds them any more.
///
/// # Errors
///
/// When the file has none of `images`, or no byte that keeps an x86 image's sum.
pub fn set_last(file: &[u8], images: Images) -> Result<Edited> {
    let chain = chain::of(file)?;
    let last = images.of(&chain)?.last().map_or(0, |(number, _)| number);
    let mut draft = Draft::new(file);
    for (number, place) in chain.iter().enumerate().take(last + 1) {
        mark(
            &mut draft,
            file,
            *place,
            if number == last {
                Mark::Last
            } else {
                Mark::NotLast
            },
        )?;
    }
    Ok(draft.finish())
}

/// Sets or clears the bit of one image.
///
/// # Errors
///
/// As [`set_last`].
pub(super) fn mark(draft: &mut Draft<'_>, file: &[u8], place: Place, mark: Mark) -> Result<()> {
    let offset = place.indicator();
    let old = *draft.bytes().get(offset).ok_or(Cause::CutOff { offset })?;
    let (new, why) = match mark {
        Mark::Last => (old | LAST, "says that no image follows"),
        Mark::NotLast => (old & !LAST, "says that another image follows"),
    };
    draft.overwrite(offset, &[new], why)?;
    balance::keep(draft, file, place)
}
