//! Why a text is no address, id, number or dump, a header cannot be read, or names not be
//! loaded.

use alloc::boxed::Box;
use core::fmt;

use crate::cursor::Expected;
use crate::lspci::dump_fault::DumpFault;
use crate::names::{BlobError, BuildError, TextError};

/// What functions of this crate return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a text is no address, id, number or dump, a header cannot be read, or names not be
/// loaded.
///
/// ```
/// use pci_core::{Address, ErrorKind};
/// let error = "01:00.9".parse::<Address>().unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::Syntax, Some(6)));
/// assert_eq!(error.to_string(), "expected a function of one digit, 0 to 7 at byte 6");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Cause);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text is not in the notation of an address, a path, an id, a class or a modalias.
    Syntax,
    /// A number is out of the range that its field has.
    Range,
    /// The 64 bytes of a configuration space's header are not shown, or not all of them.
    HeaderNotShown,
    /// The configuration space reads as all ones: the function does not answer. It is in
    /// D3cold, fell off the bus, or a reset of it failed.
    NoAnswer,
    /// A line of a hex dump begins as one of bytes and goes on with other text, or its
    /// address is out of range.
    Dump,
    /// A text is no release of pciutils whose text is written.
    Version,
    /// A text is no selection of functions as `-s` and `-d` of `lspci` have it.
    Selection,
    /// A text is no name of a kernel module.
    ModuleName,
    /// A line of a `pci.ids` text breaks its rules.
    Names,
    /// A `pci.ids` text has no version that can be compared, or its names are too long or
    /// too many for the compact form.
    NamesForm,
    /// Bytes are no compact form of `pci.ids`, or a damaged one.
    NamesBlob,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Syntax(Expected),
    Range {
        expected: &'static str,
        found: u64,
    },
    HeaderNotShown,
    NoAnswer,
    Dump {
        line: u32,
        column: u32,
        fault: DumpFault,
    },
    Version,
    Selection {
        expected: &'static str,
    },
    ModuleName {
        found: Box<str>,
    },
    Names(Box<TextError>),
    NamesForm(Box<BuildError>),
    NamesBlob(Box<BlobError>),
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(cause)
    }
}

impl From<Expected> for Error {
    fn from(expected: Expected) -> Self {
        Self(Cause::Syntax(expected))
    }
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Self {
        Self(Cause::Names(Box::new(error)))
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self(Cause::NamesForm(Box::new(error)))
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        Self(Cause::NamesBlob(Box::new(error)))
    }
}

impl Error {
    /// An error of a text that should have `expected` at byte `offset`.
    pub(crate) const fn syntax(offset: usize, expected: &'static str) -> Self {
        Self(Cause::Syntax(Expected { offset, expected }))
    }

    /// The same, of a text in which this one begins at byte `start`.
    pub(crate) fn within(mut self, start: usize) -> Self {
        if let Cause::Syntax(expected) = &mut self.0 {
            expected.offset = expected.offset.saturating_add(start);
        }
        self
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self.0 {
            Cause::Syntax(_) => ErrorKind::Syntax,
            Cause::Range { .. } => ErrorKind::Range,
            Cause::HeaderNotShown => ErrorKind::HeaderNotShown,
            Cause::NoAnswer => ErrorKind::NoAnswer,
            Cause::Dump { .. } => ErrorKind::Dump,
            Cause::Version => ErrorKind::Version,
            Cause::Selection { .. } => ErrorKind::Selection,
            Cause::ModuleName { .. } => ErrorKind::ModuleName,
            Cause::Names(_) => ErrorKind::Names,
            Cause::NamesForm(_) => ErrorKind::NamesForm,
            Cause::NamesBlob(_) => ErrorKind::NamesBlob,
        }
    }

    /// The line, from 1: of a dump or a `pci.ids` text.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        match &self.0 {
            Cause::Dump { line, .. } => Some(*line),
            Cause::Names(error) => Some(error.line),
            _ => None,
        }
    }

    /// The byte, from 0: of the text that was parsed, or of the [`line`](Self::line) where
    /// there is one.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self.0 {
            Cause::Syntax(Expected { offset, .. }) => Some(offset),
            Cause::Dump { column, .. } => usize::try_from(column).ok()?.checked_sub(1),
            _ => None,
        }
    }

    /// The text that would be right at the [`offset`](Self::offset), or the number or
    /// selection that would: a noun phrase for "expected …".
    #[must_use]
    pub const fn expected(&self) -> Option<&'static str> {
        match self.0 {
            Cause::Syntax(Expected { expected, .. })
            | Cause::Range { expected, .. }
            | Cause::Selection { expected } => Some(expected),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Syntax(Expected { offset, expected }) => {
                write!(f, "expected {expected} at byte {offset}")
            }
            Cause::Range { expected, found } => write!(f, "expected {expected}, found {found:#x}"),
            Cause::HeaderNotShown => {
                f.write_str("the header of the configuration space is not shown")
            }
            Cause::NoAnswer => f.write_str(
                "the configuration space reads as all ones: the function does not answer",
            ),
            Cause::Dump {
                line,
                column,
                fault,
            } => write!(f, "line {line}, column {column}: {fault}"),
            Cause::Version => f.write_str("expected a release of pciutils: 3.9, 3.13 or 3.15"),
            Cause::Selection { expected } => write!(f, "expected {expected}"),
            Cause::ModuleName { found } => write!(
                f,
                "expected a module's name of letters, digits, '_' and '-', found {found:?}"
            ),
            Cause::Names(error) => error.fmt(f),
            Cause::NamesForm(error) => error.fmt(f),
            Cause::NamesBlob(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}
