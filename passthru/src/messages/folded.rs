//! A text in the form in which messages are compared: case, blanks and quotation marks are ignored.
//!
//! The build folds the patterns with it, and the program the lines.

use std::borrow::Cow;

/// A text in lower case with ASCII's blanks and quotation marks.
pub(crate) struct Folded<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Places from which on the original is so many bytes further, in order.
    shifts: Vec<(usize, usize)>,
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
                shifts: Vec::new(),
            };
        }
        let mut folded = Folding {
            text: String::with_capacity(text.len()),
            shifts: Vec::new(),
            shift: 0,
            is_after_blank: false,
        };
        if text.is_ascii() && !text.contains('\\') {
            // Most lines of a log, whose time starts with blanks.
            let mut at = 0;
            for word in text.split_inclusive([' ', '\t']) {
                let letters = word.trim_end_matches([' ', '\t']);
                folded.push_word(at, letters);
                if letters.len() < word.len() {
                    folded.push(at + letters.len(), ' ');
                }
                at += word.len();
            }
        } else {
            let mut characters = text.char_indices().peekable();
            while let Some((at, character)) = characters.next() {
                // A string of JSON has a mark before its quotation marks.
                let is_mark = character == '\\';
                if !is_mark || characters.peek().is_none_or(|(_, next)| *next != '"') {
                    folded.push(at, character);
                }
            }
        }
        Self {
            text: Cow::Owned(folded.text),
            shifts: folded.shifts,
        }
    }

    /// The place in the original of the byte at `at`.
    pub(crate) fn place(&self, at: usize) -> usize {
        let after = self.shifts.partition_point(|(start, _)| *start <= at);
        let shift = after.checked_sub(1).and_then(|last| self.shifts.get(last));
        at + shift.map_or(0, |(_, shift)| *shift)
    }
}

/// A text while it is folded.
struct Folding {
    text: String,
    shifts: Vec<(usize, usize)>,
    shift: usize,
    is_after_blank: bool,
}

impl Folding {
    /// Adds ASCII characters without blanks, whose place in the original is `at`.
    fn push_word(&mut self, at: usize, word: &str) {
        if !word.is_empty() {
            self.is_after_blank = false;
            self.see_shift(at);
            let start = self.text.len();
            self.text.push_str(word);
            if let Some(added) = self.text.get_mut(start..) {
                added.make_ascii_lowercase();
            }
        }
    }

    /// Notes how many bytes further the original is, if that is new.
    fn see_shift(&mut self, at: usize) {
        let start = self.text.len();
        // Never negative: no character becomes longer.
        let shift = at.saturating_sub(start);
        if shift != self.shift {
            self.shift = shift;
            self.shifts.push((start, shift));
        }
    }

    /// Adds a character, whose place in the original is `at`.
    fn push(&mut self, at: usize, character: char) {
        let is_blank = matches!(character, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{3000}');
        if is_blank && self.is_after_blank {
            return;
        }
        self.is_after_blank = is_blank;
        self.see_shift(at);
        self.text.push(match character {
            _ if is_blank => ' ',
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            other => other.to_ascii_lowercase(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_that_of_the_same_character() {
        let texts = [
            "[    0.536462] DMAR: IOMMU  enabled",
            "\t Kernel driver in use:\tVFIO-pci  ",
            "  “No such  device” \\\"X\\\"",
            "plain",
            "",
        ];
        for text in texts {
            let folded = Folded::new(text);
            assert!(!folded.text.contains("  "), "{text:?}");
            for (at, character) in folded.text.char_indices() {
                let of_text = text
                    .get(folded.place(at)..)
                    .and_then(|rest| rest.chars().next());
                let of_text = of_text.map(|c| match c {
                    '\t' => ' ',
                    '“' | '”' => '"',
                    other => other.to_ascii_lowercase(),
                });
                assert_eq!(of_text, Some(character), "{text:?} at {at}");
            }
        }
    }
}
