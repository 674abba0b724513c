//! Reading a listing.

use pci_core::lspci;

use super::damage::Damaged;
use super::record::Row;
use crate::boundary::{give, look, release};
use crate::error::Error;
use crate::status::Status;
use crate::text::{array, utf8};

/// What `lspci` printed, in any of its forms, as records. Free it with
/// `passthru_listing_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Listing {
    pub(super) rows: Vec<Row>,
    pub(super) damage: Vec<Damaged>,
}

/// Reads what `lspci` printed. Any text gives a listing: what is no part of one is passed
/// over, and what was damaged is told by `passthru_listing_damage_line()`.
///
/// @param data    the text, UTF-8; not used after the call. NULL only where `length` is 0
/// @param length  how many bytes it has
/// @param out     where the listing is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or `PASSTHRU_STATUS_NOT_UTF8`
///
/// # Safety
///
/// `data` is NULL or has `length` bytes; `out` and `error` are each NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_parse(
    data: *const u8,
    length: usize,
    out: *mut *mut Listing,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises that `data` has `length` bytes.
        let text = utf8(unsafe { array(data, length, "data") }?, "data")?;
        let listing = lspci::parse(text);
        Ok(Listing {
            rows: listing.records.iter().map(Row::new).collect(),
            damage: listing.damage.iter().map(Damaged::new).collect(),
        })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// How many records the listing has, one a function; 0 for NULL.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_count(listing: *const Listing) -> usize {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe { look(listing, 0, |listing| Some(listing.rows.len())) }
}

/// Frees a listing. NULL is let pass.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_free(listing: *mut Listing) {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe { release(listing) }
}
