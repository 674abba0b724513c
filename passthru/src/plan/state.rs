//! The state of a host that a plan was made for.

use std::fmt::Write as _;

use host_tree::Edit;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::host::Host;

/// The state of the host that a plan is valid for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostState {
    /// The running kernel's release, where the input showed it.
    pub kernel: Option<String>,
    /// The files that the plan changes, as they were.
    pub files: Vec<PlannedFile>,
}

/// A file's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedFile {
    /// Its path on the host.
    pub path: String,
    /// The SHA-256 of its bytes, 64 lower-case hex digits; `None` if the file did not exist.
    pub sha256: Option<String>,
}

impl HostState {
    /// The state that these edits of `host` are for.
    #[must_use]
    pub fn of(host: &Host, edits: &[Edit]) -> Self {
        let kernel = host.system.kernel.release.as_ref();
        Self {
            kernel: kernel.map(|release| release.value.to_string()),
            files: edits.iter().map(PlannedFile::before).collect(),
        }
    }
}

impl PlannedFile {
    /// The file as it is before `edit`.
    #[must_use]
    pub fn before(edit: &Edit) -> Self {
        Self {
            path: edit.path.clone(),
            sha256: edit.before.as_ref().map(|text| sha256(text.as_bytes())),
        }
    }
}

/// The SHA-256 of `bytes` as `sha256sum` prints it.
///
/// ```
/// assert!(passthru::plan::sha256(b"").starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
/// ```
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
