//! Boot loaders whose program changes the options: its arguments are the removed and the added
//! ones.

use super::change::{Difference, OptionsChange};
use super::command_line::CommandLine;
use super::step::{CommandUndo, LoaderCommand, Steps, running};
use crate::error::{Cause, Error};
use host_tree::HostTree;

/// The options before and after a change.
pub(super) struct Options {
    pub(super) difference: Difference,
    pub(super) before: CommandLine,
    pub(super) after: CommandLine,
}

/// The options in `line` after `change`.
pub(super) fn options(line: CommandLine, change: &OptionsChange) -> Result<Options, Error> {
    let difference = change.difference(&line)?;
    let mut after = line.clone();
    if difference != Difference::default() {
        change.apply(&mut after)?;
    }
    Ok(Options {
        difference,
        before: line,
        after,
    })
}

/// Whether the change is already made.
pub(super) fn is_made(options: &Options) -> bool {
    options.difference == Difference::default()
}

/// The steps of a program that adds options at the end of the line.
pub(super) fn steps(
    line: CommandLine,
    change: &OptionsChange,
    make: impl Fn(&Options) -> Result<Steps, Error>,
) -> Result<Steps, Error> {
    let options = options(line, change)?;
    if is_made(&options) {
        return Ok(Steps::default());
    }
    if options.before.ends_kernel_options() {
        return Err(Cause::EndsAppended.into());
    }
    make(&options)
}

/// The same of the running kernel's options.
pub(super) fn by_running(
    tree: &dyn HostTree,
    change: &OptionsChange,
    make: impl Fn(&Options) -> Result<Steps, Error>,
) -> Result<Steps, Error> {
    steps(running(tree)?, change, make)
}

pub(super) fn command(argv: Vec<String>, undo: Vec<String>, why: &str) -> Steps {
    Steps {
        commands: vec![LoaderCommand {
            argv,
            purpose: why.to_owned(),
            undo: CommandUndo::Run(undo),
        }],
        ..Steps::default()
    }
}

pub(super) fn reversed(difference: &Difference) -> Difference {
    Difference {
        removed: difference.added.clone(),
        added: difference.removed.clone(),
    }
}

pub(super) fn name(option: &str) -> &str {
    option.split_once('=').map_or(option, |(name, _)| name)
}
