//! A text in the form in which messages are compared: case, blanks and quotation marks are ignored.
//!
//! The build folds the patterns with it, and the program the lines.

use std::borrow::Cow;

/// A text in lower case with ASCII's blanks and quotation marks.
pub(crate) struct Folded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The place in the original of each byte, where the lengths differ.
    places: Vec<usize>,
}

impl<'a> Folded<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let is_kept = |byte: u8| byte.is_ascii() && !matches!(byte, b'\t' | b'\\');
        if text.bytes().all(is_kept) && !text.contains("  ") {
            let has_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
            return Self {
                text: if has_upper {
                    Cow::Owned(text.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(text)
                },
                places: Vec::new(),
            };
        }
        let mut folded = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len());
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            // A string of JSON has a mark before its quotation marks.
            if character == '\\' && characters.peek().is_some_and(|(_, next)| *next == '"') {
                continue;
            }
            let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{3000}');
            if is_blank(character) && folded.ends_with(' ') {
                continue;
            }
            let character = match character {
                '\t' | '\u{a0}' | '\u{202f}' | '\u{3000}' => ' ',
                '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => '\'',
                '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
                other => other.to_ascii_lowercase(),
            };
            folded.push(character);
            places.resize(folded.len(), at);
        }
        Self {
            text: Cow::Owned(folded),
            places,
        }
    }

    /// The place in the original of the byte at `at`.
    pub(crate) fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(at)
    }
}
