//! Words with which a sentence is no good news: a wish, a guide, the past, another state.

use super::super::sentences::Clause;
use crate::host::words::phrases::not_news::{DEVICES, REMOVED, WITHOUT};

/// The most words between such a verb and the device.
const NEAR: usize = 5;

/// The most words between `without` and a failure: `without a single crash`.
const NEAR_FAILURE: usize = 3;

/// Failures that a success is without.
const FAILURES: [&str; 11] = [
    "crash", "crashes", "crashing", "hang", "hangs", "freeze", "freezes", "error", "errors",
    "failure", "failures",
];

/// Whether the clause takes the device away.
pub(super) fn takes_away(clause: &Clause) -> bool {
    let words = clause.words();
    let mut places = words.iter().enumerate();
    let is_removed = places.any(|(at, word)| {
        let pair = words.get(at + 1).map(|next| format!("{word} {next}"));
        let is_verb =
            REMOVED.contains(word) || pair.is_some_and(|pair| REMOVED.contains(&pair.as_str()));
        let rest = words.get(at + 1..).unwrap_or_default();
        let mut denied = rest.iter().take(NEAR_FAILURE);
        is_verb
            && !lacks_graphics(&words, at)
            && !denied.any(|word| FAILURES.contains(word))
            && rest.iter().take(NEAR).any(|word| DEVICES.contains(word))
    });
    is_removed || is_removed_passively(&words) || clause.has(&WITHOUT)
}

/// `when that passthru is removed`: the device is before the verb.
fn is_removed_passively(words: &[&str]) -> bool {
    const VERBS: [&str; 6] = ["is", "are", "was", "gets", "wird", "ist"];
    const DONE: [&str; 6] = [
        "removed",
        "detached",
        "unassigned",
        "unplugged",
        "entfernt",
        "deleted",
    ];
    let mut pairs = words.windows(2).enumerate();
    pairs.any(|(at, pair)| {
        let before = words.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        let is_done = matches!(pair, [verb, done] if VERBS.contains(verb) && DONE.contains(done));
        is_done && before.iter().any(|word| DEVICES.contains(word))
    })
}

/// `a Ryzen without iGPU`: the processor has none, and nobody took it away.
fn lacks_graphics(words: &[&str], without: usize) -> bool {
    let before = words.get(..without).unwrap_or_default();
    let is_processor = before.iter().rev().take(2).any(|word| {
        let names = [
            "ryzen",
            "xeon",
            "threadripper",
            "epyc",
            "cpu",
            "processor",
            "prozessor",
            "processeur",
        ];
        names.contains(word)
            || word.starts_with("i5-")
            || word.starts_with("i7-")
            || word.starts_with("i9-")
    });
    let mut behind = words.iter().skip(without + 1).take(2);
    is_processor && behind.any(|word| matches!(*word, "igpu" | "graphics" | "grafik" | "gpu"))
}
