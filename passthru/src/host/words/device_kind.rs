//! The kind of the device in sentences about an assignment, where no model is named: `直通sata控制器`.

use std::sync::LazyLock;

use list_order::Order as _;

use super::named_phrases::{NamedPhrases, rows};
use super::sentences::{Clause, Posts, Sentence};
use crate::host::words::phrases::Phrases;
use crate::host::words::phrases::good_news::WORKS;
use crate::host::words::phrases::statements::{ADDED, ROUTERS, STORES};

/// The kind that the first sentence about an assignment names, or else the first other sentence of
/// such a text, or else one that says that its device works.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Option<&'static str> {
    let sentences = posts.sentences().filter(|one| one.is_in_passthrough_text);
    let is_of_assignment = |one: &&Sentence| one.whole.is_of_assignment();
    let of_assignment = sentences.clone().filter(is_of_assignment);
    // A device that is new beside the assigned one.
    let is_new = |one: &&Sentence| one.whole.has(&["added", "inserted", "加了", "新增"]);
    // The question is about another device.
    let works = |one: &&Sentence| one.whole.has(&WORKS);
    let others = sentences.filter(|one| !is_new(one));
    let open = of_assignment.clone().chain(others.clone());
    let open = open.filter(|one| !works(one));
    open.chain(of_assignment)
        .chain(others)
        .find_map(|sentence| kind(&sentence.whole))
}

/// Each kind that a sentence names, except of a device that is new in the host: `I added an NVMe drive,
/// and the GPU is gone`.
pub(super) fn present(posts: &Posts<'_>) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    let mut new: Vec<&'static str> = Vec::new();
    // The host keeps others.
    let of_guests = posts.sentences().filter(|one| {
        let whole = &one.whole;
        (whole.names_guest() || whole.is_of_assignment()) && !whole.has(&["dom0", "host"])
    });
    for sentence in of_guests {
        let named = kinds().iter();
        let named = named.filter(|kind| sentence.whole.has(&*kind.phrases));
        let named: Vec<&NamedPhrases> = named.collect();
        all.extend(named.iter().map(|kind| kind.name));
        new.extend(added(&sentence.whole, &named));
    }
    let is_new = |name: &&'static str| new.contains(name);
    all.retain(|name| !is_new(name));
    all.order();
    all.dedup();
    all
}

/// The kinds of devices that guests with the named systems usually have.
pub(super) fn usual(posts: &Posts<'_>) -> Vec<&'static str> {
    let has = |names: &Phrases| posts.sentences().any(|one| one.whole.has(names));
    let of_routers = has(&ROUTERS).then_some(["network card"].as_slice());
    let of_stores = ["HBA", "SATA controller", "NVMe drive"].as_slice();
    let of_stores = has(&STORES).then_some(of_stores);
    let all = [of_routers, of_stores].into_iter().flatten().flatten();
    all.copied().collect()
}

/// The kind that is next to the words for a new device.
fn added(whole: &Clause, named: &[&NamedPhrases]) -> Option<&'static str> {
    if !whole.has(&ADDED) {
        return None;
    }
    let places = |phrases: &[&str]| -> Vec<(usize, usize)> {
        let found = phrases.iter().flat_map(|phrase| {
            let phrase = phrase.trim_end_matches('*');
            let starts = whole.text.match_indices(phrase);
            starts.map(|(start, part)| (start, start + part.len()))
        });
        found.collect()
    };
    let words = places(&ADDED);
    let distance = |kind: &NamedPhrases| {
        let named = places(&kind.phrases).into_iter();
        let pairs = named.flat_map(|(start, end)| {
            let gap = move |(from, to): &(usize, usize)| {
                start.saturating_sub(*to).max(from.saturating_sub(end))
            };
            words.iter().map(gap)
        });
        pairs.min()
    };
    let near = named
        .iter()
        .filter_map(|kind| Some((distance(kind)?, kind.name)));
    near.min().map(|(_, name)| name)
}

/// The kinds.
fn kinds() -> &'static [NamedPhrases] {
    static KINDS: LazyLock<Vec<NamedPhrases>> =
        LazyLock::new(|| rows(include_str!("../../../data/device-kinds.tsv")));
    &KINDS
}

/// Whether the clause names a graphics card, or the processor's graphics.
pub(super) fn names_graphics(clause: &Clause) -> bool {
    let mut graphics = kinds().iter().filter(|kind| kind.name.contains("graphics"));
    graphics.any(|kind| clause.has(&*kind.phrases))
}

/// The kind, if the sentence names one alone.
pub(super) fn kind(clause: &Clause) -> Option<&'static str> {
    let mut named = kinds().iter().filter(|kind| clause.has(&*kind.phrases));
    let first = named.next()?;
    named.next().is_none().then_some(first.name)
}

#[cfg(test)]
mod tests;
