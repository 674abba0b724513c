//! Facts of the trade whose words sentences have.

use std::collections::{BTreeSet, HashMap, HashSet};

use host_tree::Evidence;
use list_order::Order as _;

use super::sentences::{Clause, Posts, Sentence, clause};
use super::trigrams::{Trigrams, hashes};
use super::word_index::WordIndex;
use crate::host::fact::Fact;
use crate::host::words::phrases::named_cards::ELSEWHERE;
use crate::host::words::phrases::topics::CONTEXT;
use crate::known_facts::{
    Combination, KnownFact, Phrases, Scope, When, all, at, groups, is_prerequisite, of_code, uses,
};

/// The rows that the sentences of a text fulfil, each with the first sentence that has a name;
/// and those whose words are there but for the name, which a listing may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatedFacts {
    /// Rows of which a sentence has a name.
    pub(crate) named: Vec<Fact<&'static KnownFact>>,
    /// Prerequisites of the uses that sentences describe, the most decisive first.
    pub(crate) prerequisites: Vec<Prerequisite>,
    /// Rows whose other conditions hold, of texts with sentences.
    possible: Vec<&'static KnownFact>,
    /// The systems of a host without sentences, which only listings describe.
    silent: Option<Clause>,
}

/// A prerequisite of a use.
#[derive(Clone, Debug)]
pub(crate) struct Prerequisite {
    /// The condition.
    pub(crate) item: &'static KnownFact,
    /// State of the assignment for which the use is.
    pub(crate) when: When,
    /// The sentence that describes the use.
    pub(crate) shown: Evidence,
}

impl StatedFacts {
    /// Whether no row can hold.
    pub(crate) fn is_empty(&self) -> bool {
        self.possible.is_empty() && self.prerequisites.is_empty() && self.silent.is_none()
    }

    /// Rows whose conditions hold, but for the name that a listing of devices with these names may
    /// have.
    pub(crate) fn possible(
        &self,
        devices: impl Iterator<Item = String>,
    ) -> Vec<&'static KnownFact> {
        let Some(system) = &self.silent else {
            return self.possible.clone();
        };
        let names: Vec<String> = devices.map(|name| name.to_lowercase()).collect();
        let listing = names.join("\n");
        let mut trigrams = Trigrams::default();
        trigrams.add(&listing);
        let is_listed = |own: &str| trigrams.may_have(own) && listing.contains(own);
        let has = |phrases: Phrases| phrases.iter().any(|phrase| system.has(phrase));
        let rows = listed_rows(&names).into_iter().filter_map(at);
        rows.filter(|row| row.listed_names().any(is_listed))
            .filter(|row| (row.with.is_empty() || has(row.with)) && !has(row.unless))
            .collect()
    }
}

/// The first run of three letters and digits of each name that counts in a listing, with the place of
/// its row: nearly all rows are about devices that a host does not have.
#[cfg(not(target_family = "wasm"))]
fn listed() -> &'static [(Option<u16>, u16)] {
    // By `build/listed_names.rs`.
    include!(concat!(env!("OUT_DIR"), "/listed.rs"))
}

/// The same on the page, which is loaded over a network.
#[cfg(any(test, target_family = "wasm"))]
fn listed_here() -> Vec<(Option<u16>, u16)> {
    let mut index = Vec::new();
    for (at, row) in (0_u16..).zip(all()) {
        if matches!(row.scope, Scope::Card | Scope::Host) {
            let keys = row.listed_names().map(|name| hashes(name).next());
            index.extend(keys.map(|key| (key.and_then(|hash| u16::try_from(hash).ok()), at)));
        }
    }
    index.order();
    index.dedup();
    index
}

#[cfg(target_family = "wasm")]
fn listed() -> &'static [(Option<u16>, u16)] {
    static INDEX: std::sync::LazyLock<Vec<(Option<u16>, u16)>> =
        std::sync::LazyLock::new(listed_here);
    &INDEX
}

/// The places of the rows that may have the name of a listed device; the names are in lower case.
fn listed_rows(devices: &[String]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let index = listed();
    let of = |key: Option<u16>| {
        let first = index.partition_point(|(each, _)| *each < key);
        let same = index.iter().skip(first);
        same.take_while(move |(each, _)| *each == key)
            .map(|(_, at)| usize::from(*at))
    };
    found.extend(of(None));
    for name in devices {
        let keys = hashes(name).filter_map(|hash| u16::try_from(hash).ok());
        found.extend(keys.flat_map(|hash| of(Some(hash))));
    }
    found
}

/// The shortest phrase that counts inside a word, in bytes.
const PART: usize = 5;

/// So many sentences may be between a name and the other phrase, and between the parts of a name.
const NEAR: usize = 3;

/// The shortest name that counts inside a word, in bytes.
const INSIDE: usize = 9;

/// The longest line that may be a phrase alone, in bytes.
const LINE: usize = 60;

