//! The result of a command: its text and its exit status.

use std::fmt::Display;
use std::path::Path;

use super::input::read;
use crate::document;

/// No blocker, fix, security or impossible finding.
pub const OK: u8 = 0;

/// At least one blocker, fix, security or impossible finding; or no plan can be
/// made.
pub const FAULTS: u8 = 1;

/// Wrong usage or unreadable input.
pub const USAGE: u8 = 2;

/// What to print, and the exit status.
pub(in crate::cli) type Outcome = Result<(String, u8), (String, u8)>;

/// An error of usage or input.
pub(in crate::cli) fn usage(error: impl Display) -> (String, u8) {
    (error.to_string(), USAGE)
}

/// A document as JSON.
pub(in crate::cli) fn to_json(value: &impl serde::Serialize) -> Result<String, (String, u8)> {
    document::to_json(value).map_err(usage)
}

/// An error of usage or input about a file.
pub(in crate::cli) fn file_error(file: &Path, error: impl Display) -> (String, u8) {
    usage(format!("{}: {error}", file.display()))
}

/// The bytes of a file; `-` is standard input.
pub(in crate::cli) fn read_file(file: &Path) -> Result<Vec<u8>, (String, u8)> {
    read(file).map_err(usage)
}
