//! Strings for C.

use std::ffi::{CString, c_char};

/// Replacement of a NUL in a string for C: SYMBOL FOR NULL.
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
/// never within a character. Returns the length of the whole text; 0 where there is none.
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
