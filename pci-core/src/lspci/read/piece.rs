//! A part of the input.

use alloc::borrow::ToOwned;
use core::ops::Range;

use super::digits::part;
use super::source::Source;
use crate::Located;

/// A part of the input that lies in one line.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) line: u32,
    /// Where it begins in the text that is read.
    pub(super) offset: usize,
    pub(super) source: &'a Source<'a>,
}

impl<'a> Piece<'a> {
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        Piece {
            text: part(self.text, start, end),
            line: self.line,
            offset: self.offset + start,
            source: self.source,
        }
    }

    /// Its text without the blanks around it.
    pub(super) fn trimmed(&self) -> &'a str {
        trimmed(self.text)
    }

    pub(super) fn locate<T>(&self, value: T) -> Located<T> {
        let span = self.span();
        Located {
            value,
            line: self.line,
            text: self.source.input(span.clone()).to_owned(),
            span,
        }
    }

    /// Where its text is in the input.
    pub(super) fn span(&self) -> Range<usize> {
        self.source.span(self.range())
    }

    /// Whether its characters are others in the input.
    pub(super) fn is_rewritten(&self) -> bool {
        !self.source.is_same() && self.source.is_rewritten(&self.range())
    }

    /// Where its text is without the blanks around it.
    fn range(&self) -> Range<usize> {
        let text = self.trimmed();
        let end = match text {
            "" => self.text.len(),
            // A part of the text: it ends where the blanks behind it begin.
            _ => self.text.trim_end().len(),
        };
        self.offset + end - text.len()..self.offset + end
    }
}

/// `text` without the blanks around it. Nearly all are tabs and ASCII blanks in front.
pub(super) fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b'\t' | b' ');
    let indent = bytes.iter().take_while(|byte| is_blank(byte)).count();
    match (bytes.get(indent), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => {
            part(text, indent, text.len())
        }
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_those_of_the_library() {
        for text in [
            "",
            " ",
            "\t a b",
            "a ",
            "\u{3000}a",
            "\ta\u{a0}",
            " é",
            "\u{b}x",
            "x\r",
        ] {
            assert_eq!(trimmed(text), text.trim());
        }
    }
}
