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

/// The header fields of a new image with an EFI driver. If all are zero, the IDs and the class
/// code are those of the first image of the ROM, and the driver is not compressed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NewImage {
    /// The ID of the function as `vendor:device`, four hex digits each; NULL for that of the ROM.
    pub ids: *const c_char,
    /// Further device IDs of the same vendor, in hex, separated by commas; NULL for none.
    pub device_list: *const c_char,
    /// The class code, six hex digits; NULL for that of the ROM.
    pub class_code: *const c_char,
    /// The vendor's revision of the code.
    pub revision: u16,
    /// Whether to compress the driver. A signature stays valid.
    pub compress: bool,
}

/// A source of a new ROM: another ROM, or an EFI driver.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct RomSource {
    /// The bytes.
    pub data: *const u8,
    /// Their number.
    pub length: usize,
}

/// The values of the C struct.
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

/// Appends an image with an EFI driver.
///
/// @param rom     the ROM; it does not change
/// @param driver  the driver, an executable; not used after the call
/// @param length  its length in bytes
/// @param image   the header fields; NULL for those of the first image
/// @param out     receives the document; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
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

/// Builds a ROM from the images of other ROMs and from EFI drivers, in their order. The
/// document has one change for each source.
///
/// @param sources  ROMs and drivers; bytes that start with `MZ` or `VZ` are a driver; not used
///                 after the call
/// @param count    their number
/// @param image    the header fields of new images; NULL for those of the first image of the
///                 first ROM
/// @param out      receives the document; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
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
