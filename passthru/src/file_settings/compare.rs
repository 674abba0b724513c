//! The settings of a file before and after.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use host_tree::{Edit, SettingChange};
use hostconf::boot::command_line::same_name;

use super::format::of;
use super::intent::Intent;
use super::patch::patched;
use super::setting::FileSetting;

use list_order::{Inserts as _, Order as _};

/// Returns the settings of `before` that an edit of the file at `path` removes, changes, moves or
/// reorders, in the order of their lines. Of two that changed places, the one that `may_move` names
/// has moved.
#[must_use]
pub fn differences(path: &str, before: &str, after: &str, may_move: &[&str]) -> Vec<SettingChange> {
    if before == after {
        return Vec::new();
    }
    between(&of(path, before), &of(path, after), may_move)
}

/// Returns what an edit removes from the text that it changes: [`differences`] for a file, and for
/// a copy of another one, compared with that; for a merge patch of a Kubernetes object, compared
/// with the object.
#[must_use]
pub fn differences_of(edit: &Edit, may_move: &[&str]) -> Vec<SettingChange> {
    let (path, after) = (&edit.path, &edit.after);
    match (&edit.base, &edit.before) {
        (Some(object), _) if path.ends_with(".yaml") => {
            // Without a valid object or patch, all settings are removed.
            let before = patched(object, "{}").unwrap_or_else(|| of(path, object));
            let after = patched(object, after).unwrap_or_default();
            between(&before, &after, may_move)
        }
        (Some(before), _) | (None, Some(before)) => differences(path, before, after, may_move),
        (None, None) => Vec::new(),
    }
}

fn between(before: &[FileSetting], after: &[FileSetting], may_move: &[&str]) -> Vec<SettingChange> {
    let (pairs, gone, new) = matched(before, after);
    let mut changes: Vec<SettingChange> = gone_or_changed(&gone, &new, after);
    changes.extend(reordered(&pairs, before, after, may_move));
    changes.order_by_key(|change| change.line);
    changes
}

/// The same as [`differences`], compared with the intents: the changes, or those that no intent
/// names.
///
/// # Errors
///
/// The changes that no intent covers.
pub fn resolve(
    path: &str,
    before: &str,
    after: &str,
    intents: &[Intent],
) -> Result<Vec<SettingChange>, Vec<SettingChange>> {
    let names: Vec<&str> = intents.iter().map(Intent::setting).collect();
    held(differences(path, before, after, &names), intents)
}

/// The same as [`differences_of`], compared with the intents.
///
/// # Errors
///
/// As [`resolve`].
pub(crate) fn resolve_edit(
    edit: &Edit,
    intents: &[Intent],
) -> Result<Vec<SettingChange>, Vec<SettingChange>> {
    let names: Vec<&str> = intents.iter().map(Intent::setting).collect();
    held(differences_of(edit, &names), intents)
}

fn held(
    changes: Vec<SettingChange>,
    intents: &[Intent],
) -> Result<Vec<SettingChange>, Vec<SettingChange>> {
    let mut meant = Vec::new();
    let mut others = Vec::new();
    for mut change in changes {
        let mut covers = intents.iter().filter(|intent| intent.covers(&change));
        match covers.next() {
            None => others.push(change),
            Some(first) => {
                // Its removal is intended only if it is set elsewhere.
                let all = [first].into_iter().chain(covers);
                let moves = |intent: &Intent| matches!(intent, Intent::Moves { .. });
                change.moved |= all.into_iter().all(moves);
                meant.push(change);
            }
        }
    }
    if others.is_empty() {
        Ok(meant)
    } else {
        Err(others)
    }
}

/// Identity of a setting.
type Key<'a> = (&'a str, String, &'a str);

fn key(setting: &FileSetting) -> Key<'_> {
    (
        &setting.place,
        setting.name.replace('-', "_"),
        &setting.value,
    )
}

type Matched<'a> = (
    Vec<(usize, usize)>,
    Vec<&'a FileSetting>,
    Vec<&'a FileSetting>,
);

/// The unchanged settings, by their numbers before and after; the removed ones, and the new ones.
fn matched<'a>(before: &'a [FileSetting], after: &'a [FileSetting]) -> Matched<'a> {
    let mut free: BTreeMap<Key<'_>, VecDeque<usize>> = BTreeMap::new();
    for (at, setting) in after.iter().enumerate() {
        free.entry(key(setting)).or_default().push_back(at);
    }
    let mut pairs = Vec::new();
    let mut gone = Vec::new();
    for (at, setting) in before.iter().enumerate() {
        match free.get_mut(&key(setting)).and_then(VecDeque::pop_front) {
            Some(place) => pairs.push((at, place)),
            None => gone.push(setting),
        }
    }
    let new: BTreeSet<usize> = free.into_values().flatten().into_set();
    let new = new.into_iter().filter_map(|at| after.get(at));
    (pairs, gone, new.collect())
}

