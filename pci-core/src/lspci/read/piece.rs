//! A part of the input.

use alloc::borrow::ToOwned;

use super::digits::part;
use crate::Located;

/// A part of the input that lies in one line.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) line: u32,
    /// Where it begins in the input.
    pub(super) offset: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        Piece {
            text: part(self.text, start, end),
            line: self.line,
            offset: self.offset + start,
        }
    }

    pub(super) fn locate<T>(&self, value: T) -> Located<T> {
        let text = self.text.trim();
        let start = self.offset + self.text.len() - self.text.trim_start().len();
        Located {
            value,
            line: self.line,
            span: start..start + text.len(),
            text: text.to_owned(),
        }
    }
}
