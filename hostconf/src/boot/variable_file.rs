//! One variable of a file that a shell sources, from which a program writes the entries.

use super::change::OptionsChange;
use super::configured_options::ConfiguredOptions;
use super::grub::{GrubDefaults, Value, Variable};
use super::step::text;
use crate::error::Error;
use host_tree::{Edit, Evidence, HostTree};

/// The file and its variable.
pub(super) struct VariableFile {
    pub(super) path: &'static str,
    pub(super) variable: Variable,
}

impl VariableFile {
    /// The edit.
    pub(super) fn edit(&self, tree: &dyn HostTree, change: &OptionsChange) -> Result<Edit, Error> {
        let before = text(tree, self.path)?;
        let mut file = GrubDefaults::parse(&before);
        file.edit(self.variable, |line| change.apply(line))
            .map_err(|error| error.in_file(self.path))?;
        Ok(Edit::change(self.path, before, file.to_string()))
    }

    /// The options in it.
    pub(super) fn configured(&self, tree: &dyn HostTree) -> Option<ConfiguredOptions> {
        let text = tree.read_text(self.path).found()?;
        let file = GrubDefaults::parse(&text);
        let line = file.assignments(self.variable.name()).last()?.line;
        let Value::Known(options) = file.value(self.variable.name()) else {
            return None;
        };
        Some(ConfiguredOptions {
            options,
            evidence: Evidence::at(self.path, &text, line),
        })
    }
}
