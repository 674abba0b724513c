//! What commands say in JSON that write a file.

use std::path::Path;

use serde::Serialize;

/// `passthru capture --json`, `passthru report --json` and `passthru rom ssdt --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Written {
    /// The version of this form.
    pub schema: &'static str,
    /// The file that was written.
    pub path: String,
    /// How long it is.
    pub bytes: usize,
    /// Of a capture, how many of the host's files are in it; else `null`.
    pub files: Option<usize>,
}

impl Written {
    /// A file of `bytes` at `path`.
    #[must_use]
    pub fn new(path: &Path, bytes: usize) -> Self {
        Self {
            schema: "passthru-written/1",
            path: path.display().to_string(),
            bytes,
            files: None,
        }
    }
}
