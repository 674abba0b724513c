//! A release that works, and a later one that does not.

use host_tree::Evidence;

use super::super::sentences::{Clause, Sentence, clause};
use crate::host::words::phrases::attempts::SAME;
use crate::host::words::phrases::moods::{CASE, CONDITION, EXPECTED, GUESS, POSSIBLE, READER};
use crate::host::words::phrases::regression::{
    AS_BEFORE, BACK, BROKEN, CHANGED, CURED, FAILS_AFTER, FAILS_LATER, FAILS_NEWER, NEEDED, NEWER,
    NOT_NEW, OTHER_CHANGES, OTHER_RELEASE_FINE, RELEASE_OF, SINCE, UNTIL, UPGRADED, WORKED, WORKS,
    WORKS_ON,
};

/// Whether one release is behind `from` and another behind `to`, each after two words at most.
fn is_from_release_to_release(words: &[&str], is_release: impl Fn(&&str) -> bool) -> bool {
    let has_release = |at: usize| words.iter().skip(at + 1).take(3).any(&is_release);
    let mut from = (0..words.len()).filter(|at| words.get(*at) == Some(&"from"));
    from.any(|from| {
        let mut to = (from..words.len()).filter(|at| words.get(*at) == Some(&"to"));
        has_release(from) && to.any(has_release)
    })
}

/// So many words are a phrase that denies a failure, and a release behind it.
const NEAR: usize = 8;

/// Whether the sentence says that an earlier release works, or that an update broke it.
pub(super) fn is_regression(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    // Hardware, and firmware of somebody else, are no later release.
    if whole.has(&OTHER_CHANGES)
        || whole.has(&["stock"]) && whole.has(&["bios", "firmware", "uefi"])
    {
        return false;
    }
    let is_release = |word: &&str| is_release(whole, word);
    let releases = whole.words().iter().filter(|word| is_release(word)).count();
    let is_back = whole.has(&BACK) && whole.has(&WORKS);
    let is_upgraded = releases > 0 && whole.has(&["upgraded to", "updated to"]);
    // `I went from 22.12 to 23.10, and could not start the guest any longer.`
    let is_upgraded = is_upgraded || is_from_release_to_release(&whole.words(), is_release);
    // `After installing, updating and restarting, I get this error`: the first installation.
    let is_first = whole.text.contains("after installing, ");
    // `升级rc7后出现异常`
    let is_after = whole.has(&UPGRADED) && whole.has(&FAILS_AFTER);
    // `Updated to 6.8, but it still fails`: an attempt.
    let is_attempt = whole.has_any(&[&NOT_NEW, &SAME]);
    let is_after = is_after && !is_attempt;
    let is_broken = (is_upgraded || whole.has(&SINCE) && !is_first)
        && whole.has(&BROKEN)
        && !is_attempt
        && !whole.has(&["works fine"]);
    let is_bare = whole.has(&["bare metal", "bare-metal", "baremetal"]);
    let is_other_release = releases > 0
        && !is_bare
        && whole.has(&WORKS_ON)
        && (whole.has(&BROKEN)
            || whole.has(&["same", "older", "previous", "earlier", "before this one"])
            || releases > 1)
        // `With kernel 6.5 it works, with 6.8 the VM hangs.`
        || releases > 1 && whole.has(&["it works", "it worked"]) && whole.has(&BROKEN);
    // `0.4版本正常，0.5至今的版本找不到硬盘`
    let is_other_release = is_other_release
        || releases > 1
            && whole.is_without_blanks()
            && whole.has(&["正常", "没问题", "没有问题"])
            && whole.has(&FAILS_LATER);
    // `The issue only occurs on …-12, so I have pinned …-11.`
    let is_pinned = releases > 0
        && whole.has(&["pinned", "pinning"])
        && whole.has(&["issue", "issues", "problem", "only occurs", "fails"]);
    // `It worked until the update`; `it never worked until …` is a solution.
    let until = whole.up_to(&UNTIL);
    let is_until = until.is_some_and(|before| before.has(&WORKED) && !before.is_negated())
        && whole.has(&CHANGED);
    // `It worked with 6.5`, behind a sentence about the failure.
    let has_worked = releases > 0
        && whole.has(&[
            "it worked with",
            "it worked on",
            "it worked in",
            "this worked with",
        ])
        && !whole.is_negated()
        && !is_attempt;
    // `Kernel 5.4 does not have this problem`, beside a sentence about the failure; a sentence about a
    // cure names the later release.
    let is_behind = || has_release_near(whole, &OTHER_RELEASE_FINE);
    let is_without = releases > 0
        && !sentence.is_question
        && whole.has(&OTHER_RELEASE_FINE)
        && (whole.has(&RELEASE_OF) || is_behind())
        && !whole.has_any(&[&CURED, &UPGRADED])
        && !is_attempt
        && !is_bare;
    // `Drivers newer than 531.41 report code 43.`
    let behind = || {
        let place = NEWER
            .iter()
            .filter_map(|phrase| whole.text.find(phrase))
            .min();
        place
            .and_then(|at| whole.text.get(at..))
            .unwrap_or_default()
    };
    let is_newer = releases > 0
        && !sentence.is_question
        && whole.has(&RELEASE_OF)
        && whole.has(&NEWER)
        && !whole.has(&NEEDED)
        && clause(behind()).has(&FAILS_NEWER)
        && !is_attempt;
    // The fields of a form: "Regression: No", "Regression? Yes".
    let is_field = whole.words().len() <= 3;
    let is_test = whole.has(&["regression test*", "regression suite"]);
    let is_named = whole.has(&["regression"]) && !sentence.is_question && !is_field && !is_test;
    is_back
        || is_broken
        || is_after
        || is_pinned
        || is_other_release
        || is_until
        || has_worked
        || is_without
        || is_newer
        || is_named
        || worked_before(sentence)
}

