//! What a transaction did.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::apply::{self, Event, Journal};
use passthru::document;

use crate::boundary::{look, release};
use crate::error::{Error, unwritten};
use crate::text::to_c;

/// What a step did. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is no such step.
    None = 0,
    /// The file is as the plan leaves it.
    Wrote = 1,
    /// The file is as it was.
    Restored = 2,
    /// The file was made by the plan and is gone again.
    Removed = 3,
    /// The command was run.
    Ran = 4,
    /// The command is left to a person: the tree is no running system.
    Left = 5,
    /// vfio-pci has the function now.
    Bound = 6,
    /// The function was given back to the host.
    Released = 7,
    /// The command failed, and the rest went on.
    Failed = 8,
}

/// How far a transaction is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no transaction.
    None = 0,
    /// It was interrupted while it was carried out.
    Applying = 1,
    /// It was carried out.
    Applied = 2,
    /// It was interrupted while it was taken back.
    Undoing = 3,
    /// It was taken back.
    Undone = 4,
}

/// What a transaction did in one call, step by step. Free it with
/// `passthru_transaction_free()`.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Transaction {
    number: u32,
    state: State,
    steps: Vec<(Step, CString)>,
    json: CString,
}

/// Hears the steps of a call.
#[derive(Debug)]
pub(super) struct Heard {
    told: apply::Transaction,
    steps: Vec<(Step, CString)>,
}

impl Heard {
    pub(super) fn new() -> Self {
        Self {
            told: apply::Transaction::new(),
            steps: Vec::new(),
        }
    }

    pub(super) fn hear(&mut self, event: Event<'_>) {
        self.told.hear(&event);
        let words = |argv: &[String]| passthru::shown(argv);
        let (step, text) = match event {
            Event::Wrote(path) => (Step::Wrote, path.to_owned()),
            Event::Restored(path) => (Step::Restored, path.to_owned()),
            Event::Removed(path) => (Step::Removed, path.to_owned()),
            Event::Runs(argv) => (Step::Ran, words(argv)),
            Event::Left(argv) => (Step::Left, words(argv)),
            Event::Bound(address) => (Step::Bound, address.to_string()),
            Event::Released(address) => (Step::Released, address.to_string()),
            Event::Failed(failed) => (Step::Failed, failed.to_string()),
        };
        self.steps.push((step, to_c(&text)));
    }

    pub(super) fn ended(self, journal: &Journal) -> Result<Transaction, Error> {
        let state = match journal.state() {
            apply::State::Applying => State::Applying,
            apply::State::Applied => State::Applied,
            apply::State::Undoing => State::Undoing,
            apply::State::Undone => State::Undone,
        };
        let json = document::to_json(&self.told.ended(journal)).map_err(unwritten)?;
        Ok(Transaction {
            number: journal.number,
            state,
            steps: self.steps,
            json: to_c(&json),
        })
    }
}

/// The transaction's number, from 1; 0 for NULL.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_number(transaction: *const Transaction) -> u32 {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe { look(transaction, 0, |transaction| Some(transaction.number)) }
}

/// How far it is; `PASSTHRU_STATE_NONE` for NULL.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_state(transaction: *const Transaction) -> State {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe {
        look(transaction, State::None, |transaction| {
            Some(transaction.state)
        })
    }
}

/// How many steps were taken in the call; 0 for NULL.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_step_count(transaction: *const Transaction) -> usize {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe { look(transaction, 0, |transaction| Some(transaction.steps.len())) }
}

/// What a step did; `PASSTHRU_STEP_NONE` where there is none.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_step_kind(
    transaction: *const Transaction,
    index: usize,
) -> Step {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe {
        look(transaction, Step::None, |transaction| {
            Some(transaction.steps.get(index)?.0)
        })
    }
}

/// The step's file, command or function; of a command that failed how it did. NULL where
/// there is none.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_step_text(
    transaction: *const Transaction,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe {
        look(transaction, ptr::null(), |transaction| {
            Some(transaction.steps.get(index)?.1.as_ptr())
        })
    }
}

/// The steps as `passthru apply --json` and `passthru undo --json` print them. NULL for
/// NULL.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_to_json(
    transaction: *const Transaction,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe {
        look(transaction, ptr::null(), |transaction| {
            Some(transaction.json.as_ptr())
        })
    }
}

/// Frees a transaction. NULL is let pass.
///
/// # Safety
///
/// `transaction` is NULL or a transaction that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_transaction_free(transaction: *mut Transaction) {
    // SAFETY: the caller promises NULL or a transaction that was not freed.
    unsafe { release(transaction) }
}
