//! The reasons why a plan was not applied or undone, or not completely.

use std::io;

use super::event::Failed;
use super::journal::TransactionState;
use super::refusal::Refusal;
use crate::failure::{Cause, Error, ErrorKind, Place, into_error};
use crate::text::{Text, text};

/// The reason why a plan was not applied or undone, or not completely.
#[derive(Debug)]
pub(crate) enum ApplyCause {
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
    /// A file of a tree cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// Another passthru has the lock.
    Busy,
    /// A journal cannot be read.
    Journal {
        /// The journal's file.
        path: String,
        /// The error.
        error: Error,
    },
    /// The host differs from the state that the plan requires; nothing was changed.
    Refused(Vec<Refusal>),
    /// Another transaction is not finished.
    Unfinished {
        /// Its number.
        number: u32,
        /// Its state.
        state: TransactionState,
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

into_error!(ApplyCause);

impl Cause for ApplyCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::System { .. } => ErrorKind::System,
            Self::Journal { .. } | Self::Unreadable { .. } => ErrorKind::BadText,
            Self::Busy => ErrorKind::Busy,
            Self::Refused(_) | Self::NotNow(_) => ErrorKind::Refused,
            Self::Unfinished { .. }
            | Self::NothingToResume
            | Self::NothingToUndo
            | Self::NothingToKeep
            | Self::NotConfirmable(_) => ErrorKind::Transaction,
            Self::Command { .. } => ErrorKind::Command,
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::System { path, .. } | Self::Unreadable { path, .. } => Place::file(path),
            Self::Journal { path, error } => Place {
                line: error.line(),
                ..Place::file(path)
            },
            Self::Command { failed } => Place::help(&failed.output),
            _ => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System { error, .. } => Some(error),
            Self::Journal { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Whether the request was wrong, or a file could not be read, rather than the
    /// host being in another state.
    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::System {
                changed: Changed::Nothing,
                ..
            } | Self::Journal { .. }
                | Self::Unreadable { .. }
        )
    }

    fn text(&self) -> Text {
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
            Self::Unreadable { path, reason } => {
                text!("{path}: {reason}", path, reason = Text::of_english(reason))
            }
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
pub(crate) enum Changed {
    /// Nothing.
    Nothing,
    /// Something, or unknown.
    Something,
}

/// The operating system's error for `path`, before anything was changed.
pub(super) fn system(path: &str, doing: Text) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |error| {
        let changed = Changed::Nothing;
        ApplyCause::System {
            path,
            doing,
            error,
            changed,
        }
        .into()
    }
}

/// The same error, in a transaction that is open.
pub(super) fn once_changed(error: Error) -> Error {
    with_changed(error, Changed::Something)
}

/// The same error, of a transaction whose changes are undone.
pub(super) fn never_changed(error: Error) -> Error {
    with_changed(error, Changed::Nothing)
}

fn with_changed(error: Error, now: Changed) -> Error {
    error.map(|cause: &mut ApplyCause| {
        if let ApplyCause::System { changed, .. } = cause {
            *changed = now;
        }
    })
}

/// The error of a plan with these refusals.
#[must_use]
pub fn refused(refusals: Vec<Refusal>) -> Error {
    ApplyCause::Refused(refusals).into()
}

impl Error {
    /// The states of the host that prevent a plan; empty for another error.
    #[must_use]
    pub fn refusals(&self) -> Vec<Text> {
        match self.cause() {
            Some(ApplyCause::Refused(refusals)) => refusals.iter().map(Refusal::text).collect(),
            Some(ApplyCause::NotNow(reasons)) => reasons.clone(),
            _ => Vec::new(),
        }
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
