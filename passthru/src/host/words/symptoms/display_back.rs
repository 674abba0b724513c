//! A host whose display does not return when the guest that had its graphics card stops.

use super::super::sentences::{Clause, Sentence};
use crate::host::words::phrases::display_back::{AGAIN, NOT_BACK, SHUT, THEN};

pub(super) fn is_not_back(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    // `The VM starts fine, but when I shut it down I get a black screen.`
    whole.names_guest() && (is_dark(whole) || sentence.clauses.iter().any(is_dark))
}

/// Whether the words are of a stop, and of a dark screen after it.
fn is_dark(clause: &Clause) -> bool {
    let is_joined = clause.is_without_blanks() || clause.has(&THEN);
    is_joined && clause.has(&SHUT) && clause.has(&NOT_BACK) && !clause.has(&AGAIN)
}
