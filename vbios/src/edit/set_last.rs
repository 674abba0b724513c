//! Last-image indicator.

use super::balance;
use super::chain::{self, Place};
use super::draft::Draft;
use super::edited::Edited;
use super::images::Images;
use crate::error::{Cause, Result};

/// The bit of the indicator byte.
const LAST: u8 = 0x80;

/// Value of the last-image indicator.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    Last,
    NotLast,
}

/// Sets the last-image indicator of the last of `images`, and clears those before it (bit 7 of the
/// indicator; PCI Firmware Specification 3.3, section 5.1.2). Valid checksums stay valid.
///
/// [`Images::All`] closes a chain whose last image lacks the indicator. Images after the marked one
/// stay in the file, but no program finds them.
///
/// # Errors
///
/// If the file has none of `images`, or no byte is free for an x86 image's checksum.
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

/// Sets or clears the indicator of an image.
///
/// # Errors
///
/// As for [`set_last`].
pub(super) fn mark(draft: &mut Draft<'_>, file: &[u8], place: Place, mark: Mark) -> Result<()> {
    let offset = place.indicator();
    let old = *draft.bytes().get(offset).ok_or(Cause::CutOff { offset })?;
    let (new, why) = match mark {
        Mark::Last => (old | LAST, "sets the last-image indicator"),
        Mark::NotLast => (old & !LAST, "clears the last-image indicator"),
    };
    draft.overwrite(offset, &[new], why)?;
    balance::keep(draft, file, place)
}
