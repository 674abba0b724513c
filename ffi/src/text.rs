//! Strings and arrays from C.

use std::ffi::{CStr, c_char};

use crate::error::Error;
use crate::status::Status;

/// A C string that must be there; `name` is the argument's name.
///
/// # Safety
///
/// `text` is NULL or ends with a NUL, and is not changed while `'a` lasts.
pub(crate) unsafe fn word<'a>(text: *const c_char, name: &str) -> Result<&'a str, Error> {
    // SAFETY: the caller promises the same.
    let text = unsafe { bytes(text, name) }?;
    utf8(text.to_bytes(), name)
}

/// A C string that may be NULL.
///
/// # Safety
///
/// As for [`word`].
pub(crate) unsafe fn optional_word<'a>(
    text: *const c_char,
    name: &str,
) -> Result<Option<&'a str>, Error> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller promises the same.
    unsafe { word(text, name) }.map(Some)
}

/// A list of C strings; empty for a count of 0, where the pointer may be NULL.
///
/// # Safety
///
/// `start` is NULL or points to `count` strings, each NULL or with a NUL at its end, and none
/// is changed while `'a` lasts.
pub(crate) unsafe fn words<'a>(
    start: *const *const c_char,
    count: usize,
    name: &str,
) -> Result<Vec<&'a str>, Error> {
    let mut words = Vec::new();
    // SAFETY: the caller promises that `start` is NULL or points to `count` strings.
    for text in unsafe { array(start, count, name) }? {
        // SAFETY: the caller promises that each is NULL or ends with a NUL.
        words.push(unsafe { word(*text, name) }?);
    }
    Ok(words)
}

/// A C string in any encoding, such as a path.
///
/// # Safety
///
/// As for [`word`].
pub(crate) unsafe fn bytes<'a>(text: *const c_char, name: &str) -> Result<&'a CStr, Error> {
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: not NULL, and the caller promises that it ends with a NUL and is not
    // changed.
    Ok(unsafe { CStr::from_ptr(text) })
}

/// An array: empty for a count of 0, where the pointer may be NULL.
///
/// # Safety
///
/// `start` is NULL or points to `count` values, which are not changed while `'a`
/// lasts.
pub(crate) unsafe fn array<'a, T>(
    start: *const T,
    count: usize,
    name: &str,
) -> Result<&'a [T], Error> {
    if count == 0 {
        return Ok(&[]);
    }
    if start.is_null() {
        return Err(null(name));
    }
    // More than an array can hold, such as -1 in a size_t.
    if count
        .checked_mul(size_of::<T>())
        .is_none_or(|size| isize::try_from(size).is_err())
    {
        let message = format!("{name}: expected the count of an array, found {count}");
        return Err(Error::new(Status::BadArgument, &message));
    }
    // SAFETY: not NULL, not larger than an array can be, and the caller promises
    // that so many values are there and are not changed.
    Ok(unsafe { std::slice::from_raw_parts(start, count) })
}

/// The error for an argument that must not be NULL.
pub(crate) fn null(name: &str) -> Error {
    Error::new(
        Status::BadArgument,
        &format!("{name}: expected a value, found NULL"),
    )
}

pub(crate) fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let message = format!("{name}: expected UTF-8, found another byte at offset {offset}");
        Error::new(Status::NotUtf8, &message)
    })
}
