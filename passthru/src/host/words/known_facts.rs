//! Facts of the trade whose words sentences have.

use std::collections::{BTreeSet, HashSet};

use host_tree::Evidence;

use super::sentences::{Clause, Posts, Sentence, clause};
use super::trigrams::{Trigrams, hashes};
use crate::host::fact::Fact;
use crate::host::words::phrases::named_cards::ELSEWHERE;
use crate::host::words::phrases::topics::CONTEXT;
use crate::known_facts::{
    Combination, KnownFact, Phrases, Scope, When, all, at, is_prerequisite, of_code, uses,
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
        let has = |phrases: Phrases| system.has(&phrases.iter().collect::<Vec<_>>());
        let rows = listed_rows(devices).into_iter();
        let rows = rows.filter_map(at);
        rows.filter(|row| (row.with.is_empty() || has(row.with)) && !has(row.unless))
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
    index.sort_unstable();
    index.dedup();
    index
}

#[cfg(target_family = "wasm")]
fn listed() -> &'static [(Option<u16>, u16)] {
    static INDEX: std::sync::LazyLock<Vec<(Option<u16>, u16)>> =
        std::sync::LazyLock::new(listed_here);
    &INDEX
}

/// The places of the rows that may have the name of a listed device.
fn listed_rows(devices: impl Iterator<Item = String>) -> BTreeSet<usize> {
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
        let name = name.to_lowercase();
        let keys = hashes(&name).filter_map(|hash| u16::try_from(hash).ok());
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
        lines: &lines,
        system: &system,
        trigrams: &trigrams,
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
                (item.with.is_empty() || texts.has_one(&texts.present(item.with), &[]))
                    && !texts.is_excluded(&texts.present(item.unless))
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

/// Whether the sentence at a place has one of the row's names that the texts may have, or begins a
/// combination.
fn is_named(row: &KnownFact, names: &[&str], sentences: &[&Sentence], at: usize) -> bool {
    let Some(sentence) = sentences.get(at) else {
        return false;
    };
    let whole = &sentence.whole;
    let neighbors = sentences.get(at.saturating_sub(NEAR)..sentences.len().min(at + NEAR + 1));
    let is_combined = |combination: Combination| {
        let words = |part: Phrases| part.iter().collect::<Vec<_>>();
        let mut parts = combination.parts().map(words);
        parts.next().is_some_and(|words| whole.has(&words))
            && parts.all(|words| {
                let mut near = neighbors.into_iter().flatten();
                near.any(|one| one.whole.has(&words))
            })
    };
    let is_text = row.scope == Scope::Text;
    // `/sys/class/net/eth0/device/sriov_totalvfs` is one word.
    let is_inside = || {
        let mut names = names.iter().filter(|name| name.len() >= INSIDE);
        is_text && names.any(|name| whole.text.contains(name.trim_end_matches('*')))
    };
    let is_of_assignment = sentence.is_in_passthrough_text || is_text || row.scope == Scope::HyperV;
    // A question before a purchase is about the writer's machine. `finds no GPU` is what
    // prerequisites are for.
    let is_purchase = sentence.is_question && whole.has(&["buy", "recommend"]);
    is_of_assignment
        && (whole.has(names) || is_inside() || row.combined.iter().any(is_combined))
        && (is_purchase || !whole.has(&ELSEWHERE))
        && (!row.items.is_empty() || !is_denied(whole, names))
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

/// The lines that may be a phrase alone, in lower case: `ovmf` below `VM settings:` is no sentence.
fn short_lines(posts: &Posts<'_>) -> HashSet<String> {
    let lines = posts.texts().flat_map(|(text, _)| text.text.lines());
    let short = lines.map(str::trim).filter(|line| line.len() <= LINE);
    short.map(str::to_ascii_lowercase).collect()
}

/// The sentences of the texts, their short lines, and the systems of the host.
struct Texts<'a> {
    sentences: &'a [&'a Sentence],
    lines: &'a HashSet<String>,
    system: &'a Clause,
    trigrams: &'a Trigrams,
}

impl<'a> Texts<'a> {
    /// The phrases that the texts may have.
    fn present(&self, phrases: Phrases) -> Vec<&'static str> {
        let phrases = phrases.iter();
        phrases
            .filter(|phrase| self.trigrams.may_have(phrase))
            .collect()
    }

    /// The sentences with a name of the row, each with its number, where the texts fulfil its other
    /// conditions, too. A listing may have the name of some rows.
    fn named_by(&self, row: &KnownFact) -> Option<Vec<(usize, &'a Sentence)>> {
        let needs_name = matches!(row.scope, Scope::HyperV | Scope::Text);
        let names = self.present(row.names);
        let may_have = |words: Phrases| words.iter().any(|word| self.trigrams.may_have(word));
        let mut combined = row.combined.iter();
        let is_possible = !names.is_empty() || combined.any(|one| one.parts().all(may_have));
        if needs_name && !is_possible {
            return None;
        }
        let all = self.sentences.iter().copied().enumerate();
        let naming: Vec<(usize, &Sentence)> = all
            .filter(|(at, _)| is_possible && is_named(row, &names, self.sentences, *at))
            .collect();
        // Words alone are about assignment: without them no listing is.
        let is_there = !(needs_name && naming.is_empty())
            && (row.with.is_empty() || self.has_one(&self.present(row.with), &naming))
            && !self.is_excluded(&self.present(row.unless));
        is_there.then_some(naming)
    }

    /// Whether the texts have one of the phrases near the sentences with a name. Words for a system
    /// may be anywhere, and so may all of a row without a name.
    fn has_one(&self, phrases: &[&str], naming: &[(usize, &Sentence)]) -> bool {
        let is_near = |at: usize| {
            let mut named = naming.iter();
            // A title, or the first sentence, is about the whole text.
            let is_near = |named: usize| named == 0 || named.abs_diff(at) <= NEAR;
            naming.is_empty() || named.any(|(named, one)| one.is_title || is_near(*named))
        };
        // A longer word may also be a part of an address on the web, or of a program's name.
        let is_in = |one: &Sentence, phrase: &str| {
            let part = phrase.trim_end_matches('*');
            one.whole.has(&[phrase]) || part.len() >= PART && one.whole.text.contains(part)
        };
        phrases.iter().any(|phrase| {
            let is_context = CONTEXT.contains(&phrase.trim_end_matches('*'));
            let mut all = self.sentences.iter().enumerate();
            all.any(|(at, one)| (is_context || one.is_title || is_near(at)) && is_in(one, phrase))
                || self.lines.contains(*phrase)
                || self.system.has(&[phrase])
        })
    }

    /// Whether the texts have one of the phrases.
    fn is_excluded(&self, phrases: &[&str]) -> bool {
        let mut clauses = self.sentences.iter().map(|one| &one.whole);
        clauses.any(|one| one.has(phrases)) || self.system.has(phrases)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_has_the_index_of_the_page() {
        assert_eq!(listed(), listed_here());
    }

    /// Sentences lose marks such as `=` and a slash at a word's start.
    #[test]
    fn every_phrase_can_be_in_a_sentence() {
        let mut absent = Vec::new();
        for row in all().chain(uses()) {
            let combined = row.combined.iter().flat_map(Combination::parts);
            let lists = combined.chain([row.names, row.unless]);
            for phrase in lists.flat_map(Phrases::iter) {
                if !clause(&phrase.replace('*', "x")).has(&[phrase]) {
                    absent.push(format!("{}: {phrase}", row.code));
                }
            }
        }
        assert!(absent.is_empty(), "{}", absent.join("\n"));
    }
}
