//! The causes of errors: each module declares its own.

use std::any::Any;
use std::fmt;

use super::kind::ErrorKind;
use super::place::Place;
use crate::text::Text;

/// The cause of an error.
pub(crate) trait Cause: Any + fmt::Debug + Send + Sync {
    /// The kind of the error.
    fn kind(&self) -> ErrorKind;

    /// The error, for people.
    fn text(&self) -> Text;

    /// The place of the error, and alternatives.
    fn place(&self) -> Place {
        Place::default()
    }

    /// The error of the system or of another crate.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        None
    }

    /// Whether the request is invalid, rather than the host or the input.
    fn is_usage(&self) -> bool {
        matches!(self.kind(), ErrorKind::BadRequest | ErrorKind::BadDevice)
    }

    /// Whether a fact is missing that [`Ask`](crate::ask::Ask) requests.
    fn is_not_shown(&self) -> bool {
        false
    }
}
