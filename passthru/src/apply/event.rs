//! The events of a transaction.

use std::fmt;

use pci_core::Address;

use crate::remedy::shown;
use crate::text::{Text, text};

/// A step, at its time.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The file is as the plan leaves it.
    Wrote(&'a str),
    /// The file is as it was.
    Restored(&'a str),
    /// The file of the plan was removed.
    Removed(&'a str),
    /// A command starts.
    Runs(&'a [String]),
    /// A command failed; the next steps follow.
    Failed(&'a Failed),
    /// vfio-pci has the function now.
    Bound(Address),
    /// The function was released.
    Released(Address),
    /// A command is left as a manual step: the tree is not a running system.
    Left(&'a [String]),
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failed {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Its exit status; `None` where a signal ended it, or it did not start.
    pub status: Option<i32>,
    /// The last lines that it printed, or why it did not start.
    pub output: String,
}

impl Failed {
    /// The failure, for people: one line, then the command's output.
    #[must_use]
    pub fn text(&self) -> Text {
        let command = shown(&self.argv);
        let failed = match self.status {
            Some(status) => text!("{command} failed with status {status}", command, status),
            None => text!("{command} was killed or did not start", command),
        };
        let lines = self.output.lines();
        lines.fold(failed, |text, line| text!("{text}\n  | {line}", text, line))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

/// The receiver of events.
pub(super) type Say<'a> = dyn FnMut(Event<'_>) + 'a;
