//! The files of a plan, as they are now.

use host_tree::{HostTree, Lookup};

use super::answer::{FileAnswer, PlannedFileState};
use crate::apply::is_of_confirmation;
use crate::plan::Plan;

pub(super) fn all(tree: &dyn HostTree, plan: &Plan) -> Vec<FileAnswer> {
    let edits = plan.edits.iter();
    let edits = edits.filter(|edit| !is_of_confirmation(&edit.path));
    let answers = edits.map(|edit| {
        let state = match tree.read(&edit.path) {
            Lookup::Found(bytes) if bytes == edit.after.as_bytes() => PlannedFileState::AsPlanned,
            Lookup::Found(bytes) if edit.before.as_deref().map(str::as_bytes) == Some(&bytes) => {
                PlannedFileState::AsBefore
            }
            Lookup::Absent if edit.before.is_none() => PlannedFileState::AsBefore,
            Lookup::Found(_) | Lookup::Absent => PlannedFileState::Changed,
            Lookup::NotShown | Lookup::Unreadable(_) => PlannedFileState::NotShown,
        };
        FileAnswer {
            path: edit.path.clone(),
            state,
        }
    });
    answers.collect()
}