/// The rows for the texts of a host with these systems, such as `Proxmox VE 8.3`, which lines of
/// programs may show that are no sentences.
pub(in crate::host) fn read(posts: &Posts<'_>, systems: &[String]) -> StatedFacts {
    let mut found = StatedFacts::default();
    let system = clause(&systems.join(", ").to_lowercase());
    if posts.is_empty() {
        found.silent = Some(system);
        return found;
    }
    let lines = short_lines(posts);
    let mut trigrams = Trigrams::default();
    let texts = posts.sentences().map(|one| one.whole.text.as_str());
    texts
        .chain([system.text.as_str()])
        .chain(lines.iter().map(String::as_str))
        .for_each(|text| trigrams.add(text));
    let sentences: Vec<&Sentence> = posts.sentences().collect();
    let texts = Texts {
        sentences: &sentences,
        index: &WordIndex::new(&sentences),
        lines: &lines,
        system: &system,
        trigrams: &trigrams,
        groups: &groups_in(&trigrams),
    };
    for row in all().filter(|row| !is_prerequisite(row.code)) {
        let Some(naming) = texts.named_by(row) else {
            continue;
        };
        found.possible.push(row);
        let named = naming.first();
        let named = named.map(|(_, sentence)| Fact::new(row, sentence.shown.clone()));
        found.named.extend(named);
    }
    for row in uses() {
        let Some(naming) = texts.named_by(row) else {
            continue;
        };
        let Some((_, sentence)) = naming.first() else {
            continue;
        };
        for code in row.items.iter() {
            let mut known = found.prerequisites.iter_mut();
            if let Some(known) = known.find(|one| one.item.code == code) {
                if row.when == When::Running {
                    known.when = row.when;
                }
                continue;
            }
            let item = of_code(code).filter(|item| {
                (item.with.is_empty() || texts.has_one(item.with, &[]))
                    && !texts.is_excluded(item.unless)
            });
            found.prerequisites.extend(item.map(|item| Prerequisite {
                item,
                when: row.when,
                shown: sentence.shown.clone(),
            }));
        }
    }
    found
}

/// Words before a thing that is not there.
const DENIALS: [&str; 9] = [
    "not", "no", "without", "kein", "keine", "keinen", "ohne", "sans", "sin",
];

/// The same without blanks between words.
const DENIALS_ELSEWHERE: [&str; 4] = ["不是", "无", "没有", "不带"];

/// Whether the first name is denied: `a restart, not a BSOD`.
fn is_denied(whole: &Clause, names: &[&str]) -> bool {
    let Some(before) = whole.up_to(names) else {
        return false;
    };
    let words = before.words();
    let words = match words.as_slice() {
        [words @ .., "a" | "an"] => words,
        words => words,
    };
    let text = before.text.trim_end();
    words.last().is_some_and(|word| DENIALS.contains(word))
        || DENIALS_ELSEWHERE.iter().any(|word| text.ends_with(word))
}

/// Whether one of the numbers, which are in order, is near this one.
fn has_near(numbers: &[usize], at: usize) -> bool {
    let next = numbers.partition_point(|number| *number < at.saturating_sub(NEAR));
    let next = numbers.get(next);
    next.is_some_and(|number| *number <= at + NEAR)
}

/// The lines that may be a phrase alone, in lower case: `ovmf` below `VM settings:` is no sentence.
fn short_lines(posts: &Posts<'_>) -> HashSet<String> {
    let lines = posts.texts().flat_map(|(text, _)| text.text.lines());
    let short = lines.map(str::trim).filter(|line| line.len() <= LINE);
    short.map(str::to_ascii_lowercase).collect()
}

/// The phrases of each group that the texts may have: many rows name the same groups.
fn groups_in(trigrams: &Trigrams) -> HashMap<&'static str, Vec<&'static str>> {
    let present = |words: Phrases| {
        words
            .iter()
            .filter(|word| trigrams.may_have(word))
            .collect()
    };
    let groups = groups().map(|(name, words)| (name, present(words)));
    groups
        .filter(|(_, words): &(_, Vec<_>)| !words.is_empty())
        .collect()
}

/// The sentences of the texts, their short lines, and the systems of the host.
struct Texts<'a> {
    sentences: &'a [&'a Sentence],
    index: &'a WordIndex<'a>,
    lines: &'a HashSet<String>,
    system: &'a Clause,
    trigrams: &'a Trigrams,
    groups: &'a HashMap<&'static str, Vec<&'static str>>,
}

