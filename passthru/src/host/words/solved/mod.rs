//! Failures that a post reports as solved: the lines before the solution are the past.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use host_tree::Evidence;

use super::complaint::{is_complaint, tells_of_43};
use super::sentences::{self, Clause, Posts, Sentence};
use super::symptoms::needs_reboot;
use crate::host::words::phrases::attempts::SAME;
use crate::host::words::phrases::complaint::WORDS;
use crate::host::words::phrases::moods::{
    CASE, CONDITION, EXPECTED, GUESS, HOPE, OTHERS, POSSIBLE, PURPOSE, QUESTION, READER,
};
use crate::host::words::phrases::solved::{
    ADVERSE, ANOTHER_RELEASE, CHANGES, COMMANDS_BELOW, FAILURE_BELOW, GONE, IN_THE_END, LABELS,
    NEXT, NOT_SOLVED, NOT_TITLES, PAST, PLANNED, REMOVED, SOLVED, STILL, TENTATIVE, TITLES, UNTIL,
    WITHOUT, WORKS_AFTER,
};

/// A solution that a sentence reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Solved {
    /// The sentence.
    pub(crate) shown: Evidence,
    /// The lines of its text with the failures that are over.
    lines: RangeInclusive<u32>,
}

impl Solved {
    /// Whether a failure on the line is over.
    fn covers(&self, line: &Evidence) -> bool {
        let is_within = |number: u32| self.lines.contains(&number);
        self.shown.source == line.source && line.line.is_some_and(is_within)
    }
}

/// Whether one of the solutions is for a failure on the line.
pub(crate) fn is_over(solved: &[Solved], line: &Evidence) -> bool {
    solved.iter().any(|one| one.covers(line))
}

/// The solutions in the texts.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Solved> {
    let texts = posts.texts();
    texts
        .flat_map(|(_, sentences)| of_text(sentences))
        .collect()
}

fn of_text(sentences: &[Sentence]) -> Vec<Solved> {
    let found = sentences.iter().enumerate();
    found
        .filter(|(_, sentence)| says_solved(sentence))
        .filter_map(|(at, sentence)| solution(sentences, at, sentence))
        .collect()
}

/// The solution of the sentence at `at`, with its reach: all lines before it, or those of its
/// section if a later section has another failure.
fn solution(sentences: &[Sentence], at: usize, sentence: &Sentence) -> Option<Solved> {
    let (before, rest) = sentences.split_at_checked(at)?;
    let later = rest.get(1..).unwrap_or_default();
    let section = later.iter().take_while(|one| !one.is_title);
    let next_title = later.iter().find(|one| one.is_title);
    let end = next_title.and_then(|title| title.shown.line);
    let end = end.map_or(u32::MAX, |line| line.saturating_sub(1));
    // The title of a solved thread is above the failure.
    if is_marked_title(sentence) {
        let is_open = later.iter().any(|one| is_failing(one) && !is_past(one));
        return (!is_open).then(|| Solved {
            shown: sentence.shown.clone(),
            lines: 1..=u32::MAX,
        });
    }
    // The introduction of a story, whose failures follow.
    if sentence.whole.has(&IN_THE_END) {
        return Some(Solved {
            shown: sentence.shown.clone(),
            lines: 1..=u32::MAX,
        });
    }
    let shown = match section.clone().next() {
        Some(first) if sentence.is_title => first.shown.clone(),
        _ => sentence.shown.clone(),
    };
    // `X was the solution to this error:`, and neither `The solution was:` nor `These commands fix this error:`
    let is_above_commands = sentence.whole.has(&COMMANDS_BELOW);
    let is_above_failure =
        sentence.whole.has(&FAILURE_BELOW) && !is_above_commands || is_without_setting(sentence);
    if sentence.whole.text.ends_with([':', '：']) && !sentence.is_title && is_above_failure {
        let first = sentence.shown.line?;
        let is_other = |one: &Sentence| is_failing(one) && !one.whole.text.ends_with([':', '：']);
        return (!section.clone().any(is_other)).then_some(Solved {
            shown,
            lines: first..=end,
        });
    }
    let last = if sentence.is_title {
        end
    } else {
        sentence.last_line
    };
    let mut section = section;
    if section.any(|one| is_failing(one) && !is_past(one)) {
        return None;
    }
    // `Since I kept getting the error after each step, …`
    let told = later.iter().filter(|one| is_failing(one) && is_past(one));
    let last = told.map(|one| one.last_line).fold(last, u32::max);
    let first = if later.iter().any(|one| is_failing(one) && !is_past(one)) {
        let title = before.iter().rev().find(|one| one.is_title);
        title.and_then(|title| title.shown.line).unwrap_or(1)
    } else {
        1
    };
    Some(Solved {
        shown,
        lines: first..=last,
    })
}

