//! The functions that messages of programs name.

use crate::host::model::{Entry, Naming, Source};
use crate::host::words::messages::Heard;
use crate::verdict::Verdict;

/// The functions that the messages are about; of those that are fine nobody asks.
pub(super) fn read(heard: &[Heard]) -> impl Iterator<Item = Entry> {
    heard.iter().filter_map(|heard| {
        let is_fine = matches!(heard.message.verdict, Verdict::Ok | Verdict::Harmless);
        let naming = if is_fine {
            Naming::InPassing
        } else {
            Naming::Meant
        };
        let shown = heard.evidence.clone();
        Some(Entry::named(heard.device?, Source::Message, shown, naming))
    })
}
