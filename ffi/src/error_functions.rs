//! The functions of C that read an error.

use std::ffi::c_char;
use std::ptr;

use crate::boundary::{look, release};
use crate::document::Document;
use crate::error::Error;
use crate::status::Status;

/// Returns the status of the failed call; `PASSTHRU_STATUS_OK` for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_status(error: *const Error) -> Status {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, Status::Ok, |error| Some(error.status)) }
}

/// Returns what was expected, what was found and where, mostly one line, without a full stop.
/// Valid as long as the error. NULL for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_message(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, ptr::null(), |error| Some(error.message.as_ptr())) }
}

/// Returns the error as a document, the form `passthru-failure/1`: a stable word for the status
/// (`code`), the file, the line and the bytes concerned, and the next step (`help`). Valid as
/// long as the error; do not free it. NULL for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_document(error: *const Error) -> *const Document {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe {
        look(error, ptr::null(), |error| {
            error.document.as_ref().map(ptr::from_ref)
        })
    }
}

/// Frees an error. NULL is a no-op.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_free(error: *mut Error) {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { release(error) }
}
