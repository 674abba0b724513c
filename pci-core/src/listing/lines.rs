//! Lines of a text with their places, and their keys.

use host_tree::{Located, numbered_lines};

/// A line without its indentation and its end, with its place.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Line number, from 1.
    pub(super) number: u32,
    /// Its offset in the text, in bytes.
    start: usize,
    /// Text of the line.
    pub(super) text: &'a str,
    /// Number of blank bytes before it.
    pub(super) indent: usize,
}

impl<'a> Line<'a> {
    /// `value` with the whole line as evidence.
    pub(super) fn located<T>(self, value: T) -> Located<T> {
        Located {
            value,
            line: self.number,
            span: self.start..self.start + self.text.len(),
            text: self.text.into(),
        }
    }

    /// `value` with `part`, a slice of the line, as evidence.
    pub(super) fn part<T>(self, part: &str, value: T) -> Located<T> {
        let start = self.start + offset_in(self.text, part);
        Located {
            value,
            line: self.number,
            span: start..start + part.len(),
            text: part.into(),
        }
    }

    /// The line reduced to `part`, a slice of it.
    pub(super) fn narrowed(self, part: &'a str) -> Self {
        Self {
            start: self.start + offset_in(self.text, part),
            text: part,
            ..self
        }
    }

    /// Key and value of `key: value`; the value may be empty.
    pub(super) fn pair(self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.text.split_once(':')?;
        (value.is_empty() || value.starts_with([' ', '\t'])).then(|| (key.trim_end(), value.trim()))
    }
}

/// The lines of a text, without quotation marks before them.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    numbered_lines(text).map(|(number, line)| {
        let line = unquoted(line);
        let trimmed = line.trim();
        Line {
            number,
            start: offset_in(text, trimmed),
            text: trimmed,
            indent: line.len() - line.trim_start().len(),
        }
    })
}

/// `> > text` without the quotation marks of mail and Markdown.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(following) = rest.trim_start().strip_prefix('>') {
        if !(following.is_empty() || following.starts_with([' ', '\t', '>'])) {
            break;
        }
        rest = following.strip_prefix(' ').unwrap_or(following);
    }
    rest
}

/// Whether the text contains any of these strings: a fast pre-check, because most texts are of
/// other formats.
pub(super) fn has_any(text: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| text.contains(mark))
}

/// Offset of `part`, a slice of `text`, in it.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Finds the line of a slice of a text.
#[cfg(feature = "std")]
pub(super) struct Places<'a> {
    text: &'a str,
    /// The offsets of line starts.
    starts: alloc::vec::Vec<usize>,
}

#[cfg(feature = "std")]
impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = [0].into_iter().chain(after).collect();
        Self { text, starts }
    }

    /// `value` with `piece`, a slice of the text, as evidence.
    pub(super) fn located<T>(&self, piece: &str, value: T) -> Located<T> {
        let start = offset_in(self.text, piece);
        let line = self.starts.partition_point(|begin| *begin <= start);
        Located {
            value,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            span: start..start + piece.len(),
            text: piece.into(),
        }
    }
}
