//! An option ROM, taken apart.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use passthru::{document, rom_document};

use crate::boundary::{give, look, release};
use crate::error::Error;
use crate::status::Status;
use crate::text::{array, to_c};

/// An option ROM, taken apart. Free it with `passthru_rom_free()`; reports that were
/// made of it live on.
///
/// Threads may share it: it does not change.
pub struct Rom {
    pub(super) file: Vec<u8>,
    pub(super) rom: vbios::Rom,
    json: OnceLock<Option<CString>>,
    old_text: OnceLock<CString>,
}

impl Rom {
    /// A ROM, and the bytes that it was read of.
    pub(super) fn new(rom: vbios::Rom, file: Vec<u8>) -> Self {
        Self {
            file,
            rom,
            json: OnceLock::new(),
            old_text: OnceLock::new(),
        }
    }
}

/// Takes the bytes of an option ROM apart. Any bytes give a ROM: what is wrong with
/// them is said by `passthru_rom_verify()`, and without images the count of images
/// is 0.
///
/// @param data    the bytes; they are not used after the call. NULL only where
///                `length` is 0
/// @param length  how many there are
/// @param out     where the ROM is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no ROM
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to
/// a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_parse(
    data: *const u8,
    length: usize,
    out: *mut *mut Rom,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let file = unsafe { array(data, length, "data") }?.to_vec();
        Ok(Rom::new(vbios::Rom::parse(&file), file))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees a ROM. NULL is let pass.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_free(rom: *mut Rom) {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { release(rom) }
}

/// The ROM as `passthru rom info --json` prints it. NULL for NULL.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_to_json(rom: *const Rom) -> *const c_char {
    let json = |rom: &Rom| {
        let make = || {
            let text = document::to_json(&rom_document::info(&rom.rom));
            text.ok().map(|text| to_c(&text))
        };
        rom.json
            .get_or_init(make)
            .as_ref()
            .map(|text| text.as_ptr())
    };
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, ptr::null(), json) }
}

/// The text that Alex Williamson's rom-parser prints of it, as
/// `passthru rom info --rom-parser` does. NULL for NULL.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_to_rom_parser_text(rom: *const Rom) -> *const c_char {
    let text = |rom: &Rom| {
        let make = || to_c(&vbios::rom_parser(&rom.file).text);
        Some(rom.old_text.get_or_init(make).as_ptr())
    };
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, ptr::null(), text) }
}

/// How many bytes stand before the first image: 0 where firmware finds the ROM.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_prefix_length(rom: *const Rom) -> usize {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, 0, |rom| Some(rom.rom.prefix.length)) }
}

/// How many bytes stand behind the last image.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_tail_length(rom: *const Rom) -> usize {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, 0, |rom| Some(rom.rom.tail_length)) }
}
