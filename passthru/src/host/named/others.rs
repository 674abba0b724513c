//! Names of things that are not the writer's.

use crate::host::words::phrases::named::{COPIES, DENIED, OTHERS, WORKED};
use crate::host::words::phrases::subject::READ;
use crate::host::words::sentences::{Clause, clause};

/// Ends of sentences.
pub(super) const ENDS: [&str; 9] = [". ", "; ", "! ", "? ", "。", "！", "？", "；", " | "];

/// Words before a sentence of its own.
const BUTS: [&str; 13] = [
    ", der neue ",
    ", die neue ",
    ", the new ",
    "，",
    ", now ",
    " now on ",
    ", jetzt ",
    " but ",
    " whereas ",
    " aber ",
    " mais ",
    " pero ",
    "但",
];

/// Ends of clauses.
const BREAKS: [&str; 13] = [
    ", ",
    "; ",
    " (",
    ") ",
    "，",
    "、",
    "（",
    "）",
    " but ",
    " while ",
    " whereas ",
    " aber ",
    "但",
];

/// The end of a line that the next one continues.
pub(super) fn carried(lower: &str) -> &str {
    const WRAPPED: usize = 50;
    let line = lower.trim_end();
    let is_end = line.ends_with(['.', '!', '?', ':', '。', '：', '>', '|', '`']);
    if is_end || line.len() < WRAPPED || line.starts_with('#') {
        return "";
    }
    let sentence = around(line, line.len(), &ENDS).1;
    around(sentence, sentence.len(), &BUTS).1
}

/// Whether a release of a package, with its epoch, is behind the name: `QEMU 3.1.0 (Debian 1:3.1+dfsg-2)`.
pub(super) fn is_package(line: &str, end: usize) -> bool {
    let behind = line.get(end..).unwrap_or_default();
    let mut rest = behind.strip_prefix(' ').unwrap_or_default().bytes();
    rest.next().is_some_and(|byte| byte.is_ascii_digit()) && rest.next() == Some(b':')
}

/// Whether the place is inside an example in brackets, as forms have them: `System (e.g. Fedora 40):`.
pub(in crate::host) fn is_example(line: &str, at: usize) -> bool {
    const STARTS: [&str; 8] = [
        "e.g",
        "eg.",
        "eg:",
        "for example",
        "such as",
        "z.b",
        "例如",
        "比如",
    ];
    let is_edge = |at: &usize| line.is_char_boundary(*at);
    let least = (at.saturating_sub(FAR)..=at).find(is_edge).unwrap_or(at);
    let before = line.get(least..at).unwrap_or_default();
    let open = before.rfind(['(', '（']);
    let inside = open.and_then(|open| before.get(open..));
    let inside = inside.filter(|inside| !inside.contains([')', '）']));
    let inside = inside.map(|inside| inside.trim_start_matches(['(', '（', ' ']));
    inside.is_some_and(|inside| STARTS.iter().any(|start| inside.starts_with(start)))
}

/// The most bytes on each side of a name that are looked at.
const FAR: usize = 800;

/// The text around the place, from the end of the last of `marks` to the next one.
pub(super) fn around<'a>(text: &'a str, at: usize, marks: &[&str]) -> (usize, &'a str) {
    let is_edge = |at: &usize| text.is_char_boundary(*at);
    let least = (at.saturating_sub(FAR)..=at).find(is_edge).unwrap_or(at);
    let most = (at..=text.len().min(at + FAR))
        .rev()
        .find(is_edge)
        .unwrap_or(at);
    let before = text.get(least..at).unwrap_or_default();
    let starts = marks
        .iter()
        .filter_map(|mark| Some(before.rfind(mark)? + mark.len()));
    let start = least + starts.max().unwrap_or(0);
    let behind = text.get(at..most).unwrap_or_default();
    let ends = marks.iter().filter_map(|mark| behind.find(mark));
    let end = at + ends.min().unwrap_or(behind.len());
    (start, text.get(start..end).unwrap_or_default())
}

/// The sentences of a line, read once each.
pub(super) struct Sentences<'a> {
    lower: &'a str,
    /// The start of the first sentence, on the line before.
    carried: &'a str,
    known: Option<(usize, Clause)>,
}

impl<'a> Sentences<'a> {
    pub(super) const fn new(lower: &'a str, carried: &'a str) -> Self {
        Self {
            lower,
            carried,
            known: None,
        }
    }

    /// Whether the sentence is about things that are not the writer's, or that he had before.
    fn is_of_others(&mut self, at: usize, is_program: bool) -> bool {
        let (first, text) = around(self.lower, at, &ENDS);
        let (offset, text) = around(text, at - first, &BUTS);
        let start = first + offset;
        if self.known.as_ref().is_none_or(|(known, _)| *known != start) {
            let carried = if start == 0 { self.carried } else { "" };
            self.known = Some((start, clause(&format!("{carried} {text}"))));
        }
        self.known.as_ref().is_some_and(|(_, sentence)| {
            sentence.has_any(&[&OTHERS, &READ]) || is_program && sentence.has(&WORKED)
        })
    }

    /// Whether the name between the places is of such a thing.
    pub(super) fn has_of_others(&mut self, start: usize, end: usize, is_program: bool) -> bool {
        // A language without blanks says `没有RTX 2070的设备`: no device is seen.
        if self.is_of_others(start, is_program) {
            return true;
        }
        let (first, sentence) = around(self.lower, start, &ENDS);
        let (offset, text) = around(sentence, start - first, &BREAKS);
        let before = text.get(..start - first - offset).unwrap_or_default();
        let behind = text.get((end - first - offset).min(text.len())..);
        let behind = behind.unwrap_or_default();
        let words: Vec<&str> = before.split_whitespace().collect();
        let last = words.get(words.len().saturating_sub(2)..);
        let last = last.unwrap_or_default().join(" ");
        if (is_program || last.is_ascii()) && clause(&last).has(&DENIED) {
            return true;
        }
        // `an R730 clone` is another board.
        let next: Vec<&str> = behind.split_whitespace().take(2).collect();
        let bare = behind.trim_start();
        let mut wide = COPIES.iter().filter(|word| !word.is_ascii());
        wide.any(|word| bare.starts_with(*word))
            || bare.is_ascii() && clause(&next.join(" ")).has(&COPIES)
    }
}
