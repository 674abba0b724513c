//! Why something was not carried out, or not to its end.

use std::io;

use super::journal::{JournalError, State};
use super::refusal::Refusal;
use super::run::Failed;

/// Why something was not carried out, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The system refused something.
    #[error("{path}: cannot {doing}: {error}{}", after(*.changed))]
    System {
        /// The file that it was about.
        path: String,
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        error: io::Error,
        /// Whether something was changed by then: if so the transaction is open.
        changed: Changed,
    },
    /// Another one is at work.
    #[error(
        "another passthru is at work, or a command that one started and that outlived it; wait \
         for its end"
    )]
    Busy,
    /// A journal cannot be read.
    #[error("{path}: {error}")]
    Journal {
        /// The journal's file.
        path: String,
        /// What is wrong with it.
        error: JournalError,
    },
    /// The host is not as it must be; nothing was changed.
    #[error("{}", sentences(.0))]
    Refused(Vec<Refusal>),
    /// Another transaction waits to be finished.
    #[error(
        "transaction {number} is not finished ({}): finish it with `passthru apply \
         --resume`, or take it back with `passthru undo`", .state.word()
    )]
    Unfinished {
        /// Its number.
        number: u32,
        /// How far it is.
        state: State,
    },
    /// There is none that waits to be finished.
    #[error("there is nothing to resume: no transaction is unfinished")]
    NothingToResume,
    /// There is none to take back.
    #[error("there is nothing to undo: no plan was applied here")]
    NothingToUndo,
    /// No plan waits to be kept.
    #[error("there is nothing to keep: no plan that was applied here waits for it")]
    NothingToKeep,
    /// The plan cannot undo itself on this host.
    #[error("--confirm-within: {0}; nothing was changed")]
    NotConfirmable(String),
    /// Functions cannot be bound or given back while the host runs as it does.
    #[error("not while the host runs so:{}", list(.0))]
    NotNow(Vec<String>),
    /// A command failed; the transaction is open.
    #[error("{failed}{}", after(Changed::Something))]
    Command {
        /// Which, and how.
        failed: Failed,
    },
}

/// Whether something was changed when an error came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Changed {
    /// Nothing: all is as it was.
    Nothing,
    /// Something, or it is not known.
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
    pub(super) fn system(path: &str, doing: &'static str) -> impl FnOnce(io::Error) -> Self {
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

fn after(changed: Changed) -> &'static str {
    match changed {
        Changed::Nothing => "",
        Changed::Something => {
            "\nThe transaction is open: `passthru apply --resume` finishes it, `passthru undo` takes \
             it back."
        }
    }
}

fn list(reasons: &[String]) -> String {
    reasons
        .iter()
        .map(|reason| format!("\n  - {reason}"))
        .collect()
}

fn sentences(refusals: &[Refusal]) -> String {
    let mut text = "nothing was changed:".to_owned();
    for refusal in refusals {
        text.push_str("\n  - ");
        text.push_str(&refusal.to_string());
    }
    text
}
