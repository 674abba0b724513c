//! The maker of a processor that has replaced another one, as sentences say: `moved from AMD to an Intel board`,
//! `the previous board was AMD, currently one is Intel`.

use host_tree::{CommandText, Evidence, numbered_lines};
use list_order::Order as _;

use super::processor::Processor;
use super::stated_processor;
use crate::host::fact::Fact;
use crate::host::words::phrases::replaced_processor::{
    DENIED, FROM, NOT_PRESENT, NOW, OTHER_THINGS, PARTS, TO,
};
use crate::host::words::sentences::LONGEST_TEXT;

/// The maker of the present processor; none where sentences differ.
pub(in crate::host) fn read(texts: &[CommandText]) -> Option<Fact<Processor>> {
    let mut found: Option<Fact<Processor>> = None;
    let posts = texts.iter().filter(|text| text.text.len() <= LONGEST_TEXT);
    for text in posts.filter(|text| !text.is_output) {
        for (number, line) in numbered_lines(&text.text) {
            for maker in stated_processor::sentences(line).filter_map(present_maker) {
                match &found {
                    Some(fact) if fact.value != maker => return None,
                    Some(_) => {}
                    None => {
                        let shown: String = line.trim().chars().take(SHOWN).collect();
                        let evidence = Evidence::new(&*text.command, number, shown);
                        found = Some(Fact::new(maker, evidence));
                    }
                }
            }
        }
    }
    found
}

/// So much of a line is shown, in characters.
const SHOWN: usize = 200;

/// The maker of the processor that a sentence calls the present one beside the former: `moved from AMD to an
/// Intel board`, `the previous board was AMD, currently one is Intel`, `Intel CPU now`.
fn present_maker(sentence: &str) -> Option<Processor> {
    let lower = sentence.to_lowercase();
    let named = makers(&lower);
    let is_of_host = PARTS.iter().any(|word| has_word(&lower, word));
    if named.is_empty() || NOT_PRESENT.iter().any(|word| lower.contains(word)) || !is_of_host {
        return None;
    }
    let only = |part: &str| match makers(part).as_slice() {
        [(_, maker)] => Some(*maker),
        _ => None,
    };
    if let [(at, first), (to, second)] = named.as_slice()
        && first != second
        && is_replacement(&lower, *at, *to)
        && !is_of_other_thing(&lower, *to)
    {
        return Some(*second);
    }
    // The clause of the present state.
    let clauses = lower.split([',', ';', '，', '；', ':']);
    let mut present = clauses.filter(|clause| NOW.iter().any(|word| has_word(clause, word)));
    let clause = present.next()?;
    let is_denied = DENIED.iter().any(|word| has_word(clause, word));
    // `my new GPU is from AMD`
    let is_of_part = named.len() > 1 || PARTS.iter().any(|word| has_word(clause, word));
    let is_of_other = OTHER_THINGS.iter().any(|word| has_word(clause, word));
    (is_of_part && !is_denied && !is_of_other)
        .then(|| only(clause))
        .flatten()
}

/// The makers that a text in lower case names, each with its place.
fn makers(lower: &str) -> Vec<(usize, Processor)> {
    let places = |name: &'static str, maker: Processor| {
        let all = lower.match_indices(name);
        let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        all.filter_map(move |(at, _)| {
            let before = lower.get(..at)?.chars().next_back();
            let behind = lower.get(at + name.len()..)?.chars().next();
            // AMD-Vi is no maker.
            let is_name = !lower
                .get(at..)
                .is_some_and(|rest| rest.starts_with("amd-vi"));
            (is_edge(before) && is_edge(behind) && is_name).then_some((at, maker))
        })
    };
    let intel = places("intel", Processor::Intel);
    let mut found: Vec<(usize, Processor)> = intel.chain(places("amd", Processor::Amd)).collect();
    found.order_by_key(|(at, _)| *at);
    found
}

/// Whether the words between two makers, and those before the first, are of a replacement.
fn is_replacement(lower: &str, first: usize, second: usize) -> bool {
    const BEFORE: usize = 16;
    const BETWEEN: usize = 48;
    let before = lower.get(..first).unwrap_or_default();
    let before: String = before.chars().rev().take(BEFORE).collect();
    let before: String = before.chars().rev().collect();
    let between = lower.get(first..second).unwrap_or_default();
    let is_from = FROM.iter().any(|word| has_word(&before, word));
    let is_to = TO.iter().any(|word| has_word(between, word));
    between.len() <= BETWEEN && is_from && is_to
}

/// Whether the words behind the maker's name are of another thing than a processor.
fn is_of_other_thing(lower: &str, maker: usize) -> bool {
    const NEAR: usize = 3;
    let behind = lower.get(maker..).unwrap_or_default();
    let words = behind.split(|c: char| c.is_whitespace() || ",.;:/".contains(c));
    let near: Vec<&str> = words.take(NEAR).collect();
    let near = near.join(" ");
    OTHER_THINGS.iter().any(|word| has_word(&near, word))
}

/// Whether a text has the word; one of a script without blanks anywhere.
fn has_word(text: &str, word: &str) -> bool {
    let is_wide = word.chars().any(|c| c as u32 >= 0x2e80);
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x2e80);
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let behind = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        is_wide || !is_letter(before) && !is_letter(behind)
    })
}

#[cfg(test)]
mod tests;
