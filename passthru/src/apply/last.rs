//! The transactions of a tree, for reading.

use host_tree::{HostTree, Lookup};
use list_order::Order as _;

use super::error::ApplyCause;
use super::journal::{Journal, TransactionState};
use crate::plan::TRANSACTIONS;

pub(super) fn name(number: u32) -> String {
    format!("{number:04}.journal")
}

pub(super) fn path(number: u32) -> String {
    format!("{TRANSACTIONS}/{}", name(number))
}

pub(super) fn number(name: &str) -> Option<u32> {
    let number = name.strip_suffix(".journal")?;
    let digits = number.len() >= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| number.parse().ok()).flatten()
}

/// The newest transaction of a tree that was not undone, without a lock: for reading.
///
/// # Errors
///
/// The reason why it cannot be read.
pub fn last(tree: &dyn HostTree) -> crate::Result<Option<Journal>> {
    let unreadable = |path: String, reason: Box<str>| ApplyCause::Unreadable {
        path,
        reason: reason.into(),
    };
    let names = match tree.list(TRANSACTIONS) {
        Lookup::Found(listing) => listing.names,
        Lookup::Absent | Lookup::NotShown => return Ok(None),
        Lookup::Unreadable(reason) => {
            return Err(unreadable(TRANSACTIONS.to_owned(), reason).into());
        }
    };
    let mut numbers: Vec<u32> = names.iter().filter_map(|name| number(name)).collect();
    numbers.order();
    for number in numbers.into_iter().rev() {
        let path = path(number);
        let bytes = match tree.read(&path) {
            Lookup::Found(bytes) => bytes,
            Lookup::Absent | Lookup::NotShown => continue,
            Lookup::Unreadable(reason) => return Err(unreadable(path, reason).into()),
        };
        let journal =
            Journal::parse(number, &bytes).map_err(|error| ApplyCause::Journal { path, error })?;
        if journal.state() != TransactionState::Undone {
            return Ok(Some(journal));
        }
    }
    Ok(None)
}
