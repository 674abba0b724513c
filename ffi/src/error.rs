//! Why a call failed.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{Failure, document};

use crate::boundary::{look, release};
use crate::status::Status;
use crate::text::to_c;

/// Why a call failed. Free it with `passthru_error_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Error {
    pub(crate) status: Status,
    code: CString,
    message: CString,
    file: Option<CString>,
    line: u32,
    span: Option<(usize, usize)>,
    help: Option<CString>,
    json: CString,
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
        // No form of this crate makes the writer fail.
        let json = document::to_json(&failure).unwrap_or_default();
        Self {
            status: failure.code.into(),
            code: to_c(failure.code.word()),
            message: to_c(&failure.message),
            file: failure.file.as_deref().map(to_c),
            line: failure.line.unwrap_or(0),
            span: failure.span.map(|span| (span.start, span.end)),
            help: failure.help.as_deref().map(to_c),
            json: to_c(&json),
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

/// The stable word for the status: `bad-device`. It lives as long as the error. NULL for
/// NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_code(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, ptr::null(), |error| Some(error.code.as_ptr())) }
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

/// The file or text that the error is about; NULL where it is about none.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_file(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe {
        look(error, ptr::null(), |error| {
            error.file.as_ref().map(|file| file.as_ptr())
        })
    }
}

/// The line in that file, from 1; 0 where it is about no line.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_line(error: *const Error) -> u32 {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, 0, |error| Some(error.line)) }
}

/// Where the bytes that are wrong start, from 0: in that line, or without a line in the
/// word that was given. `SIZE_MAX` where that is not known.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_span_start(error: *const Error) -> usize {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe {
        look(error, usize::MAX, |error| {
            error.span.map(|(start, _)| start)
        })
    }
}

/// Behind the last byte that is wrong; `SIZE_MAX` where that is not known.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_span_end(error: *const Error) -> usize {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, usize::MAX, |error| error.span.map(|(_, end)| end)) }
}

/// What could be given instead, or what to do; NULL where nothing is known.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_help(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe {
        look(error, ptr::null(), |error| {
            error.help.as_ref().map(|help| help.as_ptr())
        })
    }
}

/// All of that as JSON: the form `passthru-failure/1`. NULL for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_to_json(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, ptr::null(), |error| Some(error.json.as_ptr())) }
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
