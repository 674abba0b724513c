//! A guest that runs without the device.

use super::super::sentences::{self, Clause, Sentence};
use super::not_news::takes_away;
use crate::host::words::phrases::good_news::WORKS;
use crate::host::words::phrases::good_news::{RUNS, STARTS};
use crate::host::words::phrases::topics::GUEST;

/// Whether a sentence about the current state is like `Without the GPU the VM starts`.
pub(super) fn says_it_runs_without(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_of_guest = whole.has(&GUEST) || sentence.before.has(&GUEST);
    let runs = |clause: &Clause| {
        let text = clause
            .text
            .replace("without", " ")
            .replace("no longer", " not ");
        let rest = sentences::clause(&text);
        let is_denied =
            rest.is_negated() && !rest.has(&["no problem", "no problems", "no issue", "no issues"]);
        !is_denied && (clause.has(&RUNS) || clause.has(&WORKS) || clause.has(&STARTS))
    };
    sentence.is_in_passthrough_text
        && is_of_guest
        && takes_away(whole)
        && !whole.has(CONDITION_OF_OTHERS)
        && !whole.has(&["still", "but", "however", "until"])
        && sentence.clauses.iter().any(runs)
}

/// Conditions that are no experiment of the writer.
const CONDITION_OF_OTHERS: &[&str] = &["unless", "in case"];
