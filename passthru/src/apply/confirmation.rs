//! The files that undo a plan unless a person confirms it, and its state.

use super::journal::{Journal, TransactionState};
use super::record::Record;

/// The unit that waits.
pub(super) const SERVICE: &str = "/etc/systemd/system/passthru-confirm.service";

/// The drop-in that starts it: a file, so that the plan's transaction removes it as well.
pub(super) const WANTED: &str = "/etc/systemd/system/multi-user.target.d/passthru-confirm.conf";

/// Whether the edit is one of the two files of the confirmation, which a guest does not need.
pub(crate) fn is_of_confirmation(path: &str) -> bool {
    [SERVICE, WANTED].contains(&path)
}

impl Journal {
    /// Whether the plan will be undone unless it is kept.
    #[must_use]
    pub(crate) fn awaits_confirmation(&self) -> bool {
        let mut edits = self.header.plan.edits.iter();
        let has_unit = edits.any(|edit| edit.path == SERVICE);
        has_unit && !self.is_kept() && self.state() == TransactionState::Applied
    }

    /// Whether the plan was kept with `passthru keep`.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.records.contains(&Record::Kept)
    }
}
