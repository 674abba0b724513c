//! The C interface of passthru: `libpassthru`.
//!
//! The header `include/passthru.h` is generated from this source; the comments of the functions are
//! the contract for C programs. A call returns a document, the JSON that the command prints with
//! `--json`, and the functions of `value` read it. There is no analysis in this crate.
//!
//! The body of each function runs inside a function of `boundary`, which catches panics and keeps
//! the common promises: out parameters are set to NULL first, and a NULL argument is an error.
//! Objects are immutable, so several threads can use one at once.

mod address;
mod apply;
mod boundary;
mod context;
mod document;
mod document_functions;
mod documents;
mod error;
mod error_functions;
mod host;
mod host_documents;
mod host_texts;
mod input;
mod names;
mod plan;
mod request;
mod rom;
mod status;
mod string_out;
mod text;
mod value;
mod version;

#[cfg(test)]
mod misuse;

pub use address::{passthru_address_format, passthru_address_parse};
pub use apply::*;
pub use context::*;
pub use document::Document;
pub use document_functions::*;
pub use documents::*;
pub use error::Error;
pub use error_functions::*;
pub use host::{
    Host, Text, passthru_host_free, passthru_host_open_directory, passthru_host_open_live,
    passthru_host_open_texts,
};
pub use host_documents::*;
pub use host_texts::*;
pub use input::*;
pub use names::*;
pub use plan::*;
pub use request::*;
pub use rom::*;
pub use status::Status;
pub use value::*;
pub use version::{
    PASSTHRU_API_VERSION, PASSTHRU_VERSION_MAJOR, PASSTHRU_VERSION_MINOR, PASSTHRU_VERSION_PATCH,
    passthru_api_version, passthru_version_string,
};
