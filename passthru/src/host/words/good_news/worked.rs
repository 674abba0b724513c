//! A guest that ran with its device at an earlier time.

use super::super::sentences::{self, Clause, Sentence};
use crate::host::words::phrases::good_news::{ASSIGNED, NOT_OF_GUEST, WAS_FINE, WORKED};
use crate::host::words::phrases::moods::{ABSENCE, FORMER};
use crate::host::words::phrases::once::WORKED_ONCE;
use crate::host::words::phrases::topics::GUEST;

pub(super) fn says_it_ran(sentence: &Sentence) -> bool {
    // `之前用旧版本，核显是正常的`
    let was_fine = || {
        let whole = &sentence.whole;
        let is_of_host = whole.has(&["宿主", "主机", "物理机", "裸机", "ホスト"]);
        sentence.is_in_passthrough_text
            && whole.is_without_blanks()
            && whole.has(&FORMER)
            && whole.has(&ASSIGNED)
            && !is_of_host
            && says_fine(whole)
    };
    // `It worked once`, in a text about an assignment.
    let once = || {
        let whole = &sentence.whole;
        sentence.is_in_passthrough_text && whole.has(&WORKED_ONCE) && !whole.is_negated()
    };
    let is_about_device = |clause: &Clause| clause.has(&ASSIGNED);
    let is_of_guest = |clause: &Clause| clause.has(&GUEST);
    let both = [&sentence.whole, &sentence.before];
    let is_open = sentence.is_question
        || sentence.is_title
        || sentence.whole.has(&[
            "if", "hoped", "expected", "nothing", "never", "nobody", "someone",
        ])
        || sentence.whole.has(&NOT_OF_GUEST);
    !is_open
        && (was_fine()
            || once()
            || both.iter().any(|clause| is_about_device(clause))
                && both.iter().any(|clause| is_of_guest(clause))
                && sentence.clauses.iter().any(clause_says_it_ran))
}

/// Whether the last clause with a word of success has no negation.
fn says_fine(whole: &Clause) -> bool {
    let last = WAS_FINE
        .iter()
        .filter_map(|fine| whole.text.rfind(fine))
        .max();
    last.is_some_and(|at| {
        let before = whole.text.get(..at).unwrap_or_default();
        let clause = before
            .rsplit(['，', ',', '；', '。'])
            .next()
            .unwrap_or_default();
        !sentences::clause(clause).is_negated()
    })
}

fn clause_says_it_ran(clause: &Clause) -> bool {
    clause.has(&WORKED) && !clause.is_negated() && !clause.has(&ABSENCE)
}
