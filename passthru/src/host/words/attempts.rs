//! Sentences about changes after which the failure remained: `tried another image, same result`.

use host_tree::Evidence;

use super::sentences::{Posts, Sentence};
use crate::host::words::phrases::attempts::{NOT_ATTEMPTS, SAME, TRIED};
use crate::host::words::phrases::moods::{
    CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, QUESTION, READER,
};

/// Maximum number of sentences.
const MOST: usize = 4;

/// The sentences about such changes.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Evidence> {
    let found = posts
        .sentences()
        .filter(|sentence| is_without_effect(sentence));
    found.map(|one| one.shown.clone()).take(MOST).collect()
}

fn is_without_effect(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let open = [
        &CASE, &QUESTION, &EXPECTED, &HOPE, &POSSIBLE, &READER, &OTHERS,
    ];
    let is_open = sentence.is_question || sentence.is_title || whole.has_any(&open);
    let before = &sentence.before;
    let is_short = !whole.is_without_blanks() && whole.words().len() < SHORT;
    let is_tried_before = || is_short && before.has(&TRIED) && !before.has(&NOT_ATTEMPTS);
    let is_tried = || whole.has(&TRIED) || is_tried_before();
    sentence.is_in_passthrough_text
        && !is_open
        && !whole.has(&NOT_ATTEMPTS)
        && whole.has(&SAME)
        && is_tried()
}

/// A sentence of fewer words is about the sentence before it: `No difference.`
const SHORT: usize = 12;

#[cfg(test)]
mod tests;