/// Whether the sentence reports a failure that is not over.
fn is_failing(sentence: &Sentence) -> bool {
    let text = &sentence.whole.text;
    let has_failure = || WORDS.iter().any(|word| text.contains(word));
    // `After that the guest boots, but with code 43.`
    let is_next = || {
        let text = text.trim_start_matches(['-', '*', ' ']);
        let follows = NEXT.iter().any(|words| text.starts_with(words));
        follows
            && sentence.whole.has(&ADVERSE)
            && (has_failure() || tells_of_43(&sentence.shown.text))
    };
    !sentence.is_title
        && (is_complaint(text) || sentence.whole.has(&STILL) && has_failure() || is_next())
}

/// Whether the sentence is about the time before a solution: `Before the update I got an error.`
fn is_past(sentence: &Sentence) -> bool {
    let text = sentence.whole.text.trim_start_matches(['-', '*', ' ']);
    let begins = PAST.iter().any(|words| text.starts_with(words));
    let is_told = begins
        || sentence
            .whole
            .has(&["kept getting", "was getting", "were getting"]);
    is_told && !sentence.whole.has(&STILL) && !sentence.whole.has(&["now"])
}

/// Whether a title, or the first line of a text, marks the thread as solved.
fn is_marked_title(sentence: &Sentence) -> bool {
    let is_first = || {
        let text = &sentence.whole.text;
        sentence.shown.line == Some(1) && text.starts_with(['[', '(', '【', '（'])
    };
    is_mark(&sentence.whole) && (sentence.is_title || is_first())
}

fn says_solved(sentence: &Sentence) -> bool {
    if is_marked_title(sentence) {
        return true;
    }
    if sentence.is_title {
        return is_solution_title(&sentence.whole);
    }
    let whole = &sentence.whole;
    if changes_at_last(sentence) || is_after_label(sentence) || is_without_setting(sentence) {
        return true;
    }
    // `I think I may have fixed this.`
    let is_believed = || {
        let before = whole.up_to(&TENTATIVE);
        before.is_some_and(|before| !before.is_negated() && !before.has_any(&[&CONDITION, &HOPE]))
    };
    if !sentence.is_question && !whole.has(&STILL) && is_believed() {
        return true;
    }
    let is_open = sentence.is_question
        || whole.has_any(&[
            &CONDITION, &CASE, &QUESTION, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &PURPOSE, &OTHERS,
            &PLANNED,
        ])
        || whole.has(&STILL)
        || whole.has_any(&[&ANOTHER_RELEASE, &SAME])
        || needs_reboot(whole)
        || NOT_SOLVED.iter().any(|words| whole.text.contains(words));
    // `After adding the option the guest starts, but the screen is black.`
    let is_part = || is_failing(sentence) || whole.has(&ADVERSE);
    let works = |clause: &Clause| works_after_change(clause) && !is_part();
    let is_removed = whole.has(&REMOVED);
    let is_gone = |clause: &Clause| !is_removed && clause.has(&GONE) && !clause.is_negated();
    let says = |clause: &Clause| clause_says_solved(clause) || is_gone(clause) || works(clause);
    !is_open && sentence.clauses.iter().any(says)
}

