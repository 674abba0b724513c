//! Syntax errors of a script.

use core::fmt;

/// A syntax error, and its place in the script.
///
/// ```
/// use shell_text::{ErrorKind, read};
/// let script = read("echo 'one\n");
/// let error = script.error.expect("the quote has no end");
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::Unfinished, 5));
/// assert_eq!(
///     error.to_string(),
///     "expected the end of a quote or of an expansion at byte 5"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    offset: usize,
    expected: &'static str,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text ends inside a command, a quote or an expansion.
    Unfinished,
    /// A word or an operator that the shell's grammar does not allow here.
    Unexpected,
    /// The script has a here-document, which is unsupported.
    HereDocument,
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind, offset: usize, expected: &'static str) -> Self {
        Self {
            kind,
            offset,
            expected,
        }
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Byte offset in the text.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The missing syntax, and what was found: a noun phrase for "expected …".
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.offset)
    }
}

impl core::error::Error for Error {}
