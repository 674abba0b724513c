//! A host whose display does not return when the guest that had its graphics card stops.

use super::super::sentences::Sentence;
use crate::host::words::phrases::display_back::{AGAIN, NOT_BACK, SHUT};

/// Words that join the stop of the guest to the missing picture.
const THEN: [&str; 15] = [
    "when",
    "once",
    "after",
    "on",
    "upon",
    "if",
    "whenever",
    "nachdem",
    "nach",
    "wenn",
    "après",
    "quand",
    "al",
    "после",
    "cuando",
];

pub(super) fn is_not_back(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_joined = whole.is_without_blanks() || whole.has(&THEN);
    is_joined
        && whole.names_guest()
        && whole.has(&SHUT)
        && whole.has(&NOT_BACK)
        && !whole.has(&AGAIN)
}
