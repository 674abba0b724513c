//! Guests that a sentence denies: `a server without VMs`, `pas de VM, pas de passthrough`.

use std::borrow::Cow;
use std::ops::Range;

use list_order::Order as _;

use crate::host::words::phrases::is_wide;
use crate::host::words::phrases::no_guests::{
    ASSIGNMENTS, DENIALS, FOLLOWERS, GUESTS, JOINS, RUNNING, WIDE_ASSIGNMENTS, WIDE_DENIALS,
    WIDE_GUESTS,
};

/// The word for a host without guests, in the place of the denial.
const BARE_METAL: &str = "bare-metal";

/// Parts of all words for guests and assignments: a sentence without them has no denial.
const PARTS: [&str; 9] = [
    "vm", "guest", "virt", "gast", "gäst", "hyperv", "вм", "вирт", "虚",
];

/// The sentence in lower case with `bare-metal` for each guest that its words deny, and for each
/// assignment beside it. No other reader takes the sentence to be about guests then.
pub(in crate::host) fn without_denied(plain: String) -> String {
    if !PARTS.iter().any(|part| plain.contains(part)) {
        return plain;
    }
    let guests = denied(&plain, &GUESTS, &WIDE_GUESTS);
    if guests.is_empty() {
        return plain;
    }
    let plain = replaced(&plain, guests).into_owned();
    let assignments = denied(&plain, &ASSIGNMENTS, &WIDE_ASSIGNMENTS);
    replaced(&plain, assignments).into_owned()
}

fn replaced(plain: &str, denied: Vec<Range<usize>>) -> Cow<'_, str> {
    if denied.is_empty() {
        return Cow::Borrowed(plain);
    }
    let mut text = String::new();
    let mut from = 0;
    for place in denied {
        text.push_str(plain.get(from..place.start).unwrap_or_default());
        text.push(' ');
        text.push_str(BARE_METAL);
        text.push(' ');
        from = place.end;
    }
    text.push_str(plain.get(from..).unwrap_or_default());
    Cow::Owned(text)
}

/// A word and its place.
type Word<'a> = (&'a str, Range<usize>);

/// The places of the denied things with their denials, in order.
fn denied(plain: &str, things: &[&str], wide_things: &[&str]) -> Vec<Range<usize>> {
    let words = words(plain);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let place = of_words(plain, &words, at, things);
        match place {
            Some((place, next)) => {
                found.push(place);
                at = next;
            }
            None => at += 1,
        }
    }
    let wide = WIDE_DENIALS.iter().flat_map(|denial| {
        let places = plain.match_indices(*denial);
        places.filter_map(|(start, _)| of_signs(plain, start, denial, wide_things))
    });
    let mut wide: Vec<Range<usize>> = wide.collect();
    found.append(&mut wide);
    found.order_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
    let mut end = 0;
    found.retain(|place| {
        let is_behind = place.start >= end;
        if is_behind {
            end = place.end;
        }
        is_behind
    });
    found
}

/// The denial that starts with the word, and the number of the word behind.
fn of_words(
    plain: &str,
    words: &[Word<'_>],
    at: usize,
    things: &[&str],
) -> Option<(Range<usize>, usize)> {
    let denial = longest(words, at, &DENIALS).or_else(|| {
        // `bare-metal or passthrough`: the list goes on.
        let before = words.get(at.checked_sub(1)?)?;
        (before.0 == BARE_METAL).then(|| longest(words, at, &JOINS))?
    })?;
    let first = at + denial;
    let thing = longest(words, first, things)?;
    let last = words.get(first + thing - 1)?;
    let start = words.get(at)?.1.start;
    let place = start..last.1.end;
    // The words of a denial are of one clause.
    let is_one = !plain
        .get(place.clone())?
        .contains([',', ';', '(', ')', ':', '.']);
    let next = first + thing;
    let rest = plain.get(place.end..).unwrap_or_default().trim_start();
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
    let is_kind = matches!(
        words.get(at)?.0,
        "without" | "ohne" | "sans" | "sin" | "senza" | "без"
    );
    let is_list = || {
        let join = longest(words, next, &JOINS)?;
        longest(words, next + join, &ASSIGNMENTS)
    };
    let is_whole = ends
        || longest(words, next, &FOLLOWERS).is_some()
        || is_list().is_some()
        || is_kind && longest(words, next, &RUNNING).is_none();
    (is_one && is_whole).then_some((place, next))
}

/// The most words of a phrase that starts at the word.
fn longest(words: &[Word<'_>], at: usize, phrases: &[&str]) -> Option<usize> {
    let is_here = |phrase: &&str| {
        let mut wanted = phrase.split(' ').zip(at..);
        wanted.all(|(wanted, at)| {
            let word = words.get(at).map(|(word, _)| *word);
            word.is_some_and(|word| match wanted.strip_suffix('*') {
                Some(start) => word.starts_with(start),
                None => word == wanted,
            })
        })
    };
    let fitting = phrases.iter().filter(|phrase| is_here(phrase));
    fitting.map(|phrase| phrase.split(' ').count()).max()
}

/// The denial without blanks at the place: a thing behind, and then the end of the clause.
fn of_signs(plain: &str, start: usize, denial: &str, things: &[&str]) -> Option<Range<usize>> {
    let behind = start + denial.len();
    let rest = plain.get(behind..)?;
    let blank = rest.len() - rest.trim_start().len();
    let thing = things
        .iter()
        .find(|thing| rest.trim_start().starts_with(**thing))?;
    let end = behind + blank + thing.len();
    let after = plain.get(end..)?.trim_start();
    let is_end = !after.starts_with(|c: char| c.is_alphanumeric());
    let goes_on = ["也", "和", "或", "的机", "的主机", "的服务器", "环境"];
    (is_end || goes_on.iter().any(|word| after.starts_with(word))).then_some(start..end)
}

/// The words of letters, digits and signs inside words, with their places.
fn words(plain: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() && !is_wide(c) || matches!(c, '\'' | '-');
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in plain.char_indices().chain([(plain.len(), ' ')]) {
        match (start, is_part(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.extend(plain.get(from..at).map(|word| (word, from..at)));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
