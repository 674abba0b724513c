//! Files whose names the input does not show: a person edits them, since the plan has no path.

use host_tree::Edit;

use super::document::{ManualStep, When};
use crate::input::is_unnamed;
use crate::text::{Text, text};

/// Takes the edits of such files out of the plan's, and returns them as steps.
pub(super) fn by_hand(edits: &mut Vec<Edit>) -> Vec<ManualStep> {
    let unnamed: Vec<Edit> = edits
        .extract_if(.., |edit| is_unnamed(&edit.path))
        .collect();
    unnamed.iter().filter_map(step).collect()
}

/// The edit, in a sentence.
fn step(edit: &Edit) -> Option<ManualStep> {
    let (directory, _) = edit.path.rsplit_once('/')?;
    let before = edit.before.as_deref().unwrap_or_default();
    let removed = lines_without(before, &edit.after);
    let added = lines_without(&edit.after, before);
    Some(ManualStep {
        when: When::Before,
        step: "edit-unnamed-file".into(),
        text: sentence(directory, &removed, &added)?,
    })
}

fn sentence(directory: &str, removed: &str, added: &str) -> Option<Text> {
    Some(match (removed.is_empty(), added.is_empty()) {
        (true, true) => return None,
        (false, true) => text!(
            "remove from its file in {directory}, whose name is not in the input: {removed}",
            directory,
            removed
        ),
        (true, false) => text!(
            "add to the pasted file in {directory}, whose name is not in the input: {added}",
            directory,
            added
        ),
        (false, false) => text!(
            "in the file in {directory} with {removed}, whose name is not in the input, write \
             instead: {added}",
            directory,
            removed,
            added
        ),
    })
}

/// The lines of a text that another text lacks.
fn lines_without(text: &str, other: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let own: Vec<&str> = lines
        .filter(|line| other.lines().all(|other| other != *line))
        .collect();
    own.join("; ")
}

#[cfg(test)]
mod tests;
