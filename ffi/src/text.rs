//! Strings that come in and strings that go out.

use std::ffi::{CStr, CString, c_char};

use crate::error::Error;
use crate::status::Status;

/// What stands in a string for C where the text has a NUL: SYMBOL FOR NULL.
const VISIBLE_NUL: &str = "\u{2400}";

/// A text as a C string. C ends a string at a NUL, so one inside becomes a sign
/// that can be seen.
pub(crate) fn to_c(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| {
        // There is none left, so the default is never taken.
        CString::new(text.replace('\0', VISIBLE_NUL)).unwrap_or_default()
    })
}

/// A text for C: byte for byte, with a NUL after its end.
#[derive(Debug)]
pub(crate) struct ExactText(String);

impl ExactText {
    pub(crate) fn new(text: &str) -> Self {
        let mut ended = String::with_capacity(text.len() + 1);
        ended.push_str(text);
        ended.push('\0');
        Self(ended)
    }

    /// Where it starts.
    pub(crate) fn start(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }

    /// Its bytes, without the NUL at the end.
    pub(crate) fn length(&self) -> usize {
        self.as_str().len()
    }

    /// The text, without the NUL at the end.
    pub(crate) fn as_str(&self) -> &str {
        self.0.strip_suffix('\0').unwrap_or_default()
    }
}

/// Puts a text into C's memory with a NUL after its end, cut where it does not fit, and
/// never within a character. Gives the length of the whole text; 0 where there is none.
///
/// # Safety
///
/// `buffer` is NULL or has `size` bytes that may be written.
pub(crate) unsafe fn fit(text: Option<&str>, buffer: *mut c_char, size: usize) -> usize {
    let text = text.unwrap_or_default();
    if !buffer.is_null() && size > 0 {
        let mut end = text.len().min(size.saturating_sub(1));
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        // SAFETY: `end` is not larger than the text, and smaller than the buffer, which the
        // caller promises may be written; the two do not overlap, since one is a `&str`.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast(), end) };
        // SAFETY: `end` is smaller than the buffer.
        let nul = unsafe { buffer.add(end) };
        // SAFETY: it is within the buffer, which the caller promises may be written.
        unsafe { nul.write(0) };
    }
    text.len()
}

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
    // What no array can hold, such as -1 in a size_t.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_inside_a_string_can_be_seen() {
        assert_eq!(to_c("a\0b").to_str(), Ok("a\u{2400}b"));
        assert_eq!(to_c("").to_bytes(), b"");
    }

    #[test]
    fn a_files_text_keeps_its_nul() {
        let text = ExactText::new("a\0b");
        assert_eq!(
            (text.0.as_str(), text.as_str(), text.length()),
            ("a\0b\0", "a\0b", 3)
        );
    }
}
