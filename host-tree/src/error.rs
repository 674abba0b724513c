//! Errors of reading a directory or a snapshot.

use std::path::{Path, PathBuf};
use std::{fmt, io};

use serde::Deserialize;

use crate::DENIED;

/// Result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of reading a directory tree or a snapshot.
///
/// ```
/// use host_tree::{ErrorKind, MemoryTree};
/// let error = MemoryTree::from_snapshot(b"{\n  oops").unwrap_err();
/// assert_eq!((error.kind(), error.line()), (ErrorKind::Json, Some(2)));
/// ```
#[derive(Debug)]
pub struct Error {
    cause: Cause,
    /// The directory or file on disk, if any.
    path: Option<PathBuf>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The system refused to open the directory; see [`Error::io_error`].
    CannotOpen,
    /// The manifest of a tree, or a text that it lists, exists but cannot be read.
    Unreadable,
    /// A snapshot or manifest is not valid JSON, or not of the expected shape.
    Json,
    /// A snapshot or manifest has another schema version.
    Schema,
    /// A path in a snapshot or manifest is not absolute, or contains `..`.
    Path,
    /// The bytes of a file in a snapshot are not hexadecimal.
    Bytes,
}

#[derive(Debug)]
pub(crate) enum Cause {
    CannotOpen(io::Error),
    Unreadable(Box<str>),
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

    /// Line of the JSON error, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.place().map(|(line, _)| line)
    }

    /// Byte offset within that line, from 0.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.place().map(|(_, column)| column)
    }

    fn place(&self) -> Option<(u32, usize)> {
        let Cause::Json(error) = &self.cause else {
            return None;
        };
        // serde_json reports line 0 if it knows no line.
        match u32::try_from(error.line()) {
            Ok(line @ 1..) => Some((line, error.column().saturating_sub(1))),
            _ => None,
        }
    }

    /// The system error of opening the directory.
    #[must_use]
    pub const fn io_error(&self) -> Option<&io::Error> {
        match &self.cause {
            Cause::CannotOpen(error) => Some(error),
            _ => None,
        }
    }

    /// Whether permission to read the directory, or a file in it, was denied.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        match &self.cause {
            Cause::CannotOpen(error) => error.kind() == io::ErrorKind::PermissionDenied,
            Cause::Unreadable(reason) => **reason == *DENIED,
            _ => false,
        }
    }

    /// The same error, with the directory or file on disk.
    pub(crate) fn of(mut self, path: PathBuf) -> Self {
        self.path = Some(path);
        self
    }
}

/// Whether a document's `schema`, a name and a version such as `passthru-plan/2`, is a later version of
/// the known one.
///
/// ```
/// use host_tree::is_newer_schema;
/// assert!(is_newer_schema("passthru-plan/12", "passthru-plan/1"));
/// assert!(!is_newer_schema("passthru-tree/2", "passthru-plan/1"));
/// ```
#[must_use]
pub fn is_newer_schema(found: &str, known: &str) -> bool {
    let version = |schema: &str| {
        let (name, number) = schema.split_once('/')?;
        Some((name.to_owned(), number.parse::<u32>().ok()?))
    };
    match (version(found), version(known)) {
        (Some((name, found)), Some((expected, known))) => name == expected && found > known,
        _ => false,
    }
}

/// The error of a document of another version, or the error of its JSON. Another version may have
/// other fields.
pub(crate) fn schema_error(
    bytes: &[u8],
    expected: &'static str,
    error: serde_json::Error,
) -> Error {
    #[derive(Deserialize)]
    struct Form {
        schema: String,
    }
    match serde_json::from_slice::<Form>(bytes) {
        Ok(Form { schema: found }) if found != expected => Cause::Schema { expected, found }.into(),
        _ => error.into(),
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
            Cause::Schema { expected, found } if is_newer_schema(found, expected) => write!(
                f,
                "\"schema\" is \"{found}\", newer than \"{expected}\", which this passthru reads: \
                 use a newer passthru"
            ),
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
