//! Why a call failed.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::UnknownTarget;
use passthru::intake::IntakeError;
use passthru::plan::PlanError;
use passthru::predicted::PredictedError;
use passthru::select::SelectError;
use pci_core::tree::OpenError;

use crate::boundary::{look, release};
use crate::status::Status;
use crate::text::to_c;

/// Why a call failed. Free it with `passthru_error_free()`.
#[derive(Debug)]
pub struct Error {
    pub(crate) status: Status,
    pub(crate) message: CString,
}

impl Error {
    pub(crate) fn new(status: Status, message: &str) -> Self {
        Self {
            status,
            message: to_c(message),
        }
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        Self::new(Status::CannotOpen, &error.to_string())
    }
}

impl From<IntakeError> for Error {
    fn from(error: IntakeError) -> Self {
        Self::new(Status::BadText, &error.to_string())
    }
}

impl From<SelectError> for Error {
    fn from(error: SelectError) -> Self {
        Self::new(Status::BadDevice, &error.to_string())
    }
}

impl From<UnknownTarget> for Error {
    fn from(error: UnknownTarget) -> Self {
        Self::new(Status::UnknownTarget, &error.to_string())
    }
}

impl From<PredictedError> for Error {
    fn from(error: PredictedError) -> Self {
        let status = if error.is_usage() {
            Status::BadRequest
        } else {
            Status::NoPrediction
        };
        Self::new(status, &error.to_string())
    }
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        let status = if error.is_usage() {
            Status::BadRequest
        } else {
            Status::NoPlan
        };
        Self::new(status, &error.to_string())
    }
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

/// What was expected, what was found and where, on one line without a full stop.
/// It lives as long as the error. NULL for NULL.
///
/// # Safety
///
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_error_message(error: *const Error) -> *const c_char {
    // SAFETY: the caller promises NULL or an error that was not freed.
    unsafe { look(error, ptr::null(), |error| Some(error.message.as_ptr())) }
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
