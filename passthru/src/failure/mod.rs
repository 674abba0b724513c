//! Why a call failed, in one form for programs of any language: what an error of this
//! crate says of itself, taken apart.

mod code;
mod errors;
mod form;

pub use code::FailureCode;
pub use form::Failure;