/// `After correcting it, passthrough works.`
fn works_after_change(clause: &Clause) -> bool {
    let text = clause.text.trim_start_matches(['-', '*', ' ']);
    let rest = text.strip_prefix("after ");
    let changes = rest.is_some_and(|rest| CHANGES.iter().any(|verb| rest.starts_with(verb)));
    changes && clause.has(&WORKS_AFTER) && !clause.is_negated()
}

/// `I had to add it, because without it I got errors:`, above the errors.
fn is_without_setting(sentence: &Sentence) -> bool {
    let text = &sentence.whole.text;
    text.ends_with([':', '：'])
        && !sentence.is_title
        && WITHOUT.iter().any(|words| text.contains(words))
}

/// `None of them worked until I increased the window`: what the sentence denies is over.
fn changes_at_last(sentence: &Sentence) -> bool {
    let Some(before) = sentence.whole.up_to(&UNTIL) else {
        return false;
    };
    let denies = before.is_negated() || before.has(&["only"]);
    let is_open = sentence.is_question || sentence.whole.has(&STILL);
    denies && !is_open && !before.has_any(&[&CONDITION, &EXPECTED, &READER])
}

/// `Solution: set the option`, on one line.
fn is_after_label(sentence: &Sentence) -> bool {
    let text = sentence.whole.text.trim_start_matches(['-', '*', ' ']);
    let rest = LABELS.iter().find_map(|label| text.strip_prefix(label));
    let is_open = || NOT_TITLES.iter().any(|word| text.contains(word));
    rest.is_some_and(|rest| rest.trim().chars().count() >= SHORTEST_SOLUTION)
        && !sentence.is_question
        && !is_open()
}

/// A solution after a label has at least so many characters.
const SHORTEST_SOLUTION: usize = 6;

fn clause_says_solved(clause: &Clause) -> bool {
    // `The guest no longer freezes` denies the failure.
    let over = ["no longer", "no problem", "no issue", "无异常"];
    let rest = over
        .iter()
        .fold(clause.text.clone(), |rest, over| rest.replace(over, " "));
    let rest = sentences::clause(&rest);
    clause.has(&SOLVED) && !rest.is_negated() && !is_about_iommu(clause)
}

/// `The IOMMU works now`: a part that works, and no failure that is over.
fn is_about_iommu(clause: &Clause) -> bool {
    clause.has(&["iommu", "vt-d", "amd-vi"])
        && clause.has(&[
            "works",
            "working",
            "funciona",
            "funktioniert",
            "fonctionne",
            "läuft",
        ])
}

/// Whether a title is above a solution, or marks a thread as solved.
fn is_solution_title(title: &Clause) -> bool {
    let is_short = if title.is_without_blanks() {
        title.text.chars().count() <= MOST_SIGNS_OF_TITLE
    } else {
        title.words().len() <= MOST_OF_TITLE
    };
    let is_open = NOT_TITLES.iter().any(|word| title.text.contains(word));
    !is_open && (is_mark(title) || is_short && title.has(&TITLES))
}

/// The most words of a title above a solution.
const MOST_OF_TITLE: usize = 3;

/// The same in signs, with marks, where words have no blanks between them.
const MOST_SIGNS_OF_TITLE: usize = 10;

/// Whether a title marks its thread as solved: `[SOLVED] No picture`.
fn is_mark(title: &Clause) -> bool {
    [
        "[solved]",
        "(solved)",
        "[fixed]",
        "[gelöst]",
        "[résolu]",
        "[solucionado]",
        "[решено]",
        "[已解决]",
        "【已解决】",
        "（已解决）",
    ]
    .iter()
    .any(|mark| title.text.contains(mark))
}
