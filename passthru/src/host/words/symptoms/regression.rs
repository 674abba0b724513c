//! A release that works, and a later one that does not.

use super::super::sentences::Sentence;
use crate::host::words::phrases::regression::{BACK, BROKEN, SINCE, WORKS};

/// Whether the sentence says that an earlier release works, or that an update broke it.
pub(super) fn is_regression(sentence: &Sentence) -> bool {
    const UNTIL: [&str; 4] = ["until", "up until", "up to", "bis"];
    const WORKED: [&str; 5] = ["worked", "working", "was fine", "lief", "funktionierte"];
    const CHANGED: [&str; 6] = [
        "kernel", "update", "updated", "upgrade", "upgraded", "version",
    ];
    let whole = &sentence.whole;
    if whole.has(&["hardware upgrade", "memory upgrade"]) {
        return false;
    }
    let is_release = |word: &&str| {
        let word = word.strip_prefix('v').unwrap_or(word);
        let parts = word.split(['.', '-']).take(2);
        word.contains('.')
            && parts.clone().count() == 2
            && parts
                .into_iter()
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let releases = whole.words().iter().filter(|word| is_release(word)).count();
    let is_back = whole.has(BACK) && whole.has(WORKS);
    let is_upgraded = releases > 0 && whole.has(&["upgraded to", "updated to"]);
    let is_broken =
        (is_upgraded || whole.has(SINCE)) && whole.has(BROKEN) && !whole.has(&["works fine"]);
    let is_bare = whole.has(&["bare metal", "bare-metal", "baremetal"]);
    let is_other_release = releases > 0
        && !is_bare
        && whole.has(&[
            "works fine",
            "works on",
            "works with",
            "works in",
            "worked on",
            "worked with",
            "worked in",
            "works just fine",
            "worked fine",
        ])
        && (whole.has(BROKEN)
            || whole.has(&["same", "older", "previous", "earlier", "before this one"])
            || releases > 1)
        // `With kernel 6.5 it works, with 6.8 the VM hangs.`
        || releases > 1 && whole.has(&["it works", "it worked"]) && whole.has(BROKEN);
    // `The issue only occurs on …-12, so I have pinned …-11.`
    let is_pinned = releases > 0
        && whole.has(&["pinned", "pinning"])
        && whole.has(&["issue", "issues", "problem", "only occurs", "fails"]);
    // `It worked until the update`; `it never worked until …` is a solution.
    let until = whole.up_to(&UNTIL);
    let is_until = until.is_some_and(|before| before.has(&WORKED) && !before.is_negated())
        && whole.has(&CHANGED);
    // The fields of a form: "Regression: No", "Regression? Yes".
    let is_field = whole.words().len() <= 3;
    let is_test = whole.has(&["regression test*", "regression suite"]);
    let is_named = whole.has(&["regression"]) && !sentence.is_question && !is_field && !is_test;
    is_back || is_broken || is_pinned || is_other_release || is_until || is_named
}
