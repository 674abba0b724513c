//! Why a call failed.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::Failure;

use crate::boundary::{look, release};
use crate::document::Document;
use crate::status::Status;
use crate::text::to_c;

/// Why a call failed. Free it with `passthru_error_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Error {
    pub(crate) status: Status,
    message: CString,
    document: Option<Document>,
}

impl Error {
    pub(crate) fn new(status: Status, message: &str) -> Self {
        Self::from(Failure::new(status.code(), message))
    }

    /// What it says.
    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        self.message.to_str().unwrap_or_default()
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self {
            status: failure.code.into(),
            message: to_c(&failure.message),
            // No form of this crate makes the writer fail.
            document: Document::of(&failure).ok(),
        }
    }
}

/// The error of a crate, for C: `map_err(failed)`.
pub(crate) fn failed<E>(error: E) -> Error
where
    for<'e> Failure: From<&'e E>,
{
    let failure = Failure::from(&error);
    drop(error);
    failure.into()
}

/// What a JSON writer reports, which none of the forms here makes fail.
pub(crate) fn unwritten(error: impl std::fmt::Display) -> Error {
    Error::new(Status::Internal, &error.to_string())
}

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
