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
        self.source.is_rewritten(&self.range())
    }

    /// Where its text is without the blanks around it.
    fn range(&self) -> Range<usize> {
        let text = self.text.trim();
        let start = self.offset + self.text.len() - self.text.trim_start().len();
        start..start + text.len()
    }
}
