//! The functions of C that read a document.

use std::ffi::c_char;
use std::ptr;

use crate::boundary::{look, put, release};
use crate::document::Document;
use crate::value::Value;

/// Returns the text, NUL-terminated and valid as long as the document. NULL for NULL.
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

/// Returns the length of the text in bytes, without the NUL.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_length(document: *const Document) -> usize {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { look(document, 0, |document| Some(document.text.length())) }
}

/// Returns the object of a JSON document; docs/json.md and docs/documents.schema.json describe
/// its fields. It is valid as long as the document; the first call parses the text. NULL for
/// NULL, and for a text that is not JSON.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_value(document: *const Document) -> *const Value {
    let value = |document: &Document| {
        let read = || Value::read(document.text.as_str()).map(Box::new);
        let value = document.value.get_or_init(read).as_deref();
        value.map(ptr::from_ref)
    };
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { look(document, ptr::null(), value) }
}

/// Returns the exit status of the command that prints the document: 0 if nothing needs action,
/// else 1. For `passthru doctor` 1 means a finding with the verdict `blocker`, `fix`,
/// `security` or `impossible`; for others see `COMMAND --help`. 0 for NULL.
///
/// # Safety
///
/// `document` is NULL or a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_exit_status(document: *const Document) -> u32 {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { look(document, 0, |document| Some(document.status)) }
}

/// Returns the bytes of a file that the command writes beside the document: the ROM after an
/// edit, or the extracted parts, in the order of `parts`, `roms` or `images`. Valid as long as
/// the document; NULL if there is none.
///
/// @param document  the document
/// @param index     the number of the file, from 0
/// @param length    receives the number of bytes, or 0; may be NULL
/// @return the bytes
///
/// # Safety
///
/// `document` is NULL or a document that was not freed; `length` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_data(
    document: *const Document,
    index: usize,
    length: *mut usize,
) -> *const u8 {
    let find = |document: &Document| {
        let data = document.data.get(index)?;
        Some((data.as_ptr(), data.len()))
    };
    // SAFETY: the caller promises NULL or a document that was not freed.
    let (start, count) = unsafe { look(document, (ptr::null(), 0), find) };
    // SAFETY: the caller promises that `length` is NULL or may be written.
    unsafe { put(Some(count), length) };
    start
}

/// Frees a document. NULL is a no-op.
///
/// # Safety
///
/// `document` is NULL or a document that a call made and that was not freed; neither it nor
/// a value of it is used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_document_free(document: *mut Document) {
    // SAFETY: the caller promises NULL or a document that was not freed.
    unsafe { release(document) }
}
