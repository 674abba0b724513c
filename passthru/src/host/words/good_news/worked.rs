//! A guest that ran with its device at an earlier time.

use super::super::sentences::{Clause, Sentence};
use crate::host::words::phrases::good_news::{ASSIGNED, NOT_OF_GUEST, WORKED};
use crate::host::words::phrases::moods::ABSENCE;
use crate::host::words::phrases::topics::GUEST;

pub(super) fn says_it_ran(sentence: &Sentence) -> bool {
    let is_about_device = |clause: &Clause| clause.has(ASSIGNED);
    let is_of_guest = |clause: &Clause| clause.has(GUEST);
    let both = [&sentence.whole, &sentence.before];
    let is_open = sentence.is_question
        || sentence.is_title
        || sentence.whole.has(&[
            "if", "hoped", "expected", "nothing", "never", "nobody", "someone",
        ])
        || sentence.whole.has(NOT_OF_GUEST);
    !is_open
        && both.iter().any(|clause| is_about_device(clause))
        && both.iter().any(|clause| is_of_guest(clause))
        && sentence.clauses.iter().any(clause_says_it_ran)
}

fn clause_says_it_ran(clause: &Clause) -> bool {
    clause.has(WORKED) && !clause.is_negated() && !clause.has(ABSENCE)
}
