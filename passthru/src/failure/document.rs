//! The JSON form of an error.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::error::Error;
use super::kind::ErrorKind;

/// The JSON form of an [`Error`], or of an error of another crate.
///
/// ```
/// use passthru::{ErrorKind, Failure, input::Input};
/// let mut input = Input::new();
/// input.add("notes.txt", b"\nhello\n")?;
/// let error = input.finish().unwrap_err();
/// let failure = Failure::from(&error);
/// assert_eq!(failure.code, ErrorKind::BadText);
/// assert_eq!(failure.message, error.to_string());
/// # Ok::<(), passthru::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "schema", rename = "passthru-failure/1")]
#[non_exhaustive]
pub struct Failure {
    /// Kind of failure.
    pub code: ErrorKind,
    /// The expected and the actual value and the place, without a full stop.
    pub message: String,
    /// The file or text of the failure.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The wrong bytes, from 0: of that line, or without one of the given word.
    pub span: Option<Range<usize>>,
    /// Alternatives, or a next step.
    pub help: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// A failure of this kind with only a message.
    #[must_use]
    pub fn new(code: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            file: None,
            line: None,
            span: None,
            help: None,
        }
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            code: error.kind(),
            message: error.to_string(),
            file: error.file().map(str::to_owned),
            line: error.line(),
            span: error.span(),
            help: error.help().map(str::to_owned),
        }
    }
}
