//! Sentences about changes after which the failure remained: `tried another image, same result`.

use host_tree::Evidence;

use super::sentences::{Posts, Sentence};
use crate::host::words::phrases::attempts::{NOT_ATTEMPTS, SAME, TRIED};
use crate::host::words::phrases::moods::{
    CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, QUESTION, READER,
};

/// Maximum number of sentences.
const MOST: usize = 4;

/// The sentences about such changes.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Evidence> {
    let found = posts
        .sentences()
        .filter(|sentence| is_without_effect(sentence));
    found.map(|one| one.shown.clone()).take(MOST).collect()
}

fn is_without_effect(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let open = [
        &CASE, &QUESTION, &EXPECTED, &HOPE, &POSSIBLE, &READER, &OTHERS,
    ];
    let is_open = sentence.is_question || sentence.is_title || whole.has_any(&open);
    let before = &sentence.before;
    let is_short = !whole.is_without_blanks() && whole.words().len() < SHORT;
    let is_tried_before = || is_short && before.has(&TRIED) && !before.has(&NOT_ATTEMPTS);
    let is_tried = || whole.has(&TRIED) || is_tried_before();
    sentence.is_in_passthrough_text
        && !is_open
        && !whole.has(&NOT_ATTEMPTS)
        && whole.has(&SAME)
        && is_tried()
}

/// A sentence of fewer words is about the sentence before it: `No difference.`
const SHORT: usize = 12;

#[cfg(test)]
mod tests {
    use host_tree::CommandText;

    use super::*;

    fn count(text: &str) -> usize {
        let text = CommandText {
            command: "t".to_owned(),
            text: format!("I pass the GPU through to a VM.\n\n{text}\n"),
        };
        read(&Posts::read(&[text])).len()
    }

    #[test]
    fn a_change_after_which_the_failure_remains_is_read() {
        for text in [
            "I also tried it with another image, and the issue is there too.",
            "I swapped the cable. No difference.",
            "Auch mit einem anderen Kernel getestet, gleicher Fehler.",
            "换了一个插槽，还是不行",
            "カーネルを変更しても変わりません",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
        for none in [
            "I have the same issue as others.",
            "Try another slot, it may make no difference.",
            "Did you try another kernel, same issue?",
            "I tried another kernel, and it works.",
            "如果换了插槽还是不行，请检查",
        ] {
            assert_eq!(count(none), 0, "{none}");
        }
    }
}
