//! Sentences in which a writer names the cause of a failure, or a change that helped:
//! `This is caused by the option ROM`, `it only works with rombar=0`.

#[cfg(test)]
mod tests;

use host_tree::Evidence;

use super::sentences::{Posts, Sentence};
use super::symptoms::needs_reboot;
use crate::host::words::phrases::causes::{
    ALLOWS, CAUSE, CAUSE_ELSEWHERE, DENIED, HEADINGS, HELPED, HELPED_ELSEWHERE, SETTING,
    SETTING_VERBS, THINGS, WORKS, WORKS_ELSEWHERE,
};
use crate::host::words::phrases::moods::{
    CASE, EXPECTED, GUESS, HOPE, OTHERS, POSSIBLE, QUESTION, READER,
};

/// What writers say about their failures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explanations {
    /// Sentences that name a cause.
    pub(crate) causes: Vec<Evidence>,
    /// Sentences that name a change that helped.
    pub(crate) helped: Vec<Evidence>,
}

/// Maximum number of sentences of each kind.
const MOST: usize = 3;

/// The explanations of the texts.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Explanations {
    let shown = |is: fn(&Sentence) -> bool| {
        let found = posts.sentences().filter(|one| is(one) && is_stated(one));
        found.map(|one| one.shown.clone()).take(MOST).collect()
    };
    let mut causes: Vec<Evidence> = shown(names_cause);
    for cause in below_headings(posts) {
        if causes.len() < MOST && !causes.contains(cause) {
            causes.push(cause.clone());
        }
    }
    Explanations {
        causes,
        helped: shown(names_remedy),
    }
}

/// The first sentence below each heading that is the word for a cause alone.
fn below_headings<'a>(posts: &'a Posts<'_>) -> impl Iterator<Item = &'a Evidence> {
    let is_heading = |sentence: &Sentence| {
        let marks = |c: char| c.is_whitespace() || "#*:：".contains(c);
        let title = sentence.whole.text.trim_matches(marks);
        sentence.is_title && HEADINGS.contains(&title)
    };
    posts.texts().flat_map(move |(_, sentences)| {
        let pairs = sentences.iter().zip(sentences.iter().skip(1));
        let below = pairs.filter(move |(one, next)| is_heading(one) && is_stated(next));
        below.map(|(_, next)| &next.shown)
    })
}

/// Whether the sentence is a statement of the writer, neither a guess nor a question nor advice.
fn is_stated(sentence: &Sentence) -> bool {
    // `If I set the option, it works` names a change.
    let open = [
        &QUESTION, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS, &CASE, &DENIED,
    ];
    sentence.is_in_passthrough_text
        && !sentence.is_question
        && !sentence.is_title
        && !sentence.whole.has_any(&open)
}

/// Whether the sentence names a part of the host or the guest, or quotes an option.
fn names_thing(sentence: &Sentence) -> bool {
    let text = &sentence.shown.text;
    sentence.whole.has(&THINGS)
        || text.contains('`')
        || text.contains(['=', '_'])
        || is_change(sentence)
}

/// Whether the subject is a change: `Changing X to Y solves the problem.`
fn is_change(sentence: &Sentence) -> bool {
    let first = sentence.whole.words().into_iter().next();
    first.is_some_and(|word| word.ends_with("ing") && SETTING_VERBS.contains(&word))
}

fn names_cause(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let says = whole.has(&CAUSE) || CAUSE_ELSEWHERE.iter().any(|word| whole.text.contains(word));
    says && names_thing(sentence)
}

fn names_remedy(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let says = |words: &[&str]| words.iter().any(|word| whole.text.contains(word));
    let allows = || {
        let before = whole.up_to(&ALLOWS);
        before.is_some_and(|before| {
            let words = before.words();
            let mut words = words.iter();
            words.any(|word| word.ends_with("ing") && SETTING_VERBS.contains(word))
        })
    };
    let has_helped = whole.has(&HELPED) || says(&HELPED_ELSEWHERE) || allows();
    // `If I set the option, it works.`
    let works = || whole.has(&WORKS) || says(&WORKS_ELSEWHERE);
    let is_set = || whole.has(&SETTING) && whole.has(&SETTING_VERBS);
    (has_helped || is_set() && works()) && names_thing(sentence) && !needs_reboot(whole)
}
