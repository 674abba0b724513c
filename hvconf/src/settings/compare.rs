//! The settings of a file before and after.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::change::Change;
use super::format::of;
use super::intent::Intent;
use super::setting::Setting;

/// What an edit of the file at `path` takes away from `before`: settings that are gone,
/// that have another value, or that stand elsewhere or in another order. In the order of
/// their lines.
#[must_use]
pub fn differences(path: &str, before: &str, after: &str) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let (before, after) = (of(path, before), of(path, after));
    let (pairs, gone, new) = matched(&before, &after);
    let mut changes: Vec<Change> = gone_or_changed(&gone, &new, &after);
    changes.extend(reordered(&pairs, &before));
    changes.sort_by_key(|change| change.line);
    changes
}

/// The same, held to what was meant: the changes, or those of them that nothing names.
///
/// # Errors
///
/// The changes that no intent covers.
pub fn resolve(
    path: &str,
    before: &str,
    after: &str,
    intents: &[Intent],
) -> Result<Vec<Change>, Vec<Change>> {
    let mut meant = Vec::new();
    let mut others = Vec::new();
    for mut change in differences(path, before, after) {
        let mut covers = intents.iter().filter(|intent| intent.covers(&change));
        match covers.next() {
            None => others.push(change),
            Some(first) => {
                // That it goes is meant only as far as it is somewhere else.
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

/// What makes two settings the same one.
type Key<'a> = (&'a str, String, &'a str);

fn key(setting: &Setting) -> Key<'_> {
    (
        &setting.place,
        setting.name.replace('-', "_"),
        &setting.value,
    )
}

type Matched<'a> = (Vec<(usize, usize)>, Vec<&'a Setting>, Vec<&'a Setting>);

/// Each setting that stays, by its numbers before and after; those that are gone, and
/// those that are new.
fn matched<'a>(before: &'a [Setting], after: &'a [Setting]) -> Matched<'a> {
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
    let new: BTreeSet<usize> = free.into_values().flatten().collect();
    let new = new.into_iter().filter_map(|at| after.get(at));
    (pairs, gone, new.collect())
}

fn gone_or_changed(gone: &[&Setting], new: &[&Setting], after: &[Setting]) -> Vec<Change> {
    let name = |setting: &Setting| setting.name.replace('-', "_");
    let mut in_place: BTreeMap<(&str, String), VecDeque<&str>> = BTreeMap::new();
    for setting in new {
        let values = in_place.entry((&setting.place, name(setting))).or_default();
        values.push_back(&setting.value);
    }
    let left = after.iter().map(|setting| (name(setting), &*setting.value));
    let left: BTreeSet<(String, &str)> = left.collect();
    let changes = gone.iter().map(|setting| {
        let moved = left.contains(&(name(setting), &setting.value));
        // Lines that are no settings do not take each other's place.
        let values = in_place
            .get_mut(&(&*setting.place, name(setting)))
            .filter(|_| !moved && !setting.name.is_empty());
        let to = values.and_then(VecDeque::pop_front);
        Change {
            line: setting.line,
            place: setting.place.clone(),
            setting: setting.name.clone(),
            before: setting.value.clone(),
            after: to.map(str::to_owned),
            moved,
        }
    });
    changes.collect()
}

/// Settings that stand in another order than before: as few as are enough to say so. Of
/// several that are the same it is not told which is which.
fn reordered(pairs: &[(usize, usize)], before: &[Setting]) -> Vec<Change> {
    let mut count: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for setting in before {
        *count.entry(key(setting)).or_default() += 1;
    }
    let single: Vec<(&Setting, usize)> = pairs
        .iter()
        .filter_map(|(at, place)| Some((before.get(*at)?, *place)))
        .filter(|(setting, _)| count.get(&key(setting)) == Some(&1))
        .collect();
    let places: Vec<usize> = single.iter().map(|(_, place)| *place).collect();
    let stay = rising(&places);
    let moved = single
        .iter()
        .zip(stay)
        .filter(|(_, stays)| !stays)
        .map(|((setting, _), _)| Change {
            line: setting.line,
            place: setting.place.clone(),
            setting: setting.name.clone(),
            before: setting.value.clone(),
            after: Some(setting.value.clone()),
            moved: true,
        });
    moved.collect()
}

/// For each number, which are all different, whether it is one of the longest row of
/// rising ones.
fn rising(numbers: &[usize]) -> Vec<bool> {
    // The last of the row of each length with the least end, and what is before each.
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
