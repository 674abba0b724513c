//! A launch script.

use super::command_line::QemuCommandLine;
use crate::emitted::{EmittedFile, ScriptLine, script};

impl QemuCommandLine {
    /// A script for any POSIX shell that starts the guest, each argument with its purpose; disks
    /// and networks are passed as further arguments.
    ///
    /// It does not bind the functions to vfio-pci: the host must.
    #[must_use]
    pub fn script(&self, path: &str) -> EmittedFile {
        let mut file = EmittedFile::new(path);
        let arguments = self.arguments.iter();
        let arguments: Vec<ScriptLine<'_>> = arguments
            .map(|argument| ScriptLine {
                words: &argument.words,
                purpose: &argument.purpose,
                versions: argument.versions,
            })
            .collect();
        let note = "Give disks and networks as further arguments.";
        let program = match &self.affinity {
            Some(cpus) => format!("taskset -c {cpus} {}", self.program),
            None => self.program.to_owned(),
        };
        script(&mut file, &program, note, &arguments);
        file
    }
}
