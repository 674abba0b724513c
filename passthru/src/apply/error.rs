//! The reasons why a plan was not applied or undone, or not completely.

use std::io;

use super::journal::{JournalError, State};
use super::refusal::Refusal;
use super::run::Failed;
use crate::text::{Text, text};

/// The reason why a plan was not applied or undone, or not completely.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
#[non_exhaustive]
pub enum ApplyError {
    /// The operating system returned an error.
    System {
        /// The file.
        path: String,
        /// The action that failed.
        doing: Text,
        /// The operating system's error.
        error: io::Error,
        /// Whether something was changed before: if so, the transaction is open.
        changed: Changed,
    },
    /// Another passthru has the lock.
    Busy,
    /// A journal cannot be read.
    Journal {
        /// The journal's file.
        path: String,
        /// The error.
        error: JournalError,
    },
    /// The host differs from the state that the plan requires; nothing was changed.
    Refused(Vec<Refusal>),
    /// Another transaction is not finished.
    Unfinished {
        /// Its number.
        number: u32,
        /// Its state.
        state: State,
    },
    /// No transaction is unfinished.
    NothingToResume,
    /// No plan is applied.
    NothingToUndo,
    /// No plan waits for confirmation.
    NothingToKeep,
    /// The plan cannot undo itself on this host.
    NotConfirmable(Text),
    /// Functions cannot be bound or released while the host runs.
    NotNow(Vec<Text>),
    /// A command failed; the transaction is open.
    Command {
        /// The command, and its failure.
        failed: Failed,
    },
}

impl ApplyError {
    /// The error, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::System {
                path,
                doing,
                error,
                changed,
            } => after(
                text!(
                    "{path}: {action}: {error}",
                    path,
                    action = doing,
                    error = Text::of_english(error.to_string())
                ),
                *changed,
            ),
            Self::Busy => text!(
                "another passthru is running, or a command that it started; wait until it ends"
            ),
            Self::Journal { path, error } => {
                text!("{path}: {error}", path, error = error.text())
            }
            Self::Refused(refusals) => {
                let first = text!("nothing was changed:");
                refusals
                    .iter()
                    .fold(first, |list, refusal| list.item(&refusal.text()))
            }
            Self::Unfinished { number, state } => text!(
                "transaction {number} is not finished ({state}): finish it with `passthru apply \
                 --resume`, or undo it with `passthru undo`",
                number,
                state = state.sentence()
            ),
            Self::NothingToResume => {
                text!("there is nothing to resume: no transaction is unfinished")
            }
            Self::NothingToUndo => text!("there is nothing to undo: no plan was applied here"),
            Self::NothingToKeep => {
                text!("there is nothing to keep: no applied plan waits for confirmation")
            }
            Self::NotConfirmable(reason) => {
                text!("--confirm-within: {reason}; nothing was changed", reason)
            }
            Self::NotNow(reasons) => {
                let first = text!("not possible while the host runs:");
                reasons.iter().fold(first, |list, reason| list.item(reason))
            }
            Self::Command { failed } => after(failed.text(), Changed::Something),
        }
    }
}

/// Whether something was changed before an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Changed {
    /// Nothing.
    Nothing,
    /// Something, or unknown.
    Something,
}

impl ApplyError {
    /// Whether the request was wrong, or a file could not be read, rather than the
    /// host being in another state.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::System {
                changed: Changed::Nothing,
                ..
            } | Self::Journal { .. }
        )
    }

    /// The system's answer about `path`, before anything was changed.
    pub(super) fn system(path: &str, doing: Text) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::System {
            path,
            doing,
            error,
            changed: Changed::Nothing,
        }
    }

    /// The same error, in a transaction that is open.
    pub(super) fn once_changed(mut self) -> Self {
        if let Self::System { changed, .. } = &mut self {
            *changed = Changed::Something;
        }
        self
    }
}

/// The error, and the state of the transaction after it.
fn after(error: Text, changed: Changed) -> Text {
    match changed {
        Changed::Nothing => error,
        Changed::Something => text!(
            "{error}\nThe transaction is open: `passthru apply --resume` finishes it, `passthru \
             undo` undoes it.",
            error
        ),
    }
}
