//! Chains, made from parts.

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

/// What a new ROM is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageSource<'a> {
    /// The images of another ROM, without what stands before and behind them.
    Rom(&'a [u8]),
    /// An EFI driver.
    Driver(EfiImage<'a>),
}

/// Makes a ROM of `sources`, in their order: each image but the last says that
/// another follows, and the sums of x86 images that were right stay right.
///
/// The result is the change of an empty file, a change for each source.
///
/// # Errors
///
/// When there are no sources, when one has no image or ends before its images do,
/// when no byte is known that keeps the sum of one of its x86 images, or as
/// [`EfiImage::to_bytes`] says.
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

/// Puts an image with an EFI driver behind the last image of `file`, which then says
/// that another follows. Sums that were right stay right; what stands behind the
/// chain moves back.
///
/// # Errors
///
/// When the file has no image or ends before its images do, when no byte is known
/// that keeps an x86 image's sum, or as [`EfiImage::to_bytes`] says.
pub fn add_efi(file: &[u8], image: &EfiImage<'_>) -> Result<Edited> {
    let chain = chain::of(file)?;
    let end = end(&chain)?;
    let mut draft = Draft::new(file);
    mark_all(&mut draft, file, &chain, Mark::NotLast)?;
    draft.insert(end, driver(image, Mark::Last)?, DRIVER);
    Ok(draft.finish())
}

const DRIVER: &str = "an image with an EFI driver";

/// The image of a driver, which says what `word` is.
fn driver(image: &EfiImage<'_>, word: Mark) -> Result<Vec<u8>> {
    let bytes = image.to_bytes()?;
    let chain = chain::of(&bytes)?;
    let mut draft = Draft::new(&bytes);
    mark_all(&mut draft, &bytes, &chain, word)?;
    Ok(draft.finish().bytes)
}

/// The images of `file`, the last of which says what `word` is.
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

/// Where the chain ends.
///
/// # Errors
///
/// When the file has not all of its last image.
fn end(chain: &[Place]) -> Result<usize> {
    let last = chain.last().ok_or(Cause::NoImage)?;
    if last.is_cut_off() || (last.end - last.offset) % BLOCK != 0 {
        return Err(Cause::CutOff { offset: last.end }.into());
    }
    Ok(last.end)
}

/// Marks the last image as `word` says, and the others as not the last.
fn mark_all(draft: &mut Draft<'_>, file: &[u8], chain: &[Place], word: Mark) -> Result<()> {
    let Some((last, others)) = chain.split_last() else {
        return Ok(());
    };
    for place in others {
        mark(draft, file, *place, Mark::NotLast)?;
    }
    mark(draft, file, *last, word)
}
