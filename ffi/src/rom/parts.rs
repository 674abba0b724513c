//! Parts of files, taken out: of option ROMs, and option ROMs of other files.

use std::ffi::{CString, c_char};
use std::fmt::Display;
use std::ptr;

use passthru::{document, rom_document};
use vbios::Vfct;
use vbios::edit::{self, Form};

use super::edit::{bad_request, images_of};
use super::read::Rom;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, unwritten};
use crate::status::Status;
use crate::text::{array, to_c, word};

/// What was taken out of a file: the images of an option ROM or their drivers, or the
/// option ROMs in another file. Free it with `passthru_rom_parts_free()`; it does not
/// need what it was taken from.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct RomParts {
    parts: Vec<Part>,
    json: CString,
}

/// One part, and where it was.
#[derive(Debug)]
struct Part {
    offset: usize,
    bytes: Vec<u8>,
}

impl RomParts {
    fn new(parts: Vec<Part>, json: Result<String, impl Display>) -> Result<Self, Error> {
        let json = json.map_err(unwritten)?;
        let json = to_c(&json);
        Ok(Self { parts, json })
    }
}

/// Takes images out of a ROM, each by itself.
///
/// @param rom     the ROM, which stays as it is
/// @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
///                `0xfc00`; NULL for all
/// @param form    `image` for all of each image; `stored` for the driver of an EFI
///                image as it is in the file; `driver` for that driver, ready to load
/// @param out     where the parts are put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there are no parts
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` and `form` are each NULL or end
/// with a NUL; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_extract(
    rom: *const Rom,
    images: *const c_char,
    form: *const c_char,
    out: *mut *mut RomParts,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
        // changes.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `images` is NULL or ends with a NUL.
        let images = unsafe { images_of(images) }?;
        // SAFETY: the caller promises that `form` is NULL or ends with a NUL.
        let form = unsafe { word(form, "form") }?;
        let form = Form::from_word(form).ok_or_else(|| {
            bad_request(&format!(
                "form: expected image, stored or driver, found \"{form}\""
            ))
        })?;
        let taken = edit::extract(&rom.file, images, form)
            .map_err(|error| bad_request(&error.to_string()))?;
        let json = document::to_json(&rom_document::extracted(&taken));
        let images = &rom.rom.images;
        let part = |part: edit::Part| Part {
            offset: images.get(part.number).map_or(0, |image| image.offset),
            bytes: part.bytes,
        };
        RomParts::new(taken.into_iter().map(part).collect(), json)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Finds the option ROMs inside another file, such as the firmware of a board.
/// Firmware has most of them compressed; such are not found. Where there are none,
/// the count of parts is 0.
///
/// @param data    the bytes of the file; they are not used after the call. NULL only
///                where `length` is 0
/// @param length  how many there are
/// @param out     where the parts are put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there are no parts
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
/// a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_carve(
    data: *const u8,
    length: usize,
    out: *mut *mut RomParts,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let file = unsafe { array(data, length, "data") }?;
        let carved = vbios::carve(file);
        let part = |found: &vbios::Carved| {
            let rest = file.get(found.offset..).unwrap_or_default();
            Part {
                offset: found.offset,
                bytes: rest.get(..found.length).unwrap_or_default().to_vec(),
            }
        };
        let parts = carved.iter().map(part).collect();
        RomParts::new(parts, document::to_json(&rom_document::carved(&carved)))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Takes the video BIOSes out of an ACPI table VFCT, by which AMD's firmware hands
/// them to the operating system: on Linux `/sys/firmware/acpi/tables/VFCT`.
///
/// @param data    the bytes of the table; they are not used after the call
/// @param length  how many there are
/// @param out     where the parts are put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there are no parts
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
/// a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_vfct(
    data: *const u8,
    length: usize,
    out: *mut *mut RomParts,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let table = unsafe { array(data, length, "data") }?;
        let vfct = Vfct::parse(table).map_err(|error| bad_request(&error.to_string()))?;
        let part = |image: &vbios::VfctImage| Part {
            offset: image.offset,
            bytes: image.bytes(table).to_vec(),
        };
        let parts = vfct.images.iter().map(part).collect();
        RomParts::new(parts, document::to_json(&rom_document::vfct(&vfct)))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees parts. NULL is let pass.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed; they are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_free(parts: *mut RomParts) {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { release(parts) }
}

/// How many parts there are.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_count(parts: *const RomParts) -> usize {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { look(parts, 0, |parts| Some(parts.parts.len())) }
}

/// The parts as the command prints them with `--json`: `passthru rom extract`, `carve`
/// or `vfct`. NULL for NULL.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_to_json(parts: *const RomParts) -> *const c_char {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { look(parts, ptr::null(), |parts| Some(parts.json.as_ptr())) }
}

/// Looks something up in one part.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
unsafe fn part<R>(
    parts: *const RomParts,
    index: usize,
    nothing: R,
    field: impl FnOnce(&Part) -> R,
) -> R {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { look(parts, nothing, |parts| parts.parts.get(index).map(field)) }
}

/// The bytes of a part; they live as long as the parts. NULL beyond the last.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_data(
    parts: *const RomParts,
    index: usize,
) -> *const u8 {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { part(parts, index, ptr::null(), |part| part.bytes.as_ptr()) }
}

/// How many bytes `passthru_rom_parts_data()` has; 0 beyond the last.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_length(parts: *const RomParts, index: usize) -> usize {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { part(parts, index, 0, |part| part.bytes.len()) }
}

/// Where a part was in the file, in bytes from its start; of a driver, where its image
/// starts. 0 beyond the last.
///
/// # Safety
///
/// `parts` is NULL or parts that were not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parts_offset(parts: *const RomParts, index: usize) -> usize {
    // SAFETY: the caller promises NULL or parts that were not freed.
    unsafe { part(parts, index, 0, |part| part.offset) }
}
