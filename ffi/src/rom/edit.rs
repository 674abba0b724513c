//! Edits of option ROMs.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{document, rom_document};
use pci_core::PciId;
use vbios::edit::{self, EditError, Edited, IdPatch, Images, Tail};

use super::read::Rom;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, unwritten};
use crate::status::Status;
use crate::text::{optional_word, to_c, word};

/// An option ROM after an edit, and what the edit changed. Free it with
/// `passthru_rom_edit_free()`; it does not need its ROM.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct RomEdit {
    bytes: Vec<u8>,
    changes: Vec<Change>,
    json: CString,
}

/// One change, with its reason as a string for C.
#[derive(Debug)]
struct Change {
    offset: usize,
    removed: usize,
    inserted: usize,
    why: CString,
}

impl RomEdit {
    pub(super) fn new(edited: Result<Edited, EditError>) -> Result<Self, Error> {
        let edited = edited.map_err(|error| bad_request(&error.to_string()))?;
        let json = document::to_json(&rom_document::edited(&edited)).map_err(unwritten)?;
        let changes = edited.changes.iter().map(|change| Change {
            offset: change.offset,
            removed: change.before.len(),
            inserted: change.after.len(),
            why: to_c(&change.why),
        });
        Ok(Self {
            changes: changes.collect(),
            bytes: edited.bytes,
            json: to_c(&json),
        })
    }
}

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
    make: impl FnOnce(&[u8], Images) -> Result<RomEdit, Error>,
) -> Result<RomEdit, Error> {
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

/// The ids that `ids` says; `name` is the argument's name.
pub(super) fn id_of(ids: &str, name: &str) -> Result<PciId, Error> {
    ids.parse()
        .map_err(|error| bad_request(&format!("{name}: {error}")))
}

/// Writes ids into images; checksums that were right stay right.
///
/// @param rom     the ROM, which stays as it is
/// @param ids     the ids as `vendor:device`, four hex digits each
/// @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
///                `0xfc00`; NULL for all
/// @param out     where the edit is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no edit
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
    out: *mut *mut RomEdit,
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
        let edit = |file: &[u8], images| RomEdit::new(edit::patch_ids(file, images, &patch));
        // SAFETY: the caller promises just this of `rom` and `images`.
        unsafe { edited(rom, images, edit) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Makes the bytes of x86 images add up to 0, by the byte that their vendor has for
/// that. The parameters are those of `passthru_rom_patch_ids()`.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_fix_checksum(
    rom: *const Rom,
    images: *const c_char,
    out: *mut *mut RomEdit,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| RomEdit::new(edit::fix_checksum(file, images, None));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Has the last of the images say that no other follows. The parameters are those of
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
    out: *mut *mut RomEdit,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| RomEdit::new(edit::set_last(file, images));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Takes images out of the chain. The parameters are those of
/// `passthru_rom_patch_ids()`.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` is NULL or ends with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_drop(
    rom: *const Rom,
    images: *const c_char,
    out: *mut *mut RomEdit,
    error: *mut *mut Error,
) -> Status {
    let edit = |file: &[u8], images| RomEdit::new(edit::drop_images(file, images));
    // SAFETY: the caller promises just this of `rom` and `images`.
    let make = || unsafe { edited(rom, images, edit) };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Cuts off what stands in front of the first image, and what stands behind the last
/// as `tail` says.
///
/// @param rom    the ROM, which stays as it is
/// @param tail   `keep`, `pci` or `nvidia`
/// @param out    where the edit is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no edit
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `tail` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_trim(
    rom: *const Rom,
    tail: *const c_char,
    out: *mut *mut RomEdit,
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
        let edit = |file: &[u8], _| RomEdit::new(edit::trim(file, tail));
        // SAFETY: the caller promises just this of `rom`.
        unsafe { edited(rom, ptr::null(), edit) }
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees an edit. NULL is let pass.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_free(edit: *mut RomEdit) {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { release(edit) }
}

/// The bytes of the ROM after the edit; they live as long as the edit. NULL for NULL.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_data(edit: *const RomEdit) -> *const u8 {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { look(edit, ptr::null(), |edit| Some(edit.bytes.as_ptr())) }
}

/// How many bytes `passthru_rom_edit_data()` has.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_length(edit: *const RomEdit) -> usize {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { look(edit, 0, |edit| Some(edit.bytes.len())) }
}

/// The edit as the command prints it with `--json`. NULL for NULL.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_to_json(edit: *const RomEdit) -> *const c_char {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { look(edit, ptr::null(), |edit| Some(edit.json.as_ptr())) }
}

/// How many runs of bytes the edit changed: 0 where there was nothing to change.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_change_count(edit: *const RomEdit) -> usize {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { look(edit, 0, |edit| Some(edit.changes.len())) }
}

/// Looks something up in one change.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
unsafe fn change<R>(
    edit: *const RomEdit,
    change: usize,
    nothing: R,
    field: impl FnOnce(&Change) -> R,
) -> R {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { look(edit, nothing, |edit| edit.changes.get(change).map(field)) }
}

/// Where a change is in the source, in bytes from its start.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_change_offset(
    edit: *const RomEdit,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { change(edit, index, 0, |change| change.offset) }
}

/// How many bytes of the source a change replaces: 0 where bytes were put in.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_change_removed(
    edit: *const RomEdit,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { change(edit, index, 0, |change| change.removed) }
}

/// How many bytes stand there now: 0 where bytes were taken out.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_change_inserted(
    edit: *const RomEdit,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { change(edit, index, 0, |change| change.inserted) }
}

/// Why a change was made. NULL beyond the last.
///
/// # Safety
///
/// `edit` is NULL or an edit that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_edit_change_why(
    edit: *const RomEdit,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or an edit that was not freed.
    unsafe { change(edit, index, ptr::null(), |change| change.why.as_ptr()) }
}
