//! The check of every plan: its edits remove from the host's files exactly what its findings and
//! requests name. It runs when a plan is made, when it is written as a script or a playbook, and in
//! `apply` before any write.

use std::collections::BTreeSet;

use host_tree::{Edit, SettingChange};

use super::document::{Plan, Undo};
use crate::file_settings;
use crate::text::{Text, text};

/// A setting that a plan removes without naming it, or names without removing it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unnamed {
    /// The edit removes it, and neither a finding nor the request needs that.
    TakenAway {
        /// The file.
        path: String,
        /// The change of the setting.
        change: SettingChange,
    },
    /// The plan names it, and the edit does not change it so.
    NotDone {
        /// The file.
        path: String,
        /// The change that the plan names.
        change: SettingChange,
    },
    /// It was moved, and is missing from the result.
    Lost {
        /// The file.
        path: String,
        /// The change of the setting.
        change: SettingChange,
    },
}

impl Unnamed {
    /// The error, for people.
    #[must_use]
    pub fn text(&self) -> Text {
        let change = |change: &SettingChange| Text::of_english(change.to_string());
        match self {
            Self::TakenAway { path, change: by } => text!(
                "{path}: {change}, which neither a finding nor the request names",
                path,
                change = change(by)
            ),
            Self::NotDone { path, change: by } => text!(
                "{path}: the plan names this change, but its edit does not make it: {change}",
                path,
                change = change(by)
            ),
            Self::Lost { path, change: by } => text!(
                "{path}: {change}, and the setting is missing from the result of the plan",
                path,
                change = change(by)
            ),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::TakenAway { path, .. } | Self::NotDone { path, .. } | Self::Lost { path, .. } => {
                path
            }
        }
    }
}

/// The settings that a plan removes without naming them.
///
/// # Errors
///
/// These settings.
pub fn check(plan: &Plan) -> Result<(), Vec<Unnamed>> {
    let mut found: Vec<Unnamed> = plan.edits.iter().flat_map(differing).collect();
    found.extend(lost(plan));
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// The differences between an edit and its named changes.
fn differing(edit: &Edit) -> Vec<Unnamed> {
    let path = &edit.path;
    // Of several that have changed places it is as good to name another one.
    let (reordered, mut named): (Vec<&SettingChange>, Vec<&SettingChange>) =
        edit.changes.iter().partition(|change| is_reordered(change));
    let moved = edit.changes.iter().filter(|change| change.moved);
    let may_move: Vec<&str> = moved.map(|change| change.setting.as_str()).collect();
    let mut found = Vec::new();
    for change in file_settings::differences_of(edit, &may_move) {
        let mut alike = reordered.iter();
        if is_reordered(&change) && alike.any(|known| known.setting == change.setting) {
            continue;
        }
        let same = |known: &&SettingChange| {
            (&known.place, &known.setting, &known.before, &known.after)
                == (
                    &change.place,
                    &change.setting,
                    &change.before,
                    &change.after,
                )
        };
        match named.iter().position(same) {
            Some(at) => {
                named.swap_remove(at);
            }
            None => found.push(Unnamed::TakenAway {
                path: path.clone(),
                change,
            }),
        }
    }
    found.extend(named.into_iter().map(|change| Unnamed::NotDone {
        path: path.clone(),
        change: change.clone(),
    }));
    found
}

/// Whether the setting is there as it was, in another order.
fn is_reordered(change: &SettingChange) -> bool {
    change.after.as_ref() == Some(&change.before)
}

/// Values that were moved but are in no file of the plan afterwards, in no command and in no manual
/// step.
fn lost(plan: &Plan) -> Vec<Unnamed> {
    let edits = || plan.edits.iter();
    let moved = |edit: &&Edit| edit.changes.iter().any(|change| change.moved);
    if edits().all(|edit| !moved(&edit)) {
        return Vec::new();
    }
    let mut left: BTreeSet<(String, String)> = BTreeSet::new();
    for edit in edits() {
        for setting in file_settings::of(&edit.path, &edit.after) {
            left.insert((same_name(&setting.name), setting.value));
        }
    }
    let mut words: Vec<&str> = Vec::new();
    for command in &plan.commands {
        words.extend(command.argv.iter().map(String::as_str));
        if let Undo::Run { argv } = &command.undo {
            words.extend(argv.iter().map(String::as_str));
        }
    }
    words.extend(plan.manual_steps.iter().map(|step| step.text.as_str()));
    // An ID may have another notation.
    let names = |text: &str, change: &SettingChange| {
        text.contains(&change.before)
            || change.setting.ends_with(".ids")
                && text
                    .to_ascii_lowercase()
                    .replace("0x", "")
                    .contains(&change.before)
    };
    let is_left = |change: &SettingChange| {
        left.contains(&(same_name(&change.setting), change.before.clone()))
            || words.iter().any(|text| names(text, change))
    };
    let mut found = Vec::new();
    for edit in edits() {
        let moved = edit.changes.iter().filter(|change| change.moved);
        for change in moved.filter(|change| !is_left(change)) {
            found.push(Unnamed::Lost {
                path: edit.path.clone(),
                change: change.clone(),
            });
        }
    }
    found
}

fn same_name(name: &str) -> String {
    name.replace('-', "_")
}

/// The error of a plan that is refused.
pub(super) fn sentences(found: &[Unnamed]) -> Text {
    let first = text!(
        "the plan removes more settings than requested, which is a bug in passthru; nothing was \
         changed:"
    );
    found.iter().fold(first, |list, one| list.item(&one.text()))
}
