//! libpassthru: diagnose and plan PCI passthrough, from C.
//!
//! The header `include/passthru.h` is made from this source; what a C programmer
//! has to know stands in the comments of the functions. No logic lives here: a
//! handle holds a value of the crate [`passthru`] and its strings as C wants them.
//!
//! How a function is built: its body runs inside one of the three functions of
//! `boundary`, which stop panics and do what all functions promise (out-params are
//! nulled first, NULL is answered and never followed). Handles are not changed
//! after they were made, so they may be used from several threads at once.

mod address;
mod apply;
mod boundary;
mod context;
mod conversion;
mod devices;
mod diff;
mod document;
mod error;
mod explanation;
mod groups;
mod guest_work;
mod host;
mod host_texts;
mod input;
mod listing;
mod names;
mod object;
mod plan;
mod prediction;
mod report;
mod request;
mod rom;
mod status;
mod text;
mod verdict;
mod verification;
mod version;

#[cfg(test)]
mod misuse;

pub use address::*;
pub use apply::*;
pub use context::*;
pub use conversion::*;
pub use devices::*;
pub use diff::*;
pub use document::*;
pub use error::{
    Error, passthru_error_code, passthru_error_file, passthru_error_free, passthru_error_help,
    passthru_error_line, passthru_error_message, passthru_error_span_end,
    passthru_error_span_start, passthru_error_status, passthru_error_to_json,
};
pub use explanation::*;
pub use groups::*;
pub use guest_work::*;
pub use host::{
    Host, Text, passthru_host_doctor, passthru_host_free, passthru_host_groups_json,
    passthru_host_list_json, passthru_host_open_directory, passthru_host_open_live,
    passthru_host_open_texts, passthru_host_plan,
};
pub use host_texts::*;
pub use input::*;
pub use listing::*;
pub use names::*;
pub use plan::*;
pub use prediction::*;
pub use report::*;
pub use request::*;
pub use rom::*;
pub use status::Status;
pub use verdict::{Verdict, passthru_verdict_word};
pub use verification::*;
pub use version::{
    PASSTHRU_API_VERSION, PASSTHRU_VERSION_MAJOR, PASSTHRU_VERSION_MINOR, PASSTHRU_VERSION_PATCH,
    passthru_api_version, passthru_version_string,
};
