//! The functions of C that read an error.

use std::ffi::c_char;
use std::ptr;

use crate::boundary::{look, release};
use crate::document::Document;
use crate::error::Error;
use crate::status::Status;

/// The status that the call returned; `PASSTHRU_STATUS_OK` for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_status(error: *const Error) -> Status {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, Status::Ok, |error| Some(error.status)) }
}

/// What was expected, what was found and where, on one line as a rule and without a full
/// stop. It lives as long as the error. NULL for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_message(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, ptr::null(), |error| Some(error.message.as_ptr())) }
}

/// All of that as a document, the form `passthru-failure/1`: a stable word for the status
/// (`code`), the file, the line and the bytes that it is about, and what to do (`help`). It
/// lives as long as the error and is not freed. NULL for NULL.
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

/// Frees an error. NULL is let pass.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_free(error: *mut Error) {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { release(error) }
}
