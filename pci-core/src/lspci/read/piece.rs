//! A part of the input.

use core::ops::Range;

use host_tree::{Located, SharedText};

use super::digits::part;
use super::source::Source;

/// A part of the input within one line.
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

    /// Its trimmed text, and the span in the input.
    pub(super) fn trimmed(&self) -> (&'a str, Range<usize>) {
        let (indent, text) = split_indent(self.text);
        let start = self.offset + indent;
        (text, self.source.span(start..start + text.len()))
    }

    pub(super) fn locate<T>(&self, value: T) -> Located<T> {
        self.locate_at(self.span(), value)
    }

    /// The same where its span is known.
    pub(super) fn locate_at<T>(&self, span: Range<usize>, value: T) -> Located<T> {
        Located {
            value,
            line: self.line,
            text: self.source.keep(span.clone()),
            span,
        }
    }

    /// `part`, a slice of its text, as shared text.
    pub(super) fn keep(&self, part: &str) -> SharedText {
        let before = part.as_ptr().addr().checked_sub(self.text.as_ptr().addr());
        match before {
            Some(before) if self.source.is_same() => {
                let start = self.offset + before;
                self.source.keep(start..start + part.len())
            }
            _ => part.into(),
        }
    }

    /// Span of its text in the input.
    pub(super) fn span(&self) -> Range<usize> {
        self.trimmed().1
    }

    /// Whether its characters differ from the input.
    pub(super) fn is_rewritten(&self) -> bool {
        !self.source.is_same() && self.source.is_rewritten(&self.range())
    }

    /// Span of its trimmed text.
    fn range(&self) -> Range<usize> {
        let (indent, text) = split_indent(self.text);
        let start = self.offset + indent;
        start..start + text.len()
    }
}

/// `text` without the blanks around it.
pub(super) fn trimmed(text: &str) -> &str {
    split_indent(text).1
}

/// Length of the leading blanks of `text`, and the trimmed text. Nearly all blanks are leading tabs
/// and ASCII blanks.
fn split_indent(text: &str) -> (usize, &str) {
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b'\t' | b' ');
    let indent = match bytes {
        [b'\t', b'\t', b'\t', first, ..] if !is_blank(first) => 3,
        [b'\t', b'\t', first, ..] if !is_blank(first) => 2,
        _ => bytes.iter().take_while(|byte| is_blank(byte)).count(),
    };
    match (bytes.get(indent), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => {
            (indent, part(text, indent, text.len()))
        }
        _ => {
            let rest = text.trim_start();
            (text.len() - rest.len(), rest.trim_end())
        }
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
