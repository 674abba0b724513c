//! JSON output of commands that write a file.

use std::path::Path;

use serde::Serialize;

/// `passthru capture --json`, `passthru report --json` and `passthru rom ssdt --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WrittenFile {
    /// The version of this form.
    pub schema: &'static str,
    /// The file that was written.
    pub path: String,
    /// Length in bytes.
    pub length: usize,
    /// Of a capture, how many of the host's files are in it; else `null`.
    pub file_count: Option<usize>,
}

impl WrittenFile {
    /// A file of `bytes` at `path`.
    #[must_use]
    pub fn new(path: &Path, bytes: usize) -> Self {
        Self {
            schema: "passthru-written-file/1",
            path: path.display().to_string(),
            length: bytes,
            file_count: None,
        }
    }
}
