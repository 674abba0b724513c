//! The functions that messages of programs name.

use crate::host::model::{Entry, Naming, Source};
use crate::host::words::messages::LogMessage;
use crate::verdict::Verdict;

/// The functions in messages about problems.
pub(super) fn read(logged: &[LogMessage]) -> impl Iterator<Item = Entry> {
    logged.iter().filter_map(|logged| {
        let is_fine = matches!(logged.message.verdict, Verdict::Ok | Verdict::Harmless);
        let naming = if is_fine {
            Naming::Mention
        } else {
            Naming::Subject
        };
        let shown = logged.evidence.clone();
        Some(Entry::named(logged.device?, Source::Message, shown, naming))
    })
}
