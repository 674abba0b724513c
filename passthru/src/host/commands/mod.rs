//! Commands that the input shows, and their effect on drivers.

pub(super) mod binding_order;
pub(super) mod boot_commands;
pub(super) mod command_lines;
pub(super) mod empty_outputs;
pub(super) mod hook_scripts;
pub(super) mod hooks;
mod node_names;
pub(super) mod package_files;
pub(super) mod quoted_commands;
pub(super) mod refused_writes;
pub(super) mod services;
mod shell_variables;
mod sysfs_write;
pub(super) mod written_values;

/// Maximum length of a command line or its answer, in bytes; excludes texts without line breaks.
const LONGEST_LINE: usize = 4096;
