//! Names for ids.

use std::ffi::c_char;

use pci_core::names::LoadedNames;
use pci_core::{ClassCode, Names, VendorId};

use crate::address::PciIds;
use crate::boundary::{give, object, release};
use crate::error::{Error, failed};
use crate::status::Status;
use crate::text::{array, fit, word};

/// A pci.ids database. Free it with `passthru_names_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct NameDatabase {
    loaded: LoadedNames,
}

/// Reads a pci.ids text, such as `/usr/share/misc/pci.ids`. Where NULL is given for names,
/// those in the library are asked, which need not be read.
///
/// @param data    the text; not used after the call
/// @param length  how many bytes it has
/// @param out     where the names are put; NULL is put there first
/// @param error   where the error is put, or NULL
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
        let loaded = LoadedNames::parse(text).map_err(failed)?;
        Ok(NameDatabase { loaded })
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// Frees names. NULL is let pass.
///
/// # Safety
///
/// `names` is NULL or names that were not freed; they are not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_free(names: *mut NameDatabase) {
    // SAFETY: the caller promises NULL or names that were not freed.
    unsafe { release(names) }
}

/// The date of the database: `2026.10.24`.
///
/// @param names   the names; NULL for those in the library
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_version(
    names: *const NameDatabase,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = Some(names.version());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text, buffer, size) }
}

/// A vendor's name: `NVIDIA Corporation` for 0x10de.
///
/// @param names   the names; NULL for those in the library
/// @param vendor  the vendor's id
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_vendor(
    names: *const NameDatabase,
    vendor: u16,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = names.vendor(VendorId(vendor));
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text, buffer, size) }
}

/// A device's name: `GB206 [GeForce RTX 5060 Ti]`.
///
/// @param names   the names; NULL for those in the library
/// @param ids     its ids
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_device(
    names: *const NameDatabase,
    ids: PciIds,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = names.device(ids.into());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text, buffer, size) }
}

/// A vendor's and a device's name as lspci prints them, with the ids of what has no
/// name: `NVIDIA Corporation Device 2d05`.
///
/// @param names   the names; NULL for those in the library
/// @param ids     the ids
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_device_text(
    names: *const NameDatabase,
    ids: PciIds,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = Some(names.device_text(ids.into()).to_string());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text.as_deref(), buffer, size) }
}

/// A card's name.
///
/// @param names   the names; NULL for those in the library
/// @param ids     the function's ids
/// @param card    the card's ids
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_subsystem(
    names: *const NameDatabase,
    ids: PciIds,
    card: PciIds,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = names.subsystem(ids.into(), card.into());
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text, buffer, size) }
}

/// A class's name as lspci prints it: `VGA compatible controller` for 0x030000.
///
/// @param names   the names; NULL for those in the library
/// @param class_code  the class's 24 bits: configuration space 0x09
/// @param buffer  where the name is put, with a NUL after its end, cut where it does not
/// fit; NULL where `size` is 0
/// @param size    how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_class(
    names: *const NameDatabase,
    class_code: u32,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = Some(
        names
            .class_text(ClassCode::from_u24(class_code))
            .to_string(),
    );
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text.as_deref(), buffer, size) }
}

/// A programming interface's name: `NVM Express` for 0x010802.
///
/// @param names       the names; NULL for those in the library
/// @param class_code  the class's 24 bits: configuration space 0x09
/// @param buffer      where the name is put, with a NUL after its end, cut where it does not
///                    fit; NULL where `size` is 0
/// @param size        how many bytes there are
/// @return how many bytes the whole name has, without the NUL; 0 where there is none
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `buffer` is NULL or has `size` bytes that
/// may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_programming_interface(
    names: *const NameDatabase,
    class_code: u32,
    buffer: *mut c_char,
    size: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    let text = names.prog_if(ClassCode::from_u24(class_code));
    // SAFETY: the caller promises just this of `buffer`.
    unsafe { fit(text, buffer, size) }
}

/// Looks for devices whose names have all of some words, best first.
///
/// @param names     the names; NULL for those in the library
/// @param words     the words, apart by blanks: `rtx 3060`
/// @param ids       where the ids are put; NULL where `capacity` is 0
/// @param capacity  how many have room there
/// @return how many there are, which may be more than `capacity`
///
/// # Safety
///
/// `names` is NULL or names that were not freed; `words` is NULL or ends with a NUL; `ids` is
/// NULL or has room for `capacity` ids.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_names_search(
    names: *const NameDatabase,
    words: *const c_char,
    ids: *mut PciIds,
    capacity: usize,
) -> usize {
    // SAFETY: the caller promises NULL or names that were not freed.
    let Some(names) = (unsafe { names_of(names) }) else {
        return 0;
    };
    // SAFETY: the caller promises that `words` is NULL or ends with a NUL.
    let Ok(words) = (unsafe { word(words, "words") }) else {
        return 0;
    };
    let found = names.search(words);
    if !ids.is_null() {
        for (index, found) in found.iter().enumerate().take(capacity) {
            // SAFETY: `index` is smaller than the room that the caller promises.
            let place = unsafe { ids.add(index) };
            // SAFETY: as above.
            unsafe { place.write(found.id.into()) };
        }
    }
    found.len()
}

/// The names that are asked: those in the library for NULL, and none for what is no living
/// object.
///
/// # Safety
///
/// `names` is NULL or names that are not freed while `'a` lasts.
unsafe fn names_of<'a>(names: *const NameDatabase) -> Option<Names<'a>> {
    if names.is_null() {
        return Some(Names::embedded());
    }
    // SAFETY: the caller promises names that are not freed.
    let names = unsafe { object(names, "names") }.ok()?;
    Some(names.loaded.names())
}
