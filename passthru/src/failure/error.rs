//! The error itself.

use std::any::Any;
use std::fmt;
use std::ops::Range;

use super::cause::Cause;
use super::kind::ErrorKind;
use super::place::Place;
use crate::text::Text;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of a function of this crate: the kind, the place, and a sentence with the expected and
/// the actual value.
///
/// ```
/// use passthru::{ErrorKind, input::Input};
/// let mut input = Input::new();
/// input.add("notes.txt", b"\nhello\n")?;
/// let error = input.finish().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::BadText);
/// assert_eq!((error.file(), error.line()), (Some("notes.txt"), Some(2)));
/// # Ok::<(), passthru::Error>(())
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    cause: Box<dyn Cause>,
    place: Place,
}

impl Error {
    pub(crate) fn new(cause: impl Cause) -> Self {
        Self(Box::new(Inner {
            place: cause.place(),
            cause: Box::new(cause),
        }))
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.cause.kind()
    }

    /// The error, for people, without a full stop.
    #[must_use]
    pub fn text(&self) -> Text {
        self.0.cause.text()
    }

    /// The file or text of the error.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.place.file.as_deref()
    }

    /// The line in the file or text, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.place.line
    }

    /// The wrong bytes, from 0: of the line, or without one of the given word.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.place.span.clone()
    }

    /// Alternatives, or a next step.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.place.help.as_deref()
    }

    /// Whether the request is invalid, rather than the host or the input.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        self.0.cause.is_usage()
    }

    /// Whether a fact is missing that [`Ask`](crate::ask::Ask) requests.
    #[must_use]
    pub(crate) fn is_not_shown(&self) -> bool {
        self.0.cause.is_not_shown()
    }

    /// The operating system's error.
    #[must_use]
    pub fn io_error(&self) -> Option<&std::io::Error> {
        self.0.cause.source()?.downcast_ref()
    }

    /// The same error with its cause of type `C` changed by `change`.
    pub(crate) fn map<C: Cause>(mut self, change: impl FnOnce(&mut C)) -> Self {
        let cause: &mut dyn Any = &mut *self.0.cause;
        if let Some(cause) = cause.downcast_mut() {
            change(cause);
        }
        self
    }

    /// The cause, if a module declared it as this type.
    pub(crate) fn cause<C: Cause>(&self) -> Option<&C> {
        let cause: &dyn Any = &*self.0.cause;
        cause.downcast_ref()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.cause.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.source()
    }
}

/// The conversion of a cause to an error, for `?`.
macro_rules! into_error {
    ($($cause:ty),* $(,)?) => {
        $(impl From<$cause> for $crate::Error {
            fn from(cause: $cause) -> Self {
                Self::new(cause)
            }
        })*
    };
}

pub(crate) use into_error;
