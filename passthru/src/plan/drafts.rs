//! The edits of files, step by step.

use std::collections::BTreeMap;

use host_tree::{Edit, HostTree, Lookup, MemoryTree, Overlay};

use super::error::PlanCause;
use super::gate::Unnamed;
use super::read::PLACE;
use crate::file_settings::{Intent, resolve_edit};
use crate::text::{Text, text};

/// The files that a plan changes: each later step sees the result of the earlier ones.
pub(super) struct Drafts<'a> {
    tree: &'a dyn HostTree,
    edits: Vec<Edit>,
    assumed_absent: Vec<String>,
    /// The settings that the steps remove, by path.
    intents: BTreeMap<String, Vec<Intent>>,
}

impl<'a> Drafts<'a> {
    pub(super) fn new(tree: &'a dyn HostTree) -> Self {
        Self {
            tree,
            edits: Vec::new(),
            assumed_absent: Vec::new(),
            intents: BTreeMap::new(),
        }
    }

    /// Adds an intent of a step for a file: all else must remain, or the plan is refused.
    pub(super) fn intend(&mut self, path: &str, intents: impl IntoIterator<Item = Intent>) {
        let known = self.intents.entry(path.to_owned()).or_default();
        known.extend(intents);
    }

    /// Notes that the file is a copy of another one, with changes, or a merge patch of an
    /// object.
    pub(super) fn copies(&mut self, path: &str, text: &str) {
        for edit in self.edits.iter_mut().filter(|edit| edit.path == path) {
            edit.base = Some(text.to_owned());
        }
    }

    /// The file's text after the plan so far; `None` if the file does not exist, as far as known.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, PlanCause> {
        if let Some(edit) = self.edits.iter().find(|edit| edit.path == path) {
            return Ok(Some(edit.after.clone()));
        }
        match self.tree.read(path) {
            Lookup::Found(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(PlanCause::Unreadable {
                    path: path.to_owned(),
                    reason: text!("the file is not UTF-8").into(),
                }),
            },
            Lookup::Absent | Lookup::NotShown => Ok(None),
            Lookup::Unreadable(reason) => Err(PlanCause::Unreadable {
                path: path.to_owned(),
                reason: reason.into(),
            }),
        }
    }

    /// Refuses a guest that `directory`, with a file `NAME` and `extension` for each guest, does not
    /// have beside others.
    pub(super) fn has_guest(
        &self,
        directory: &'static str,
        extension: &str,
        vm: &str,
    ) -> Result<(), PlanCause> {
        let Lookup::Found(listing) = self.tree.list(directory) else {
            return Ok(());
        };
        let names = listing.names.iter();
        let guests: Vec<&str> = names
            .filter_map(|name| name.strip_suffix(extension))
            .collect();
        if !listing.complete || guests.is_empty() || guests.contains(&vm) {
            return Ok(());
        }
        Err(PlanCause::NoGuest {
            vm: vm.to_owned(),
            directory,
            guests: guests.join(", "),
        })
    }

    /// Sets the file's text. An unchanged text is not an edit.
    pub(super) fn set(&mut self, edit: Edit) {
        let known = self.edits.iter_mut().find(|known| known.path == edit.path);
        if let Some(known) = known {
            known.after = edit.after;
            for purpose in edit.purposes {
                if !known.purposes.contains(&purpose) {
                    known.purposes.push(purpose);
                }
            }
            return;
        }
        if edit.is_noop() {
            return;
        }
        if edit.before.is_none() && matches!(self.tree.read(&edit.path), Lookup::NotShown) {
            self.assumed_absent.push(edit.path.clone());
        }
        self.edits.push(edit);
    }

    /// Sets the file's text, of a file that may be new.
    pub(super) fn write(&mut self, path: &str, after: String, why: &Text) -> Result<(), PlanCause> {
        self.write_because(path, after, why, &[])
    }

    /// The same, with the reasons of single lines.
    pub(super) fn write_because(
        &mut self,
        path: &str,
        after: String,
        why: &Text,
        lines: &[Text],
    ) -> Result<(), PlanCause> {
        let before = self.text(path)?;
        if before.as_deref() == Some(after.as_str()) {
            return Ok(());
        }
        let edit = match before {
            Some(before) => Edit::change(path, before, after),
            None => Edit::new_file(path, after),
        };
        let edit = lines
            .iter()
            .fold(edit.with_purpose(why.clone()), |edit, line| {
                edit.with_purpose(line.clone())
            });
        self.set(edit);
        Ok(())
    }

    /// The host with the edits so far.
    pub(super) fn host_tree(&self) -> Overlay<'_> {
        Overlay::new(self.tree, applied(&self.edits))
    }

    /// The host with the edits so far of files below `directories`; `None` without any.
    pub(super) fn host_tree_below(&self, directories: &[&str]) -> Option<Overlay<'_>> {
        let is_below = |edit: &&Edit| directories.iter().any(|one| edit.path.starts_with(one));
        let edits: Vec<Edit> = self.edits.iter().filter(is_below).cloned().collect();
        (!edits.is_empty()).then(|| Overlay::new(self.tree, applied(&edits)))
    }

    /// Whether the plan changes a file below `directory`.
    pub(super) fn touches(&self, directory: &str) -> bool {
        self.edits
            .iter()
            .any(|edit| edit.path.starts_with(directory))
    }

    /// Returns the edits without those that change nothing, each with its removals, and the paths
    /// that were assumed to be absent.
    pub(super) fn finish(self) -> Result<(Vec<Edit>, Vec<String>), PlanCause> {
        let edits = self.edits.into_iter().filter(|edit| !edit.is_noop());
        let mut edits: Vec<Edit> = edits.map(private).collect();
        let mut unnamed = Vec::new();
        for edit in &mut edits {
            let intents = self.intents.get(&edit.path);
            let intents = intents.map(Vec::as_slice).unwrap_or_default();
            match resolve_edit(edit, intents) {
                Ok(changes) => edit.changes = changes,
                Err(others) => {
                    let path = &edit.path;
                    unnamed.extend(others.into_iter().map(|change| Unnamed::TakenAway {
                        path: path.clone(),
                        change,
                    }));
                }
            }
        }
        if unnamed.is_empty() {
            Ok((edits, self.assumed_absent))
        } else {
            Err(PlanCause::Unnamed(unnamed))
        }
    }
}

/// The edit with the required permissions: passthru's directory is for root only, since texts of
/// guests contain their passwords.
fn private(mut edit: Edit) -> Edit {
    let below = edit.path.strip_prefix(PLACE);
    if below.is_some_and(|below| below.starts_with('/')) {
        edit.mode = Some(edit.mode.unwrap_or(Edit::FILE_MODE) & 0o700);
    }
    edit
}

/// The files after the edits, as a tree to overlay on the host's.
#[must_use]
pub fn applied(edits: &[Edit]) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    for edit in edits {
        tree.insert_file(&edit.path, edit.after.as_bytes());
    }
    tree
}

#[cfg(test)]
mod tests;
