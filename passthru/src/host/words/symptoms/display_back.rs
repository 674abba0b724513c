//! A host whose display does not return when the guest that had its graphics card stops.

use super::super::sentences::Sentence;
use crate::host::words::phrases::display_back::{AGAIN, NOT_BACK, SHUT, THEN};

pub(super) fn is_not_back(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_joined = whole.is_without_blanks() || whole.has(&THEN);
    is_joined
        && whole.names_guest()
        && whole.has(&SHUT)
        && whole.has(&NOT_BACK)
        && !whole.has(&AGAIN)
}
