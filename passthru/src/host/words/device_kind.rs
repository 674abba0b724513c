//! The kind of the device in sentences about an assignment, where no model is named: `直通sata控制器`.

use std::sync::LazyLock;

use super::named_phrases::{NamedPhrases, rows};
use super::sentences::{Clause, Posts, Sentence};
use crate::host::words::phrases::good_news::WORKS;

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
