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
            for (at, byte) in text.bytes().enumerate() {
                folded.push(at, char::from(byte));
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
    /// Adds a character, whose place in the original is `at`.
    fn push(&mut self, at: usize, character: char) {
        let is_blank = matches!(character, ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{3000}');
        if is_blank && self.is_after_blank {
            return;
        }
        self.is_after_blank = is_blank;
        let start = self.text.len();
        // Never negative: no character becomes longer.
        let shift = at.saturating_sub(start);
        if shift != self.shift {
            self.shift = shift;
            self.shifts.push((start, shift));
        }
        self.text.push(match character {
            _ if is_blank => ' ',
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            other => other.to_ascii_lowercase(),
        });
    }
}
