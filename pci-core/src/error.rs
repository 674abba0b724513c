//! Errors of parsing addresses, IDs, numbers, dumps, headers and names.

use alloc::boxed::Box;
use core::fmt;

use crate::cursor::Expected;
use crate::lspci::dump_fault::DumpFault;
use crate::names::{BlobError, BuildError, TextError};

/// Result of this crate's functions.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error of parsing an address, ID, number, dump, header or `pci.ids`.
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
    /// The text is not in the notation of an address, a path, an ID, a class or a modalias.
    Syntax,
    /// A number is out of the range of its field.
    Range,
    /// The 64 bytes of a configuration space header are not, or not all, in the input.
    HeaderNotShown,
    /// The configuration space reads as all ones: the function does not respond. It is in D3cold,
    /// fell off the bus, or failed a reset.
    NoAnswer,
    /// A hex dump line continues with other text after its start, or its address is out of range.
    Dump,
    /// The text is not a supported release of pciutils.
    Version,
    /// The text is not a selection in the syntax of `lspci -s` and `-d`.
    Selection,
    /// The text is not the name of a kernel module.
    ModuleName,
    /// A line of a `pci.ids` text has a syntax error.
    Names,
    /// A `pci.ids` text has no comparable version, or its names are too long or too many for the
    /// compact form.
    NamesForm,
    /// The bytes are not a valid compact form of `pci.ids`.
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
    /// An error that `expected` is missing at byte `offset`.
    pub(crate) const fn syntax(offset: usize, expected: &'static str) -> Self {
        Self(Cause::Syntax(Expected { offset, expected }))
    }

    /// The same error, in a text that contains this one at byte `start`.
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

    /// Line of a dump or a `pci.ids` text, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        match &self.0 {
            Cause::Dump { line, .. } => Some(*line),
            Cause::Names(error) => Some(error.line),
            _ => None,
        }
    }

    /// Byte offset, from 0: in the parsed text, or in the [`line`](Self::line), if any.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self.0 {
            Cause::Syntax(Expected { offset, .. }) => Some(offset),
            Cause::Dump { column, .. } => usize::try_from(column).ok()?.checked_sub(1),
            _ => None,
        }
    }

    /// The expected syntax at the [`offset`](Self::offset), or the expected number or selection: a
    /// noun phrase for "expected …".
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
                f.write_str("the header of the configuration space is not in the input")
            }
            Cause::NoAnswer => f.write_str(
                "the configuration space reads as all ones: the function does not respond",
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
                "expected a module name of letters, digits, '_' and '-', found {found:?}"
            ),
            Cause::Names(error) => error.fmt(f),
            Cause::NamesForm(error) => error.fmt(f),
            Cause::NamesBlob(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for Error {}
