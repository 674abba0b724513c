//! Option ROMs as ACPI tables.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use vbios::edit;
use vbios::ssdt::{AcpiPath, RomTable};

use super::edit::{bad_request, images_of};
use super::read::Rom;
use crate::boundary::{give, look, object, release};
use crate::error::Error;
use crate::status::Status;
use crate::text::{to_c, word};

/// An ACPI table whose method `_ROM` hands an option ROM to the driver of a device in
/// a guest. Free it with `passthru_rom_ssdt_free()`; it does not need its ROM.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct RomSsdt {
    rom: Vec<u8>,
    device: AcpiPath,
    aml: Vec<u8>,
    asl: OnceLock<Option<CString>>,
}

/// Makes the table for a device.
///
/// @param rom     the ROM, which stays as it is
/// @param device  the device's full name in the guest, such as `\_SB.PCI0.S08.S00`
/// @param images  `all`, `legacy`, `efi`, an image's number from 0, or its offset as
///                `0xfc00`, and they must stand next to each other; NULL for all
/// @param out     where the table is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no table
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `device` and `images` are each NULL or
/// end with a NUL; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_to_ssdt(
    rom: *const Rom,
    device: *const c_char,
    images: *const c_char,
    out: *mut *mut RomSsdt,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
        // changes.
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
        let table = RomTable::new(&rom, device.clone());
        let aml = table
            .map_err(|error| bad_request(&error.to_string()))?
            .to_aml();
        Ok(RomSsdt {
            rom,
            device,
            aml,
            asl: OnceLock::new(),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a table. NULL is let pass.
///
/// # Safety
///
/// `ssdt` is NULL or a table that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_ssdt_free(ssdt: *mut RomSsdt) {
    // SAFETY: the caller promises NULL or a table that was not freed.
    unsafe { release(ssdt) }
}

/// The bytes of the table, as QEMU's `-acpitable file=` takes them; they live as long
/// as the table. NULL for NULL.
///
/// # Safety
///
/// `ssdt` is NULL or a table that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_ssdt_data(ssdt: *const RomSsdt) -> *const u8 {
    // SAFETY: the caller promises NULL or a table that was not freed.
    unsafe { look(ssdt, ptr::null(), |ssdt| Some(ssdt.aml.as_ptr())) }
}

/// How many bytes `passthru_rom_ssdt_data()` has.
///
/// # Safety
///
/// `ssdt` is NULL or a table that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_ssdt_length(ssdt: *const RomSsdt) -> usize {
    // SAFETY: the caller promises NULL or a table that was not freed.
    unsafe { look(ssdt, 0, |ssdt| Some(ssdt.aml.len())) }
}

/// The source of the table, for `iasl`. NULL for NULL.
///
/// # Safety
///
/// `ssdt` is NULL or a table that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_ssdt_source(ssdt: *const RomSsdt) -> *const c_char {
    let source = |ssdt: &RomSsdt| {
        let make = || {
            let table = RomTable::new(&ssdt.rom, ssdt.device.clone());
            table.ok().map(|table| to_c(&table.to_asl()))
        };
        ssdt.asl
            .get_or_init(make)
            .as_ref()
            .map(|text| text.as_ptr())
    };
    // SAFETY: the caller promises NULL or a table that was not freed.
    unsafe { look(ssdt, ptr::null(), source) }
}
