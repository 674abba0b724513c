//! A parsed option ROM, and its verdict.

use std::ffi::{OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use passthru::{rom_document, rom_dump};
use vbios::verify::{CardIds, Guest, Target};

use crate::address::unpacked;
use crate::boundary::{give, look, object, put, release};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::{array, bytes, optional_word};

/// A parsed option ROM. Free it with `passthru_rom_free()`; its documents stay valid.
///
/// Immutable; threads may share it.
pub struct Rom {
    pub(super) file: Vec<u8>,
    pub(super) rom: vbios::Rom,
}

/// Parses an option ROM. Any bytes are accepted: `passthru_rom_verify()` reports defects.
///
/// @param data    the bytes; not used after the call. NULL only if `length` is 0
/// @param length  their number
/// @param out     receives the ROM; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
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
        let rom = vbios::Rom::parse(&file);
        Ok(Rom { file, rom })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Reads the ROM of a card through sysfs, as `passthru rom dump` does: the ROM is enabled, read
/// and disabled again, also after a failure. Nothing else is written. A copied tree needs no
/// switch.
///
/// A copy that the firmware executed and changed is refused, since a guest cannot use it.
///
/// @param root     `/` for the running host, or a directory with the `sys` of a host, in the
///                 file system's encoding
/// @param address  the function, as `passthru_address_parse()` packs it
/// @param out      receives the ROM; set to NULL first
/// @param error    receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`; `PASSTHRU_STATUS_BAD_DEVICE` if there is no such function,
/// `PASSTHRU_STATUS_REFUSED` if it has no readable ROM, `PASSTHRU_STATUS_SYSTEM` if reading
/// fails, with help
///
/// # Safety
///
/// `root` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_dump(
    root: *const c_char,
    address: u64,
    out: *mut *mut Rom,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `root` is NULL or ends with a NUL.
        let root = unsafe { bytes(root, "root") }?;
        let root = Path::new(OsStr::from_bytes(root.to_bytes()));
        let address = unpacked(address).ok_or_else(|| {
            let message = "address: expected a domain of at most 32 bits";
            Error::new(Status::BadArgument, message)
        })?;
        let dump = rom_dump::dump(root, address, &|| false).map_err(failed)?;
        let (rom, _) = dump.judged().map_err(failed)?;
        Ok(Rom {
            file: dump.bytes,
            rom,
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the bytes of the ROM, as parsed or read from the card. Valid as long as the ROM.
/// NULL for NULL.
///
/// @param rom     the ROM
/// @param length  receives the number of bytes, or 0; may be NULL
/// @return the bytes
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `length` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_data(rom: *const Rom, length: *mut usize) -> *const u8 {
    let find = |rom: &Rom| Some((rom.file.as_ptr(), rom.file.len()));
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    let (start, count) = unsafe { look(rom, (ptr::null(), 0), find) };
    // SAFETY: the caller promises that `length` is NULL or may be written.
    unsafe { put(Some(count), length) };
    start
}

/// Frees a ROM. NULL is a no-op.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_free(rom: *mut Rom) {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { release(rom) }
}

/// Returns the images of a ROM: the form `passthru-rom/1`.
///
/// @param rom    the ROM
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_info(
    rom: *const Rom,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let rom = unsafe { object(rom, "rom") }?;
        Ok(Document::of(&rom_document::info(&rom.rom))?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns which consumers accept a ROM for a card and a guest, and the findings: the form
/// `passthru-rom-verify/1`.
///
/// @param rom    the ROM
/// @param ids    the ID of the card as `vendor:device` or `vendor:device:subvendor:subdevice`,
///               four hex digits each; NULL if unknown
/// @param guest  the firmware of the guest: `ovmf`, `seabios` or `both`; NULL if unknown
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `ids` and `guest` are each NULL or end with a
/// NUL; `out` and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_verify(
    rom: *const Rom,
    ids: *const c_char,
    guest: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `ids` is NULL or ends with a NUL.
        let ids = unsafe { optional_word(ids, "ids") }?;
        // SAFETY: the caller promises that `guest` is NULL or ends with a NUL.
        let guest = unsafe { optional_word(guest, "guest") }?;
        let ids: Result<Option<CardIds>, vbios::Error> = ids.map(str::parse).transpose();
        let bad_ids = |error| Error::new(Status::BadRequest, &format!("ids: {error}"));
        let ids = ids.map_err(bad_ids)?;
        let target = Target {
            id: ids.map(|ids| ids.function),
            subsystem: ids.and_then(|ids| ids.subsystem),
            guest: guest.map(guest_of).transpose()?,
            ..Target::default()
        };
        let report = vbios::verify(&rom.rom, &rom.file, &target);
        Ok(Document::of(&rom_document::verification(&report))?.with_problem(report.has_problem()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the fields in which two ROMs differ: the form `passthru-rom-diff/1`.
///
/// @param left   the first ROM
/// @param right  the second ROM
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `left` and `right` are each NULL or a ROM that was not freed; `out` and `error` are each
/// NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_diff(
    left: *const Rom,
    right: *const Rom,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let left = unsafe { object(left, "left") }?;
        // SAFETY: as above.
        let right = unsafe { object(right, "right") }?;
        let found = vbios::diff(&left.rom, &left.file, &right.rom, &right.file);
        Ok(Document::of(&rom_document::differences(&found))?.with_problem(!found.is_empty()))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the output of Alex Williamson's rom-parser for a ROM, as `passthru rom info
/// --rom-parser` prints it.
///
/// @param rom    the ROM
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or the status of the failure
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_to_rom_parser_text(
    rom: *const Rom,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed.
        let rom = unsafe { object(rom, "rom") }?;
        Ok(Document::text(&vbios::rom_parser(&rom.file).text))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

fn guest_of(word: &str) -> Result<Guest, Error> {
    Guest::from_word(word).ok_or_else(|| {
        let expected = Guest::WORDS.join(", ");
        let message = format!("guest: expected one of {expected}, found \"{word}\"");
        Error::new(Status::BadRequest, &message)
    })
}
