//! Failures of a call, in one form for programs of any language: an error of this crate, as fields.

mod code;
mod errors;
mod form;

pub use code::FailureCode;
pub use form::Failure;
