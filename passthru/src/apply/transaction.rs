//! Result of a transaction, as JSON. Fields may be added, never renamed.

use pci_core::Address;
use serde::Serialize;

use super::event::Event;
use super::journal::Journal;
use super::refusal::Refusal;

/// `passthru apply --json` and `passthru undo --json`: the result, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Transaction {
    /// The version of this form.
    pub schema: &'static str,
    /// Its number, from 1; 0 until it [has ended](Self::ended).
    pub transaction: u32,
    /// `applied` or `undone`; empty until it has ended.
    pub state: &'static str,
    /// Files that are as the plan leaves them, in the order of the steps.
    pub written: Vec<String>,
    /// Files that are as they were before the plan.
    pub restored: Vec<String>,
    /// Files of the plan that were removed.
    pub removed: Vec<String>,
    /// Commands that were run.
    pub executed: Vec<TransactionCommand>,
    /// Commands that are left to a person.
    pub left_to_user: Vec<TransactionCommand>,
    /// Functions that vfio-pci got without a reboot.
    pub bound: Vec<Address>,
    /// Functions that were released without a reboot.
    pub released: Vec<Address>,
    /// Commands that failed during the undo of a plan.
    pub failed: Vec<FailedCommand>,
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TransactionCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
}

/// A command that did not end well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailedCommand {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Its exit status; `null` where a signal ended it, or it did not start.
    pub exit_status: Option<i32>,
    /// The last lines that it printed, or why it did not start.
    pub output: String,
}

/// `passthru apply --dry-run --json`: the reasons against a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checked {
    /// The version of this form.
    pub schema: &'static str,
    /// One sentence for each reason.
    pub refusals: Vec<String>,
}

impl Default for Transaction {
    fn default() -> Self {
        Self::new()
    }
}

impl Transaction {
    /// Nothing done yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            schema: "passthru-transaction/1",
            transaction: 0,
            state: "",
            written: Vec::new(),
            restored: Vec::new(),
            removed: Vec::new(),
            executed: Vec::new(),
            left_to_user: Vec::new(),
            bound: Vec::new(),
            released: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Records a step.
    pub fn record(&mut self, event: &Event<'_>) {
        let ran = |argv: &[String]| TransactionCommand {
            argv: argv.to_vec(),
        };
        match event {
            Event::Wrote(path) => self.written.push((*path).to_owned()),
            Event::Restored(path) => self.restored.push((*path).to_owned()),
            Event::Removed(path) => self.removed.push((*path).to_owned()),
            Event::Runs(argv) => self.executed.push(ran(argv)),
            Event::Bound(address) => self.bound.push(*address),
            Event::Released(address) => self.released.push(*address),
            Event::Left(argv) => self.left_to_user.push(ran(argv)),
            Event::Failed(failed) => self.failed.push(FailedCommand {
                argv: failed.argv.clone(),
                exit_status: failed.status,
                output: failed.output.clone(),
            }),
        }
    }

    /// The same, with how it ended.
    #[must_use]
    pub fn ended(mut self, journal: &Journal) -> Self {
        self.transaction = journal.number;
        self.state = journal.state().word();
        self
    }
}

impl Checked {
    /// The form of these reasons.
    #[must_use]
    pub fn of(refusals: &[Refusal]) -> Self {
        Self {
            schema: "passthru-apply-check/1",
            refusals: refusals.iter().map(|one| one.text().into()).collect(),
        }
    }
}
