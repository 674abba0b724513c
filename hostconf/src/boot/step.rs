//! Steps that change kernel options: edits, commands with their undo, and manual steps.

use host_tree::{Edit, HostTree, Lookup};

use super::command_line::CommandLine;
use crate::error::{Cause, Error};

/// Steps that change kernel options on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Steps {
    /// Changes of files, in order, without those that change nothing.
    pub edits: Vec<Edit>,
    /// Commands that follow.
    pub commands: Vec<LoaderCommand>,
    /// Manual steps instead, each a complete instruction.
    pub manual: Vec<String>,
}

/// A command of a boot loader's tools.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoaderCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Its purpose.
    pub purpose: String,
    /// The undo of its effect.
    pub undo: CommandUndo,
}

/// The undo of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandUndo {
    /// By the same command, once the files are as they were.
    Repeat,
    /// By this command.
    Run(Vec<String>),
}

impl LoaderCommand {
    /// A command that applies files.
    pub(super) fn refresh<S: AsRef<str>>(argv: &[S]) -> Self {
        Self {
            argv: argv.iter().map(|word| word.as_ref().to_owned()).collect(),
            purpose: "writes the options where the boot loader reads them".to_owned(),
            undo: CommandUndo::Repeat,
        }
    }
}

/// Edits, and the command that applies them if there are any.
pub(super) fn refreshed<S: AsRef<str>>(edits: Vec<Edit>, argv: &[S]) -> Steps {
    let edits: Vec<Edit> = edits.into_iter().filter(|edit| !edit.is_noop()).collect();
    let needed = !edits.is_empty() && !argv.is_empty();
    let commands = needed.then(|| LoaderCommand::refresh(argv));
    Steps {
        edits,
        commands: commands.into_iter().collect(),
        manual: Vec::new(),
    }
}

/// A file's text; bytes that are not UTF-8, which no edit would preserve, count as unreadable.
pub(super) fn read(tree: &dyn HostTree, path: &str) -> Lookup<String> {
    match tree.read(path).map(String::from_utf8) {
        Lookup::Found(Ok(text)) => Lookup::Found(text),
        Lookup::Found(Err(_)) => Lookup::Unreadable("is not UTF-8".into()),
        Lookup::Absent => Lookup::Absent,
        Lookup::NotShown => Lookup::NotShown,
        Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
    }
}

/// The value at `path`; `None` if it is not in the tree.
pub(super) fn shown<T>(path: &str, found: Lookup<T>) -> Result<Option<T>, Error> {
    match found {
        Lookup::Found(found) => Ok(Some(found)),
        Lookup::Absent | Lookup::NotShown => Ok(None),
        Lookup::Unreadable(reason) => Err(Cause::Unreadable(reason).in_file(path)),
    }
}

/// The names in a directory, none where it is not shown.
pub(super) fn names(tree: &dyn HostTree, place: &str) -> Result<Vec<String>, Error> {
    let listing = shown(place, tree.list(place))?;
    Ok(listing.unwrap_or_default().names)
}

/// The text of a file that has to be there.
pub(super) fn text(tree: &dyn HostTree, path: &str) -> Result<String, Error> {
    match read(tree, path) {
        Lookup::Found(text) => Ok(text),
        Lookup::Unreadable(reason) => Err(Cause::Unreadable(reason).in_file(path)),
        Lookup::Absent => Err(Cause::Missing.in_file(path)),
        Lookup::NotShown => Err(Cause::NotShown.in_file(path.to_owned())),
    }
}

/// The running kernel's options, for programs whose arguments are removals and additions.
pub(super) fn running(tree: &dyn HostTree) -> Result<CommandLine, Error> {
    match super::running::options(tree) {
        Some((text, _)) => Ok(CommandLine::parse(&text)),
        None => Err(Cause::NotShown.in_file(super::running::PATH.to_owned())),
    }
}
