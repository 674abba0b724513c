//! Why a call failed.

use std::ffi::CString;

use passthru::Failure;

use crate::document::Document;
use crate::status::Status;
use crate::string_out::to_c;

/// The reason of a failed call. Free it with `passthru_error_free()`.
///
/// Immutable; threads may share it.
#[derive(Debug)]
pub struct Error {
    pub(crate) status: Status,
    pub(crate) message: CString,
    pub(crate) document: Option<Document>,
}

impl Error {
    pub(crate) fn new(status: Status, message: &str) -> Self {
        Self::from(Failure::new(status.code(), message))
    }

    /// Its message.
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

impl From<passthru::Error> for Error {
    fn from(error: passthru::Error) -> Self {
        Failure::from(&error).into()
    }
}
