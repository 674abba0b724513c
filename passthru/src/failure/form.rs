//! The form itself.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::code::FailureCode;

/// Why a call failed.
///
/// ```
/// use passthru::{Failure, FailureCode, input::Input};
/// let mut input = Input::new();
/// input.add("notes.txt", b"\nhello\n")?;
/// let error = input.finish().unwrap_err();
/// let failure = Failure::from(&error);
/// assert_eq!(failure.code, FailureCode::BadText);
/// assert_eq!(failure.file.as_deref(), Some("notes.txt"));
/// assert_eq!(failure.line, Some(2));
/// assert_eq!(failure.to_string(), error.to_string());
/// # Ok::<(), passthru::input::InputError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "schema", rename = "passthru-failure/1")]
#[non_exhaustive]
pub struct Failure {
    /// Kind of failure.
    pub code: FailureCode,
    /// The expected and the actual value and the place, without a full stop.
    pub message: String,
    /// The file or text that it is about.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The wrong bytes, from 0: of that line, or without one of the given word.
    pub span: Option<Range<usize>>,
    /// Alternatives, or what to do.
    pub help: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// A failure of this kind with only a message.
    #[must_use]
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            file: None,
            line: None,
            span: None,
            help: None,
        }
    }

    /// The same, about a file or a text.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same, at a line, from 1.
    #[must_use]
    pub const fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, with the bytes of that line or of the given word.
    #[must_use]
    pub const fn at_bytes(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, where a JSON reader stopped.
    pub(super) fn at_json(self, error: &serde_json::Error) -> Self {
        // A reader without a position returns 0.
        let column = error.column().saturating_sub(1);
        match u32::try_from(error.line()) {
            Ok(line @ 1..) => self.at_line(line).at_bytes(column..column + 1),
            _ => self,
        }
    }
}