fn gone_or_changed(
    gone: &[&FileSetting],
    new: &[&FileSetting],
    after: &[FileSetting],
) -> Vec<SettingChange> {
    let name = |setting: &FileSetting| setting.name.replace('-', "_");
    let mut in_place: BTreeMap<(&str, String), VecDeque<&str>> = BTreeMap::new();
    for setting in new {
        let values = in_place.entry((&setting.place, name(setting))).or_default();
        values.push_back(&setting.value);
    }
    let left = after.iter().map(|setting| (name(setting), &*setting.value));
    let left: BTreeSet<(String, &str)> = left.into_set();
    let changes = gone.iter().map(|setting| {
        let moved = left.contains(&(name(setting), &setting.value));
        // Lines that are not settings do not replace each other.
        let values = in_place
            .get_mut(&(&*setting.place, name(setting)))
            .filter(|_| !moved && !setting.name.is_empty());
        let to = values.and_then(VecDeque::pop_front);
        let mut change = removed(setting);
        change.after = to.map(str::to_owned);
        change.moved = moved;
        change
    });
    changes.collect()
}

fn removed(setting: &FileSetting) -> SettingChange {
    SettingChange::removed(
        setting.line,
        setting.place.clone(),
        setting.name.clone(),
        setting.value.clone(),
    )
}

/// Settings in another order than before: the smallest set that explains the order, preferably of
/// those that may move. Equal settings are interchangeable.
fn reordered(
    pairs: &[(usize, usize)],
    before: &[FileSetting],
    after: &[FileSetting],
    may_move: &[&str],
) -> Vec<SettingChange> {
    let mut count: BTreeMap<Key<'_>, (usize, usize)> = BTreeMap::new();
    for setting in before {
        count.entry(key(setting)).or_default().0 += 1;
    }
    for setting in after {
        count.entry(key(setting)).or_default().1 += 1;
    }
    let single: Vec<(&FileSetting, usize)> = pairs
        .iter()
        .filter_map(|(at, place)| Some((before.get(*at)?, *place)))
        .filter(|(setting, _)| count.get(&key(setting)) == Some(&(1, 1)))
        .collect();
    let stays = steady(&single, |setting| {
        let mut names = may_move.iter();
        names.any(|name| same_name(name, &setting.name))
    });
    let moved = single.iter().zip(stays).filter(|(_, stays)| !stays);
    let moved = moved.map(|((setting, _), _)| {
        let mut change = removed(setting);
        change.after = Some(setting.value.clone());
        change.moved = true;
        change
    });
    moved.collect()
}

/// For each setting with its place afterwards, whether it is one of those that are in
/// order: as many as can be of those that do not move, and of the others as fit in.
fn steady(all: &[(&FileSetting, usize)], moves: impl Fn(&FileSetting) -> bool) -> Vec<bool> {
    let places: Vec<usize> = all.iter().map(|(_, place)| *place).collect();
    let row = |these: &[usize]| -> Vec<usize> {
        let there: Vec<usize> = these
            .iter()
            .filter_map(|at| places.get(*at).copied())
            .collect();
        let kept = these.iter().zip(rising(&there)).filter(|(_, rises)| *rises);
        kept.map(|(at, _)| *at).collect()
    };
    let others = all
        .iter()
        .enumerate()
        .filter(|(_, (setting, _))| !moves(setting));
    let others: Vec<usize> = others.map(|(at, _)| at).collect();
    let fixed = row(&others);
    let mut next = fixed.iter().copied().peekable();
    let mut below = None;
    let mut fitting = Vec::new();
    for (at, (setting, place)) in all.iter().enumerate() {
        if next.next_if_eq(&at).is_some() {
            below = Some(*place);
            fitting.push(at);
            continue;
        }
        let above = next.peek().and_then(|next| places.get(*next));
        let fits = below.is_none_or(|below| below < *place) && above.is_none_or(|a| place < a);
        if moves(setting) && fits {
            fitting.push(at);
        }
    }
    let mut stays = vec![false; all.len()];
    for at in row(&fitting) {
        if let Some(stays) = stays.get_mut(at) {
            *stays = true;
        }
    }
    stays
}

/// For each number, which are all different, whether it is one of the longest row of
/// rising ones.
fn rising(numbers: &[usize]) -> Vec<bool> {
    // For each length, the last of the row with the least end, and its predecessors.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    let number = |at: usize| numbers.get(at).copied().unwrap_or_default();
    for (at, here) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| number(*end) < *here);
        before.push(
            length
                .checked_sub(1)
                .and_then(|above| ends.get(above).copied()),
        );
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut stay = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        if let Some(stays) = stay.get_mut(at) {
            *stays = true;
        }
        next = before.get(at).copied().flatten();
    }
    stay
}
