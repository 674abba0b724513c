//! The manifest of a tree in a directory: what it leaves out, and which command
//! printed which of its texts.

use serde::Deserialize;

/// The manifest's name in the tree's directory.
pub(super) const MANIFEST: &str = "_tree.json";

/// The folder that holds what commands printed.
pub(super) const COMMANDS: &str = "_commands";

/// What `schema` must say.
const SCHEMA: &str = "passthru-tree/1";

/// A manifest as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    schema: String,
    /// What the tree is, for people.
    #[allow(dead_code)]
    title: String,
    /// Where it comes from, for people.
    #[serde(default)]
    #[allow(dead_code)]
    source: String,
    /// Whether a path that is not in the tree is not on the host.
    pub(super) whole: bool,
    /// Paths that the host is known not to have.
    #[serde(default)]
    pub(super) absent: Vec<String>,
    /// Directories of which the tree holds all entries.
    #[serde(default)]
    pub(super) whole_directories: Vec<String>,
    /// What commands printed, in order.
    #[serde(default)]
    pub(super) commands: Vec<Command>,
    /// Files that stand for what every such system has, each with the reason.
    #[serde(default)]
    #[allow(dead_code)]
    standard: std::collections::BTreeMap<String, String>,
}

/// A text and the command that printed it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    pub(super) file: String,
    pub(super) command: String,
}

/// Why a manifest is not valid.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is no JSON of the expected shape; the message has line and column.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is for another version.
    #[error("expected \"schema\": \"{SCHEMA}\", found \"{0}\"")]
    Schema(String),
    /// It names a path that is not in the form that trees use.
    #[error("expected an absolute path without \"..\", found \"{0}\"")]
    Path(String),
}

impl Manifest {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.schema != SCHEMA {
            return Err(ManifestError::Schema(manifest.schema));
        }
        for path in manifest.absent.iter().chain(&manifest.whole_directories) {
            if !super::memory::acceptable(path) {
                return Err(ManifestError::Path(path.clone()));
            }
        }
        for text in &manifest.commands {
            if !super::memory::acceptable(&format!("/{}", text.file)) {
                return Err(ManifestError::Path(text.file.clone()));
            }
        }
        Ok(manifest)
    }
}
