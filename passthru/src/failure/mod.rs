//! The error of this crate, with its kind and place, and the same as a document for programs of any
//! language.

mod cause;
mod document;
mod error;
mod kind;
mod other_crates;
mod place;

pub(crate) use cause::Cause;
pub use document::Failure;
pub(crate) use error::into_error;
pub use error::{Error, Result};
pub use kind::ErrorKind;
pub(crate) use place::Place;
