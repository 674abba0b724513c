//! The output of a command that runs step by step.

use std::io::Write;

use host_tree::HostTree;

use crate::host::Host;
use crate::names::NameDatabase;
use crate::render::{self, Style};

/// Input, output and end of the process.
pub(in crate::cli) struct Console<'a> {
    pub(super) style: Style,
    pub(super) json: bool,
    pub(super) names: NameDatabase,
    /// Whether the process ends after the command.
    pub(super) is_last: bool,
    pub(super) out: &'a mut dyn Write,
    pub(super) err: &'a mut dyn Write,
}

impl Console<'_> {
    /// Reads a host, with the names of this process.
    pub(super) fn host(&self, tree: &dyn HostTree) -> Host {
        Host::read(tree).with_names(self.names.clone())
    }

    /// Frees a value, unless the process ends next: to free thousands of functions one by
    /// one costs as much as to print them.
    pub(super) fn leave<T>(&self, value: T) {
        if self.is_last {
            std::mem::forget(value);
        }
    }
}

/// Writes a message of the command. A line of it may quote the input, or the name of a file.
pub(in crate::cli) fn write_message(err: &mut dyn Write, message: &str) {
    let lines: Vec<_> = message.lines().map(render::clean).collect();
    let _ = writeln!(err, "passthru: {}", lines.join("\n"));
}
