//! Messages that a text quotes from somebody else: the sentence above says that this host does not have them.

use super::messages::LogMessage;
use super::sentences::{Posts, Sentence};
use crate::host::words::phrases::hosts::{ASCRIBED, NOT_OWN};
use crate::host::words::phrases::moods::{CASE, CONDITION};

/// The most lines below the sentence that are quoted.
const MOST: u32 = 12;

/// Removes the messages below sentences such as `I'm not getting this error on my host`.
pub(in crate::host) fn remove(logged: &mut Vec<LogMessage>, posts: &Posts<'_>) {
    let lines = |logged: &[LogMessage], source: &str| -> Vec<u32> {
        let of_text = logged.iter().filter(|one| one.evidence.source == source);
        of_text.filter_map(|one| one.evidence.line).collect()
    };
    for (text, sentences) in posts.texts() {
        for (at, sentence) in sentences.iter().enumerate() {
            if !is_of_others(sentence) {
                continue;
            }
            let printed = lines(logged, &text.command);
            let mut later = sentences
                .iter()
                .skip(at + 1)
                .filter_map(|one| one.shown.line);
            // A quoted line may look like a sentence.
            let next = later.find(|line| *line > sentence.last_line && !printed.contains(line));
            let end = next.unwrap_or(u32::MAX).min(sentence.last_line + MOST);
            logged.retain(|one| {
                let line = one.evidence.line.unwrap_or_default();
                one.evidence.source != text.command || !(sentence.last_line < line && line < end)
            });
        }
    }
}

/// Whether the sentence denies an error of somebody else: one that the sentence or those before it ascribe to
/// another person or post. `Without the card I don't get this error` is about the error of this host.
fn is_of_others(sentence: &Sentence) -> bool {
    let is_ascribed = || sentence.whole.has(&ASCRIBED) || sentence.before.has(&ASCRIBED);
    !sentence.is_question
        && sentence.whole.has(&NOT_OWN)
        && !sentence.whole.has_any(&[&CONDITION, &CASE])
        && is_ascribed()
}
