//! New chains of images.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::chain::{self, Place};
use super::draft::Draft;
use super::edited::{ByteChange, Edited};
use super::efi_image::EfiImage;
use super::set_last::{Mark, mark};
use crate::error::{Cause, Result};
use crate::field::BLOCK;

/// A part of a new ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageSource<'a> {
    /// The images of another ROM, without the bytes before and after.
    Rom(&'a [u8]),
    /// An EFI driver.
    Driver(EfiImage<'a>),
}

/// Builds a ROM from `sources`, in order: only the last image has the last-image indicator, and
/// valid checksums of x86 images stay valid.
///
/// The result is an edit of an empty file, with a change for each source.
///
/// # Errors
///
/// If `sources` is empty, a source has no image or ends before its images do, no byte is free for
/// the checksum of an x86 image, or as for [`EfiImage::to_bytes`].
pub fn build(sources: &[ImageSource<'_>]) -> Result<Edited> {
    let (last, others) = sources.split_last().ok_or(Cause::NoneLeft)?;
    let words = others.iter().map(|source| (source, Mark::NotLast));
    let mut changes = Vec::new();
    for (source, word) in words.chain([(last, Mark::Last)]) {
        let (bytes, why) = match source {
            ImageSource::Rom(file) => images(file, word)?,
            ImageSource::Driver(image) => (driver(image, word)?, DRIVER.into()),
        };
        changes.push(ByteChange {
            offset: 0,
            before: Vec::new(),
            after: bytes,
            reason: why,
        });
    }
    let bytes = changes.iter().flat_map(|change| &change.after).copied();
    Ok(Edited {
        bytes: bytes.collect(),
        changes,
    })
}

/// Adds an image with an EFI driver after the last image of `file`, whose last-image indicator is
/// cleared. Valid checksums stay valid; the bytes after the chain move back.
///
/// # Errors
///
/// If the file has no image or ends before its images do, no byte is free for an x86 image's
/// checksum, or as for [`EfiImage::to_bytes`].
pub fn add_efi(file: &[u8], image: &EfiImage<'_>) -> Result<Edited> {
    let chain = chain::of(file)?;
    let end = end(&chain)?;
    let mut draft = Draft::new(file);
    mark_all(&mut draft, file, &chain, Mark::NotLast)?;
    draft.insert(end, driver(image, Mark::Last)?, DRIVER);
    Ok(draft.finish())
}

const DRIVER: &str = "an image with an EFI driver";

/// The image of a driver, with the last-image indicator of `word`.
fn driver(image: &EfiImage<'_>, word: Mark) -> Result<Vec<u8>> {
    let bytes = image.to_bytes()?;
    let chain = chain::of(&bytes)?;
    let mut draft = Draft::new(&bytes);
    mark_all(&mut draft, &bytes, &chain, word)?;
    Ok(draft.finish().bytes)
}

/// The images of `file`, the last one with the last-image indicator of `word`.
fn images(file: &[u8], word: Mark) -> Result<(Vec<u8>, String)> {
    let chain = chain::of(file)?;
    let end = end(&chain)?;
    let start = chain.first().map_or(end, |place| place.offset);
    let mut draft = Draft::new(file);
    mark_all(&mut draft, file, &chain, word)?;
    let bytes = draft.bytes().get(start..end).unwrap_or_default().to_vec();
    let count = chain.len();
    let why = match count {
        1 => "the image of a ROM".into(),
        _ => format!("the {count} images of a ROM"),
    };
    Ok((bytes, why))
}

/// End of the chain.
///
/// # Errors
///
/// If the file lacks part of its last image.
fn end(chain: &[Place]) -> Result<usize> {
    let last = chain.last().ok_or(Cause::NoImage)?;
    if last.is_cut_off() || (last.end - last.offset) % BLOCK != 0 {
        return Err(Cause::CutOff { offset: last.end }.into());
    }
    Ok(last.end)
}

/// Sets the last-image indicator of the last image to `word`, and clears the others.
fn mark_all(draft: &mut Draft<'_>, file: &[u8], chain: &[Place], word: Mark) -> Result<()> {
    let Some((last, others)) = chain.split_last() else {
        return Ok(());
    };
    for place in others {
        mark(draft, file, *place, Mark::NotLast)?;
    }
    mark(draft, file, *last, word)
}