impl<'a> Texts<'a> {
    /// The phrases that the texts may have.
    fn present(&self, phrases: Phrases) -> impl Iterator<Item = &'static str> {
        phrases.items().flat_map(|item| {
            let (alone, of_group) = match item.strip_prefix('@') {
                Some(group) => (None, self.groups.get(group)),
                None => (Some(item), None),
            };
            let alone = alone.filter(|phrase| self.trigrams.may_have(phrase));
            alone
                .into_iter()
                .chain(of_group.into_iter().flatten().copied())
        })
    }

    /// The numbers of the sentences with one of the phrases.
    fn with(&self, phrases: Phrases) -> Vec<usize> {
        let present = self.present(phrases);
        present.flat_map(|phrase| self.index.with(phrase)).collect()
    }

    /// The sentences with a name of the row, each with its number, where the texts fulfil its other
    /// conditions, too. A listing may have the name of some rows.
    fn named_by(&self, row: &KnownFact) -> Option<Vec<(usize, &'a Sentence)>> {
        let needs_name = matches!(row.scope, Scope::HyperV | Scope::Text);
        let naming = self.naming(row);
        // Words alone are about assignment: without them no listing is.
        let is_there = !(needs_name && naming.is_empty())
            && (row.with.is_empty() || self.has_one(row.with, &naming))
            && !self.is_excluded(row.unless);
        is_there.then_some(naming)
    }

    /// The sentences that have one of the row's names, or begin a combination, each with its number.
    fn naming(&self, row: &KnownFact) -> Vec<(usize, &'a Sentence)> {
        let is_text = row.scope == Scope::Text;
        let names: Vec<&str> = self.present(row.names).collect();
        let mut places = BTreeSet::new();
        for name in &names {
            places.extend(self.index.with(name));
            // `/sys/class/net/eth0/device/sriov_totalvfs` is one word.
            if is_text && name.len() >= INSIDE {
                places.extend(self.containing(name.trim_end_matches('*')));
            }
        }
        for combination in row.combined.iter() {
            places.extend(self.beginnings(combination));
        }
        let sentences = places
            .into_iter()
            .filter_map(|at| Some((at, *self.sentences.get(at)?)));
        sentences
            .filter(|(_, sentence)| {
                let whole = &sentence.whole;
                let is_of_assignment =
                    sentence.is_in_passthrough_text || is_text || row.scope == Scope::HyperV;
                // A question before a purchase is about the writer's machine. `finds no GPU` is what
                // prerequisites are for.
                let is_purchase = sentence.is_question && whole.has(&["buy", "recommend"]);
                is_of_assignment
                    && (is_purchase || !whole.has(&ELSEWHERE))
                    && (!row.items.is_empty() || !is_denied(whole, &names))
            })
            .collect()
    }

    /// The numbers of the sentences whose text contains the part of a word, and not as the name of a
    /// folder: `/usr/share/kvm`.
    fn containing(&self, part: &str) -> impl Iterator<Item = usize> {
        let all = self.sentences.iter().enumerate();
        let has = move |text: &str| {
            let before = |at: usize| text.get(..at).unwrap_or_default();
            let mut places = text.match_indices(part);
            places.any(|(at, _)| !before(at).ends_with("/usr/"))
        };
        all.filter(move |(_, one)| has(&one.whole.text))
            .map(|(at, _)| at)
    }

    /// The numbers of the sentences with the first part of the combination, near sentences with the others.
    fn beginnings(&self, combination: Combination) -> Vec<usize> {
        let mut parts = combination.parts();
        let mut first = parts.next().map_or(Vec::new(), |part| self.with(part));
        for part in parts {
            if first.is_empty() {
                break;
            }
            let mut others = self.with(part);
            others.order();
            first.retain(|at| has_near(&others, *at));
        }
        first
    }

    /// Whether the texts have one of the phrases near the sentences with a name. Words for a system
    /// may be anywhere, and so may all of a row without a name.
    fn has_one(&self, phrases: Phrases, naming: &[(usize, &Sentence)]) -> bool {
        // A title, or the first sentence, is about the whole text.
        let is_of_whole = |(at, one): &(usize, &Sentence)| one.is_title || *at == 0;
        let is_anywhere = naming.is_empty() || naming.iter().any(is_of_whole);
        let named: Vec<usize> = naming.iter().map(|(at, _)| *at).collect();
        let is_near = |at: usize| is_anywhere || has_near(&named, at);
        let is_title = |at: usize| self.sentences.get(at).is_some_and(|one| one.is_title);
        self.present(phrases).any(|phrase| {
            let part = phrase.trim_end_matches('*');
            let is_context = CONTEXT.contains(&part);
            let counts = |at: usize| is_context || is_title(at) || is_near(at);
            // A longer word may also be a part of an address on the web, or of a program's name.
            let is_inside = || part.len() >= PART && self.containing(part).any(counts);
            self.index.with(phrase).any(counts)
                || self.lines.contains(phrase)
                || self.system.has(&[phrase])
                || is_inside()
        })
    }

    /// Whether the texts have one of the phrases.
    fn is_excluded(&self, phrases: Phrases) -> bool {
        self.present(phrases)
            .any(|phrase| self.index.has(phrase) || self.system.has(&[phrase]))
    }
}

#[cfg(test)]
mod tests;
