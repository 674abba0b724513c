//! A guest that runs without the device.

use super::super::sentences::{self, Clause, Sentence};
use super::super::topics::GUEST;
use super::not_news::takes_away;
use super::phrases::WORKS;

/// Verbs and phrases of a guest that runs.
const RUNS: [&str; 26] = [
    "boots",
    "starts",
    "runs",
    "works",
    "boots fine",
    "starts fine",
    "runs fine",
    "works fine",
    "boots normally",
    "starts normally",
    "boots up",
    "starts up",
    "boot fine",
    "no problem",
    "no problems",
    "no issue",
    "no issues",
    "startet",
    "bootet",
    "läuft",
    "démarre",
    "fonctionne",
    "arranca",
    "funciona",
    "parte",
    "запускается",
];

/// Signs of a start.
const STARTS: [&str; 8] = [
    "可以正常进入",
    "正常启动",
    "能启动",
    "可以启动",
    "正常开机",
    "能开机",
    "正常",
    "起動する",
];

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
        && !whole.has_any(&[CONDITION_OF_OTHERS, &["still", "but", "however", "until"]])
        && sentence.clauses.iter().any(runs)
}

/// Conditions that are no experiment of the writer.
const CONDITION_OF_OTHERS: &[&str] = &["unless", "in case"];
