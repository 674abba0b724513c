//! The output of an emitter: files, commands and manual steps.

use core::fmt;

use super::line::{Line, Versions};
use super::not_converted::NotConverted;

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmittedFile {
    /// Where: absolute, or the plain name of a file that the person places.
    pub path: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The end of each line: `
    /// `, or `\r
    /// ` for Windows.
    pub line_end: &'static str,
}

impl EmittedFile {
    /// A file without lines; they end with `\n`.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            lines: Vec::new(),
            line_end: "\n",
        }
    }

    /// Adds a line.
    pub fn push(&mut self, line: Line) {
        self.lines.push(line);
    }
}

impl fmt::Display for EmittedFile {
    /// The text of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            write!(f, "{}{}", line.text, self.line_end)?;
        }
        Ok(())
    }
}

/// A command to be run: never a shell's text, always words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmittedCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Why.
    pub purpose: String,
    /// The versions for which it is valid; `None` for all versions in use.
    pub versions: Option<Versions>,
    /// The command that undoes it; `None` where that depends on the state before.
    pub undo: Option<Vec<String>>,
}

impl EmittedCommand {
    /// The command of these words, which is run because of `why`.
    #[must_use]
    pub fn new<T: Into<String>>(argv: impl IntoIterator<Item = T>, why: impl Into<String>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            purpose: why.into(),
            versions: None,
            undo: None,
        }
    }

    /// The same command, undone by the command of these words.
    #[must_use]
    pub(crate) fn undone_by<T: Into<String>>(mut self, argv: impl IntoIterator<Item = T>) -> Self {
        self.undo = Some(argv.into_iter().map(Into::into).collect());
        self
    }
}

/// A manual step, such as a reboot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// A stable name in kebab-case.
    pub name: &'static str,
    /// The instruction, and its reason.
    pub text: String,
}

/// The output for a target: files first, then commands, each in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Emitted {
    /// Files to write.
    pub files: Vec<EmittedFile>,
    /// Commands to run.
    pub commands: Vec<EmittedCommand>,
    /// The manual steps.
    pub steps: Vec<Step>,
    /// Settings of the description that the target does not support.
    pub not_converted: Vec<NotConverted>,
}
