//! What is wrong with a listing, and left it readable.

use std::ffi::{CString, c_char};
use std::ptr;

use pci_core::lspci::Damage;

use super::read::Listing;
use crate::boundary::look;
use crate::text::to_c;

/// Something wrong with a listing, as C sees it.
#[derive(Debug)]
pub(super) struct Damaged {
    line: u32,
    kind: CString,
}

impl Damaged {
    pub(super) fn new(damage: &Damage) -> Self {
        Self {
            line: damage.line,
            kind: to_c(damage.kind.word()),
        }
    }
}

/// How many lines were damaged and read all the same.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_damage_count(listing: *const Listing) -> usize {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe { look(listing, 0, |listing| Some(listing.damage.len())) }
}

/// The number of a damaged line, from 1; 0 where there is none.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_damage_line(
    listing: *const Listing,
    index: usize,
) -> u32 {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe { look(listing, 0, |listing| Some(listing.damage.get(index)?.line)) }
}

/// What is wrong with it: `lost-line-breaks`, `cut-name`, `orphan-field`,
/// `rewritten` or `wrapped`;
/// others may be added. NULL where there is none.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_damage_kind(
    listing: *const Listing,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe {
        look(listing, ptr::null(), |listing| {
            Some(listing.damage.get(index)?.kind.as_ptr())
        })
    }
}