/// Whether the sentence names a release with which the failing thing worked: `VMs should start as they did
/// on v1.8`, `It does not boot as on 6.5`.
pub(super) fn worked_before(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let open = [&CASE, &CONDITION, &POSSIBLE, &READER, &GUESS];
    !sentence.is_question
        && whole.has_any(&[&EXPECTED, &BROKEN])
        && !whole.has_any(&open)
        && !whole.has_any(&[&NOT_NEW, &SAME])
        && whole.has(&AS_BEFORE)
        && has_release_near(whole, &AS_BEFORE)
}

/// Whether a release is among the words of the first of these phrases, or close behind it.
fn has_release_near(whole: &Clause, phrases: &[&str]) -> bool {
    let before = whole.up_to(phrases);
    let before = before.map_or(0, |before| before.words().len());
    // The phrase, and the name of a system.
    let mut near = whole.words().into_iter().skip(before).take(NEAR);
    near.any(|word| is_release(whole, word))
}

/// Whether a word of the clause is the number of a release.
fn is_release(whole: &Clause, word: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    let parts = word.split(['.', '-']).take(2);
    // The end of an address is none: `0000:02:00.0`.
    let is_address = || whole.text.contains(&format!(":{word}"));
    word.contains('.')
        && !is_address()
        && parts.clone().count() == 2
        && parts
            .into_iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether the line names a release by its number (`6.8`, `v23.9.6`); an address is not one.
pub(crate) fn names_release(line: &Evidence) -> bool {
    let is_edge = |c: char| c.is_whitespace() || !c.is_ascii() || "(),;\"'`".contains(c);
    let mut words = line.text.split(is_edge);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    words.any(|word| {
        let word = word.trim_end_matches(['.', ':', '!', '?']);
        // `0000:0a:00.0` is an address.
        let word = if word.contains(':') { "" } else { word };
        let mut parts = word.split('-').map(|part| part.trim_start_matches('v'));
        parts.any(|part| {
            let mut numbers = part.split('.');
            let first = numbers.next().is_some_and(is_number);
            first && numbers.next().is_some_and(is_number)
        })
    })
}

#[cfg(test)]
mod tests;
