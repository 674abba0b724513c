//! The lines of a text with their places, and the keys that stand in them.

use host_tree::{Located, numbered_lines};

/// One line, without its indentation and its end, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) number: u32,
    /// Its offset in the text, in bytes.
    start: usize,
    /// What it says.
    pub(super) text: &'a str,
    /// How many bytes of blanks stand before it.
    pub(super) indent: usize,
}

impl<'a> Line<'a> {
    /// `value` with the whole line as its proof.
    pub(super) fn located<T>(self, value: T) -> Located<T> {
        Located {
            value,
            line: self.number,
            span: self.start..self.start + self.text.len(),
            text: self.text.into(),
        }
    }

    /// `value` with `part`, a slice of the line, as its proof.
    pub(super) fn part<T>(self, part: &str, value: T) -> Located<T> {
        let start = self.start + offset_in(self.text, part);
        Located {
            value,
            line: self.number,
            span: start..start + part.len(),
            text: part.into(),
        }
    }

    /// The line as if it held only `part`, a slice of it.
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

/// The lines of a text, without the marks of a quotation before them.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    numbered_lines(text).map(|(number, line)| {
        let line = unquoted(line);
        let said = line.trim();
        Line {
            number,
            start: offset_in(text, said),
            text: said,
            indent: line.len() - line.trim_start().len(),
        }
    })
}

/// `> > text` without what mail and Markdown put before the lines of another's text.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(behind) = rest.trim_start().strip_prefix('>') {
        if !(behind.is_empty() || behind.starts_with([' ', '\t', '>'])) {
            break;
        }
        rest = behind.strip_prefix(' ').unwrap_or(behind);
    }
    rest
}

/// Whether any of these stands in the text. Readers ask before they look at lines:
/// most texts are none of theirs.
pub(super) fn has_any(text: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| text.contains(mark))
}

/// Where `part`, a slice of `text`, begins in it.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// Finds the line of any piece of a text.
#[cfg(feature = "std")]
pub(super) struct Places<'a> {
    text: &'a str,
    /// The offsets at which lines begin.
    starts: alloc::vec::Vec<usize>,
}

#[cfg(feature = "std")]
impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = [0].into_iter().chain(after).collect();
        Self { text, starts }
    }

    /// `value` with `piece`, a slice of the text, as its proof.
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
