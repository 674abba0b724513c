//! Edits of option ROMs.

use std::ffi::c_char;
use std::ptr;

use passthru::rom_document;
use pci_core::PciId;
use vbios::edit::{self, Edited, IdPatch, Images, Tail};

use super::read::Rom;
use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::Error;
use crate::status::Status;
use crate::text::{optional_word, word};

/// The changes of an edit, in the form `passthru-rom-edit/1`; the data of the document is the
/// ROM after it.
pub(super) fn document_of(edited: vbios::Result<Edited>) -> Result<Document, Error> {
    let edited = edited.map_err(|error| bad_request(&error.to_string()))?;
    let document = Document::of(&rom_document::edited(&edited))?;
    Ok(document.with_data(vec![edited.bytes]))
}

/// The failure of an invalid request.
pub(super) fn bad_request(message: &str) -> Error {
    Error::new(Status::BadRequest, message)
}

/// Calls `make` with the ROM's bytes and the images that `images` names: all of them
/// for NULL.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL.
unsafe fn edited(
    rom: *const Rom,
    images: *const c_char,
    make: impl FnOnce(&[u8], Images) -> Result<Document, Error>,
) -> Result<Document, Error> {
    // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
    // changes.
    let rom = unsafe { object(rom, "rom") }?;
    // SAFETY: the caller promises that `images` is NULL or ends with a NUL.
    make(&rom.file, unsafe { images_of(images) }?)
}

/// The images that `images` names: all of them for NULL.
///
/// # Safety
///
/// `images` is NULL or ends with a NUL.
pub(super) unsafe fn images_of(images: *const c_char) -> Result<Images, Error> {
    // SAFETY: the caller promises that `images` is NULL or ends with a NUL.
    let images = unsafe { optional_word(images, "images") }?;
    let images = images.unwrap_or("all").parse();
    images.map_err(|error| bad_request(&format!("images: {error}")))
}

/// The ID in `ids`; `name` is the argument's name.
pub(super) fn id_of(ids: &str, name: &str) -> Result<PciId, Error> {
    ids.parse()
        .map_err(|error| bad_request(&format!("{name}: {error}")))
}

/// Patches the IDs of images; valid checksums stay valid.
///
/// @param rom     the ROM; it does not change
/// @param ids     the ID as `vendor:device`, four hex digits each
/// @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
///                `0xfc00`; NULL for all
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `ids` and `images` are each NULL or end
/// with a NUL; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_patch_ids(
    rom: *const Rom,
    ids: *const c_char,
    images: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `ids` is NULL or ends with a NUL.
        let ids = unsafe { word(ids, "ids") }?;
        let id = id_of(ids, "ids")?;
        let patch = IdPatch {
            vendor: Some(id.vendor),
            device: Some(id.device),
            ..IdPatch::default()
        };
        let edit = |file: &[u8], images| document_of(edit::patch_ids(file, images, &patch));
        // SAFETY: the caller promises just this of `rom` and `images`.
        unsafe { edited(rom, images, edit) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Fixes the checksum of x86 images, in the vendor's checksum byte. The parameters are those of
/// `passthru_rom_patch_ids()`.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_fix_checksum(
    rom: *const Rom,
    images: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| document_of(edit::fix_checksum(file, images, None));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Sets the last-image indicator in the last of the images only. The parameters are those of
/// `passthru_rom_patch_ids()`.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_set_last(
    rom: *const Rom,
    images: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| document_of(edit::set_last(file, images));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Removes images from the chain. The parameters are those of `passthru_rom_patch_ids()`.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_drop(
    rom: *const Rom,
    images: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| document_of(edit::drop_images(file, images));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Removes the bytes before the first image, and the bytes after the last as set by `tail`.
///
/// @param rom    the ROM; it does not change
/// @param tail   `keep`, `pci` or `nvidia`
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `tail` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_trim(
    rom: *const Rom,
    tail: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `tail` is NULL or ends with a NUL.
        let tail = unsafe { word(tail, "tail") }?;
        let tail = Tail::from_word(tail).ok_or_else(|| {
            bad_request(&format!(
                "tail: expected keep, pci or nvidia, found \"{tail}\""
            ))
        })?;
        let edit = |file: &[u8], _| document_of(edit::trim(file, tail));
        // SAFETY: the caller promises just this of `rom`.
        unsafe { edited(rom, ptr::null(), edit) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
