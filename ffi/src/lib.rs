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

mod boundary;
mod error;
mod host;
mod plan;
mod prediction;
mod report;
mod rom;
mod status;
mod text;
mod verdict;
mod version;

#[cfg(test)]
mod misuse;

pub use error::{Error, passthru_error_free, passthru_error_message, passthru_error_status};
pub use host::{
    Host, Text, passthru_host_doctor, passthru_host_free, passthru_host_groups_json,
    passthru_host_list_json, passthru_host_open_directory, passthru_host_open_live,
    passthru_host_open_texts, passthru_host_plan,
};
pub use plan::*;
pub use prediction::*;
pub use report::*;
pub use rom::*;
pub use status::Status;
pub use verdict::{Verdict, passthru_verdict_word};
pub use version::{
    PASSTHRU_API_VERSION, PASSTHRU_VERSION_MAJOR, PASSTHRU_VERSION_MINOR, PASSTHRU_VERSION_PATCH,
    passthru_api_version, passthru_version_string,
};
