//! The host at the stop of a guest: a display that does not return, and all else that follows.

use super::super::sentences::{Clause, Sentence};
use crate::host::words::phrases::at_stop::{AGAIN, NOT_BACK, SHUT, THEN};
use crate::host::words::phrases::stops::{REBOOTS, REBOOTS_IN_CHINESE};

pub(super) fn is_not_back(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    // `The VM starts fine, but when I shut it down I get a black screen.`
    whole.names_guest() && (is_dark(whole) || sentence.clauses.iter().any(is_dark))
}

/// Whether what the sentence reports follows the stop of a guest, and no other start of it.
pub(super) fn is_of_stop(sentence: &Sentence) -> bool {
    // `the host reboots` is no other start of the guest.
    let up_to_host = |clause: &Clause| {
        let before = clause.up_to(&REBOOTS);
        before
            .or_else(|| clause.up_to(&REBOOTS_IN_CHINESE))
            .unwrap_or_else(|| clause.clone())
    };
    let clauses: Vec<Clause> = sentence.clauses.iter().map(up_to_host).collect();
    let stop = clauses.iter().position(follows_stop);
    let rest = stop.and_then(|at| clauses.get(at..));
    sentence.whole.names_guest()
        && rest.is_some_and(|rest| rest.iter().all(|clause| !clause.has(&AGAIN)))
}

/// Whether the words are of a stop, and of a dark screen after it.
fn is_dark(clause: &Clause) -> bool {
    clause.has(&NOT_BACK) && follows_stop(clause)
}

/// Whether the words are of a stop, and of the time after it.
fn follows_stop(clause: &Clause) -> bool {
    let is_joined = clause.is_without_blanks() || clause.has(&THEN);
    is_joined && clause.has(&SHUT) && !clause.has(&AGAIN)
}
