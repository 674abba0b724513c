//! Option ROMs with new images, around EFI drivers.

use std::ffi::c_char;

use pci_core::{ClassCode, DeviceId};
use vbios::Compression;
use vbios::edit::{self, ImageSource};

use super::edit::{bad_request, document_of, id_of};
use super::read::Rom;
use crate::boundary::{give, object};
use crate::document::Document;
use crate::error::Error;
use crate::status::Status;
use crate::text::{array, optional_word};

/// What a new image around an EFI driver says of itself. All zero, the ids and the
/// class are those of the ROM's first image, and the driver is not compressed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NewImage {
    /// The ids of the function that it is for as `vendor:device`, four hex digits
    /// each; NULL for those of the ROM.
    pub ids: *const c_char,
    /// Further devices of the same vendor, in hex with commas between them; NULL for
    /// none.
    pub device_list: *const c_char,
    /// The function's class, six hex digits; NULL for that of the ROM.
    pub class_code: *const c_char,
    /// The vendor's own revision of the code.
    pub revision: u16,
    /// Whether the driver is to be compressed. A signature stays valid either way.
    pub compress: bool,
}

/// Bytes that a ROM is made from: those of another ROM, or of an EFI driver.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RomSource {
    /// The bytes.
    pub data: *const u8,
    /// How many there are.
    pub length: usize,
}

/// What the struct of C says.
///
/// # Safety
///
/// `image` is NULL or points to a struct whose strings are each NULL or end with a NUL.
unsafe fn new_image(image: *const NewImage) -> Result<edit::NewImage, Error> {
    // SAFETY: the caller promises NULL or a struct, which nothing changes.
    let Some(image) = (unsafe { image.as_ref() }) else {
        return Ok(edit::NewImage::default());
    };
    // SAFETY: the caller promises that it is NULL or ends with a NUL.
    let list = unsafe { optional_word(image.device_list, "image.device_list") }?;
    let wrong =
        |name: &str, error: &dyn std::fmt::Display| bad_request(&format!("{name}: {error}"));
    let devices: Result<Vec<DeviceId>, _> = list
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(str::parse)
        .collect();
    // SAFETY: the caller promises that it is NULL or ends with a NUL.
    let class = unsafe { optional_word(image.class_code, "image.class_code") }?;
    let class: Option<ClassCode> = class
        .map(str::parse)
        .transpose()
        .map_err(|error| wrong("image.class_code", &error))?;
    // SAFETY: the caller promises that it is NULL or ends with a NUL.
    let ids = unsafe { optional_word(image.ids, "image.ids") }?;
    Ok(edit::NewImage {
        id: ids.map(|ids| id_of(ids, "image.ids")).transpose()?,
        further_devices: devices.map_err(|error| wrong("image.device_list", &error))?,
        class,
        vendor_revision: image.revision,
        compression: if image.compress {
            Compression::UEFI
        } else {
            Compression::NONE
        },
    })
}

/// Adds an image with an EFI driver behind the others.
///
/// @param rom     the ROM, which stays as it is
/// @param driver  the driver, an executable; not used after the call
/// @param length  how many bytes it is
/// @param image   what the image says of itself; NULL for what the first image says
/// @param out     where the document is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no edit
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `driver` is NULL or has `length` bytes;
/// `image` is NULL or points to a struct whose strings are each NULL or end with a NUL;
/// `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_add_efi(
    rom: *const Rom,
    driver: *const u8,
    length: usize,
    image: *const NewImage,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
        // changes.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `driver` has `length` bytes.
        let driver = unsafe { array(driver, length, "driver") }?;
        // SAFETY: the caller promises just this of `image`.
        let new = unsafe { new_image(image) }?;
        let image = new.around(driver, rom.rom.images.first());
        let image = image.map_err(|error| bad_request(&error.to_string()))?;
        document_of(edit::add_efi(&rom.file, &image))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Makes a ROM of the images of other ROMs and of EFI drivers, in their order. The
/// edit is that of an empty file, a change for each source.
///
/// @param sources  ROMs and drivers: what starts with `MZ` or `VZ` is a driver; not
///                 used after the call
/// @param count    how many there are
/// @param image    what the new images say of themselves; NULL for what the first
///                 image of the first ROM says
/// @param out      where the document is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no edit
///
/// # Safety
///
/// `sources` is NULL or has `count` sources, the data of each NULL or as long as it
/// says; `image` is NULL or points to a struct whose strings are each NULL or end with
/// a NUL; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_build(
    sources: *const RomSource,
    count: usize,
    image: *const NewImage,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `sources` has `count` sources.
        let sources = unsafe { array(sources, count, "sources") }?;
        // SAFETY: the caller promises that the data of each are as long as it says.
        let bytes =
            |source: &RomSource| unsafe { array(source.data, source.length, "sources.data") };
        let files: Vec<&[u8]> = sources.iter().map(bytes).collect::<Result<_, _>>()?;
        // SAFETY: the caller promises just this of `image`.
        let new = unsafe { new_image(image) }?;
        let sources: Result<Vec<_>, _> = ImageSource::of_files(&files, &new).collect();
        document_of(sources.and_then(|sources| edit::build(&sources)))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}
