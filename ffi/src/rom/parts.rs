//! Parts extracted from files: images from option ROMs, and option ROMs from other files.

use std::ffi::c_char;

use passthru::rom_document;
use vbios::Vfct;
use vbios::edit::{self, PartForm};
use vbios::ssdt::{AcpiPath, RomTable};

use super::edit::{bad_request, images_of};
use super::read::Rom;
use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::Error;
use crate::status::Status;
use crate::text::{array, word};

/// Extracts images of a ROM, or the contents of EFI images: the form `passthru-rom-extract/1`,
/// with the parts as data, in order.
///
/// @param rom     the ROM; it does not change
/// @param images  which images, as on the command line: `all`, `legacy`, `efi` or a number
///                from 0; NULL for all
/// @param form    `image` for complete images, or for EFI images `stored` for their content,
///                `driver` for the decompressed driver
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `images` and `form` are each NULL or end with a
/// NUL; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_extract(
    rom: *const Rom,
    images: *const c_char,
    form: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `images` is NULL or ends with a NUL.
        let images = unsafe { images_of(images) }?;
        // SAFETY: the caller promises that `form` is NULL or ends with a NUL.
        let form = unsafe { word(form, "form") }?;
        let form = PartForm::from_word(form).ok_or_else(|| {
            bad_request(&format!(
                "form: expected image, stored or driver, found \"{form}\""
            ))
        })?;
        let taken = edit::extract(&rom.file, images, form)
            .map_err(|error| bad_request(&error.to_string()))?;
        let document = Document::of(&rom_document::extracted(&taken))?;
        Ok(document.with_data(taken.into_iter().map(|part| part.bytes).collect()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Finds the option ROMs in a file, such as a firmware update: the form `passthru-rom-carve/1`,
/// with the ROMs as data, in order.
///
/// @param data    the file; not used after the call
/// @param length  its length in bytes
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_carve(
    data: *const u8,
    length: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let file = unsafe { array(data, length, "data") }?;
        let carved = vbios::carve(file);
        let bytes = |found: &vbios::Carved| {
            let rest = file.get(found.offset..).unwrap_or_default();
            rest.get(..found.length).unwrap_or_default().to_vec()
        };
        let document = Document::of(&rom_document::carved(&carved))?;
        Ok(document.with_data(carved.iter().map(bytes).collect()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Finds the option ROMs in an ACPI table VFCT: the form `passthru-rom-vfct/1`, with the ROMs
/// as data, in order.
///
/// @param data    the table; not used after the call
/// @param length  its length in bytes
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_vfct(
    data: *const u8,
    length: usize,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let table = unsafe { array(data, length, "data") }?;
        let vfct = Vfct::parse(table).map_err(|error| bad_request(&error.to_string()))?;
        let document = Document::of(&rom_document::vfct(&vfct))?;
        let images = vfct.images.iter().map(|image| image.bytes(table).to_vec());
        Ok(document.with_data(images.collect()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Makes an ACPI table with the ROM of a device for a guest (`_ROM`). The document is the ASL
/// source, its data the compiled table.
///
/// @param rom     the ROM; it does not change
/// @param device  the device in the guest: `\_SB.PCI0.S08.S00`
/// @param images  which images, as on the command line: `all`, `legacy`, `efi` or a number
///                from 0; NULL for all
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `device` and `images` are each NULL or end with
/// a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_to_ssdt(
    rom: *const Rom,
    device: *const c_char,
    images: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `device` is NULL or ends with a NUL.
        let device = unsafe { word(device, "device") }?;
        let device: AcpiPath = device
            .parse()
            .map_err(|error| bad_request(&format!("device: {error}")))?;
        // SAFETY: the caller promises that `images` is NULL or ends with a NUL.
        let images = unsafe { images_of(images) }?;
        let rom = edit::extract_adjacent(&rom.file, images)
            .map_err(|error| bad_request(&error.to_string()))?;
        let table = RomTable::new(&rom, device).map_err(|error| bad_request(&error.to_string()))?;
        Ok(Document::text(&table.to_asl()).with_data(vec![table.to_aml()]))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
