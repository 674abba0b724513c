//! An option ROM, read from its card.

use std::ffi::{OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use passthru::rom_dump::dump;

use super::read::Rom;
use crate::address::PciAddress;
use crate::boundary::{give, look};
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::bytes;

/// Reads a card's ROM by the kernel, as `passthru rom dump` does: the kernel's switch of the
/// ROM is set, the ROM read, and the switch taken back whatever comes between. That is all
/// that is written. In a copied tree there is nothing to switch.
///
/// A copy that firmware ran and changed is refused, since it does not serve a guest.
///
/// @param root     `/` for the running host, or a directory with a host's `sys`, in the file
///                 system's encoding
/// @param address  the function whose ROM it is
/// @param out      where the ROM is put; NULL is put there first
/// @param error    where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`; `PASSTHRU_STATUS_BAD_DEVICE` where there is no such
///         function, `PASSTHRU_STATUS_REFUSED` where it has no ROM of its own to read,
///         `PASSTHRU_STATUS_SYSTEM` where reading fails, with what helps
///
/// # Safety
///
/// `root` is NULL or ends with a NUL; `out` and `error` are each NULL or point to a pointer
/// that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_dump(
    root: *const c_char,
    address: PciAddress,
    out: *mut *mut Rom,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `root` is NULL or ends with a NUL.
        let root = unsafe { bytes(root, "root") }?;
        let root = Path::new(OsStr::from_bytes(root.to_bytes()));
        let address = address.checked().ok_or_else(|| {
            let message = "address: expected a device below 32 and a function below 8";
            Error::new(Status::BadArgument, message)
        })?;
        let dump = dump(root, address, &|| false).map_err(failed)?;
        let (rom, _) = dump.judged().map_err(failed)?;
        Ok(Rom::new(rom, dump.bytes))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The bytes of a ROM: of `passthru_rom_dump()` those to write to a file. They live as long
/// as the ROM. NULL for NULL.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_data(rom: *const Rom) -> *const u8 {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, ptr::null(), |rom| Some(rom.file.as_ptr())) }
}

/// How many bytes `passthru_rom_data()` has; 0 for NULL.
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_length(rom: *const Rom) -> usize {
    // SAFETY: the caller promises NULL or a ROM that was not freed.
    unsafe { look(rom, 0, |rom| Some(rom.file.len())) }
}
