//! The manifest of a tree in a directory: paths that the tree omits, and the command that printed
//! each text.

use serde::Deserialize;

use crate::error::{Cause, Result, schema_error};

/// The manifest's name in the tree's directory.
pub(super) const MANIFEST: &str = "_tree.json";

/// The folder with the output of commands.
pub(super) const COMMANDS: &str = "_commands";

/// The supported value of `schema`.
const SCHEMA: &str = "passthru-tree/1";

/// A manifest in its JSON form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    schema: String,
    /// Title of the tree, for people.
    #[allow(dead_code)]
    title: String,
    /// Origin of the tree, for people.
    #[serde(default)]
    #[allow(dead_code)]
    source: String,
    /// Whether a path that is not in the tree does not exist on the host.
    pub(super) complete: bool,
    /// Paths that the host does not have.
    #[serde(default)]
    pub(super) absent: Vec<String>,
    /// Directories whose entries are all in the tree.
    #[serde(default)]
    pub(super) complete_directories: Vec<String>,
    /// Outputs of commands, in order.
    #[serde(default)]
    pub(super) commands: Vec<Command>,
    /// Files that are the same on every such system, each with the reason.
    #[serde(default)]
    #[allow(dead_code)]
    defaults: std::collections::BTreeMap<String, String>,
}

/// A text and the command that printed it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    pub(super) file: String,
    pub(super) command: String,
}

impl Manifest {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|error| schema_error(bytes, SCHEMA, error))?;
        if manifest.schema != SCHEMA {
            return Err(Cause::Schema {
                expected: SCHEMA,
                found: manifest.schema,
            }
            .into());
        }
        for path in manifest.absent.iter().chain(&manifest.complete_directories) {
            if !crate::memory::acceptable(path) {
                return Err(Cause::Path(path.clone()).into());
            }
        }
        for text in &manifest.commands {
            if !crate::memory::acceptable(&format!("/{}", text.file)) {
                return Err(Cause::Path(text.file.clone()).into());
            }
        }
        Ok(manifest)
    }
}
