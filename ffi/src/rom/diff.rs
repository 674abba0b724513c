//! In what two option ROMs differ.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{document, rom_document};

use super::read::Rom;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, unwritten};
use crate::status::Status;
use crate::text::to_c;

/// The fields in which two option ROMs differ. Free it with
/// `passthru_rom_diff_free()`; it does not need its ROMs.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct RomDiff {
    differences: Vec<Difference>,
    json: CString,
}

/// One difference, as strings for C.
#[derive(Debug)]
struct Difference {
    place: CString,
    field: CString,
    left: Option<CString>,
    right: Option<CString>,
}

/// Says in which fields two ROMs differ.
///
/// @param left   the first ROM
/// @param right  the second ROM
/// @param out    where the differences are put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no answer
///
/// # Safety
///
/// `left` and `right` are each NULL or a ROM that was not freed; `out` and `error` are
/// each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_differences(
    left: *const Rom,
    right: *const Rom,
    out: *mut *mut RomDiff,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
        // changes.
        let left = unsafe { object(left, "left") }?;
        // SAFETY: as above.
        let right = unsafe { object(right, "right") }?;
        let found = vbios::diff(&left.rom, &left.file, &right.rom, &right.file);
        let json = document::to_json(&rom_document::differences(&found)).map_err(unwritten)?;
        let difference = |found: &vbios::Difference| Difference {
            place: to_c(&found.place),
            field: to_c(found.field),
            left: found.left.as_deref().map(to_c),
            right: found.right.as_deref().map(to_c),
        };
        Ok(RomDiff {
            differences: found.iter().map(difference).collect(),
            json: to_c(&json),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees differences. NULL is let pass.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed; they are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_free(diff: *mut RomDiff) {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { release(diff) }
}

/// The differences as `passthru rom diff --json` prints them. NULL for NULL.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_to_json(diff: *const RomDiff) -> *const c_char {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { look(diff, ptr::null(), |diff| Some(diff.json.as_ptr())) }
}

/// How many fields differ: 0 where the ROMs are the same.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_count(diff: *const RomDiff) -> usize {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { look(diff, 0, |diff| Some(diff.differences.len())) }
}

/// Looks a string up in one difference.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
unsafe fn text(
    diff: *const RomDiff,
    index: usize,
    field: impl FnOnce(&Difference) -> Option<&CString>,
) -> *const c_char {
    let find = |diff: &RomDiff| {
        let difference = diff.differences.get(index)?;
        field(difference).map(|text| text.as_ptr())
    };
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { look(diff, ptr::null(), find) }
}

/// Where the ROMs differ: `prefix`, `EFI image 1`, `board`, `tail`. NULL beyond the
/// last.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_place(
    diff: *const RomDiff,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { text(diff, index, |difference| Some(&difference.place)) }
}

/// Which field differs there. NULL beyond the last.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_field(
    diff: *const RomDiff,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { text(diff, index, |difference| Some(&difference.field)) }
}

/// What the first ROM has in the field; NULL where it has nothing of the kind, and
/// beyond the last.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_left(
    diff: *const RomDiff,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { text(diff, index, |difference| difference.left.as_ref()) }
}

/// What the second ROM has in the field; NULL as for the first.
///
/// # Safety
///
/// `diff` is NULL or differences that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff_right(
    diff: *const RomDiff,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or differences that were not freed.
    unsafe { text(diff, index, |difference| difference.right.as_ref()) }
}
