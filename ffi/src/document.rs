//! Texts and documents that a call made.

use std::ffi::c_char;
use std::ptr;

use crate::boundary::{look, release};
use crate::text::ExactText;

/// A text that a call made: JSON, HTML, a script, or what lspci prints. Free it with
/// `passthru_document_free()`; it needs nothing that it was made of.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Document {
    text: ExactText,
}

impl Document {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: ExactText::new(text),
        }
    }
}

/// The text, byte for byte and with a NUL after its end. It lives as long as the
/// document. NULL for NULL.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_text(document: *const Document) -> *const c_char {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe {
        look(document, ptr::null(), |document| {
            Some(document.text.start())
        })
    }
}

/// How many bytes the text has, without the NUL at its end.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_length(document: *const Document) -> usize {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { look(document, 0, |document| Some(document.text.length())) }
}

/// Frees a document. NULL is let pass.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_free(document: *mut Document) {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { release(document) }
}
