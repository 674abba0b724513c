//! Names for ids.

use std::ffi::c_char;

use passthru::{document, names};
use pci_core::names::LoadedNames;
use pci_core::{Names, PciId};

use crate::boundary::{give, optional, release};
use crate::document::Document;
use crate::error::{Error, failed};
use crate::status::Status;
use crate::string_out::fit;
use crate::text::{array, word};

/// A pci.ids database. Free it with `passthru_names_free()`.
///
/// Immutable; threads may share it.
#[derive(Debug)]
pub struct NameDatabase {
    names: names::NameDatabase,
}

/// Reads a pci.ids text, such as `/usr/share/misc/pci.ids`. Functions that take names accept
/// NULL for those in the library.
///
/// @param data    the text; not used after the call
/// @param length  its length in bytes
/// @param out     receives the names; set to NULL first
/// @param error   receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_BAD_TEXT` with the line
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_load(
    data: *const u8,
    length: usize,
    out: *mut *mut NameDatabase,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let text = unsafe { array(data, length, "data") }?.to_vec();
        let names = LoadedNames::parse(text).map_err(failed)?.into();
        Ok(NameDatabase { names })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees names. NULL is a no-op.
///
/// # Safety
///
/// `names` is NULL or names that were not freed; they are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_free(names: *mut NameDatabase) {
    // SAFETY: the caller promises NULL or names that were not freed.
    unsafe { release(names) }
}

/// Returns names for an ID, or IDs for names, the best match first: the form `passthru-ids/1`.
///
/// @param names  the names; NULL for those in the library
/// @param words  an id (`10de:2d04`, with its card `10de:2d04:10b0:205e`), a vendor (`10de`),
///               a class (`0300`, `0c0330`) or words of a name
/// @param out    receives the document; set to NULL first
/// @param error  receives the error; may be NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NO_ENTRY`
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `words` is NULL or ends with a NUL; `out`
/// and `error` are each NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_ids(
    names: *const NameDatabase,
    words: *const c_char,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or names that were not freed.
        let loaded = unsafe { optional(names) };
        let names = loaded.map_or_else(Default::default, |names| names.names.clone());
        // SAFETY: the caller promises that `words` is NULL or ends with a NUL.
        let words = unsafe { word(words, "words") }?;
        let mut found = document::ids(&names, words).ok_or_else(|| {
            let message = format!("expected what a pci.ids names, found \"{words}\"");
            Error::new(Status::NoEntry, &message)
        })?;
        if loaded.is_some() {
            found.database = names.names().version().to_owned();
        }
        Ok(Document::of(&found)?)
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Returns the vendor and device name as lspci prints them, with IDs for missing names: `NVIDIA
/// Corporation Device 2d05`.
///
/// @param names   the names; NULL for those in the library
/// @param vendor  the vendor id
/// @param device  the device id
/// @param buffer  receives the name, NUL-terminated and truncated to `size`; NULL if `size` is
///                0
/// @param size    the size in bytes
/// @return the length of the full name, without the NUL; 0 if there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_device_text(
    names: *const NameDatabase,
    vendor: u16,
    device: u16,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let loaded = unsafe { optional(names) };
    let names = loaded.map_or_else(Names::embedded, |names| names.names.names());
    let text = names.device_text(PciId::new(vendor, device)).to_string();
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(Some(&text), buffer, size) }
}
