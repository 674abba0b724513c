//! Why a directory is no tree, or a text no snapshot.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::DENIED;

/// What functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a directory is no tree of a host, or a text no snapshot of one.
///
/// ```
/// use host_tree::{ErrorKind, MemoryTree};
/// let error = MemoryTree::from_snapshot(b"{\n  oops").unwrap_err();
/// assert_eq!((error.kind(), error.line()), (ErrorKind::Json, Some(2)));
/// ```
#[derive(Debug)]
pub struct Error {
    cause: Cause,
    /// The directory or the file, where the error is about one on disk.
    path: Option<PathBuf>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The system does not open the directory; [`Error::io_error`] has its answer.
    CannotOpen,
    /// The manifest of a tree, or a text that it keeps, is there and cannot be read.
    Unreadable,
    /// A snapshot or manifest is no JSON, or not of the expected shape.
    Json,
    /// A snapshot or manifest is of another version.
    Schema,
    /// A snapshot or manifest names a path in another form than that of trees: absolute and
    /// without `..`.
    Path,
    /// The bytes of a file in a snapshot are not in hexadecimal.
    Bytes,
}

#[derive(Debug)]
pub(crate) enum Cause {
    CannotOpen(io::Error),
    Unreadable(String),
    Json(serde_json::Error),
    Schema {
        expected: &'static str,
        found: String,
    },
    Path(String),
    Bytes(String),
}

impl Error {
    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self.cause {
            Cause::CannotOpen(_) => ErrorKind::CannotOpen,
            Cause::Unreadable(_) => ErrorKind::Unreadable,
            Cause::Json(_) => ErrorKind::Json,
            Cause::Schema { .. } => ErrorKind::Schema,
            Cause::Path(_) => ErrorKind::Path,
            Cause::Bytes(_) => ErrorKind::Bytes,
        }
    }

    /// The directory, or the manifest or text in it; `None` for a snapshot.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The line where reading JSON failed, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.place().map(|(line, _)| line)
    }

    /// The byte of that line, from 0.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.place().map(|(_, column)| column)
    }

    fn place(&self) -> Option<(u32, usize)> {
        let Cause::Json(error) = &self.cause else {
            return None;
        };
        // A reader that knows no place says 0.
        match u32::try_from(error.line()) {
            Ok(line @ 1..) => Some((line, error.column().saturating_sub(1))),
            _ => None,
        }
    }

    /// The system's answer when the directory was opened.
    #[must_use]
    pub const fn io_error(&self) -> Option<&io::Error> {
        match &self.cause {
            Cause::CannotOpen(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the directory, or a file in it, is closed to this user.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        match &self.cause {
            Cause::CannotOpen(error) => error.kind() == io::ErrorKind::PermissionDenied,
            Cause::Unreadable(reason) => reason == DENIED,
            _ => false,
        }
    }

    /// The same, about a directory or file on disk.
    pub(crate) fn of(mut self, path: PathBuf) -> Self {
        self.path = Some(path);
        self
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self { cause, path: None }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Cause::Json(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            if self.kind() == ErrorKind::CannotOpen {
                f.write_str("cannot open the directory ")?;
            }
            write!(f, "{}: ", path.display())?;
        }
        match &self.cause {
            Cause::CannotOpen(error) => write!(f, "{error}"),
            Cause::Unreadable(reason) => f.write_str(reason),
            Cause::Json(error) => write!(f, "{error}"),
            Cause::Schema { expected, found } => {
                write!(f, "expected \"schema\": \"{expected}\", found \"{found}\"")
            }
            Cause::Path(found) => write!(
                f,
                "expected an absolute path without \"..\", found \"{found}\""
            ),
            Cause::Bytes(path) => {
                write!(f, "{path}: expected pairs of hex digits under \"bytes\"")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::CannotOpen(error) => Some(error),
            Cause::Json(error) => Some(error),
            _ => None,
        }
    }
}
