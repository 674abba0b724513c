//! Removal of images from a chain.

use alloc::format;
use alloc::vec::Vec;

use super::balance;
use super::chain::{self, Place};
use super::draft::Draft;
use super::edited::Edited;
use super::images::Images;
use super::set_last::{Mark, mark};
use crate::error::{Cause, Result};
use crate::image::Image;
use crate::rom::Rom;

/// Removes `images` from the chain. Later images move up; the last remaining image gets the
/// last-image indicator, also in NVIDIA's chain, and valid checksums stay valid.
///
/// The bytes before and after the chain stay. A guest with SeaBIOS runs only x86 images, a guest
/// with OVMF only EFI images: it does not need the other kind.
///
/// # Errors
///
/// If the file has none of `images`, no image would be left, or no byte is free for an x86 image's
/// checksum.
pub fn drop_images(file: &[u8], images: Images) -> Result<Edited> {
    let chain = chain::of(file)?;
    let dropped: Vec<_> = images.of(&chain)?.collect();
    let mut numbers = dropped.iter().map(|(number, _)| *number).peekable();
    let mut left = chain
        .iter()
        .enumerate()
        .filter(move |(number, _)| numbers.next_if_eq(number).is_none())
        .map(|(_, place)| *place)
        .peekable();
    if left.peek().is_none() {
        return Err(Cause::NoneLeft.into());
    }
    let mut draft = Draft::new(file);
    while let Some(place) = left.next() {
        let word = if left.peek().is_some() {
            Mark::NotLast
        } else {
            Mark::Last
        };
        mark(&mut draft, file, place, word)?;
    }
    let places: Vec<_> = dropped.iter().map(|(_, place)| *place).collect();
    close_nvidia_chain(&mut draft, file, &chain, &places)?;
    for (number, place) in dropped {
        let why = format!("image {number}, {}", place.code_type);
        draft.remove(place.offset..place.end, why);
    }
    Ok(draft.finish())
}

/// If the last image of NVIDIA's chain is dropped, marks the preceding one as last.
fn close_nvidia_chain(
    draft: &mut Draft<'_>,
    file: &[u8],
    chain: &[Place],
    dropped: &[Place],
) -> Result<()> {
    let rom = Rom::parse(file);
    let is_dropped = |image: &&Image| containing(dropped, image).is_some();
    let closing = rom.nvidia_images.last().filter(is_dropped);
    if closing.is_none() || rom.end_nvidia().is_none() {
        return Ok(());
    }
    let last = rom
        .nvidia_images
        .iter()
        .rev()
        .find(|image| !is_dropped(image));
    let Some((image, extension)) = last.and_then(|image| Some((image, image.extension?))) else {
        return Ok(());
    };
    let offset = image.offset + extension.offset + 0x0a;
    let old = *draft.bytes().get(offset).ok_or(Cause::CutOff { offset })?;
    draft.overwrite(
        offset,
        &[old | 0x80],
        "sets the last-image indicator of NVIDIA's chain",
    )?;
    match containing(chain, image) {
        Some(place) => balance::keep(draft, file, place),
        None => Ok(()),
    }
}

/// The place in `places`, in the order of the file, that contains `image`.
fn containing(places: &[Place], image: &Image) -> Option<Place> {
    let next = places.partition_point(|place| place.end <= image.offset);
    let place = places.get(next)?;
    (place.offset <= image.offset).then_some(*place)
}
