//! Line numbers of the input.

use super::source::Source;

/// Maps the lines of a text to line numbers of the input.
pub(super) struct LineNumbers<'a> {
    source: &'a Source<'a>,
    /// Offset up to which the input was counted.
    counted: usize,
    line: u32,
}

impl<'a> LineNumbers<'a> {
    pub(super) const fn new(source: &'a Source<'a>) -> Self {
        Self {
            source,
            counted: 0,
            line: 0,
        }
    }

    /// Number, from 1, of the next line of the text, which starts at `offset`.
    pub(super) fn next(&mut self, offset: usize) -> u32 {
        if self.source.is_same() {
            self.line = self.line.saturating_add(1);
            return self.line;
        }
        let start = self.source.span(offset..offset).start;
        let passed = self.source.input(self.counted..start);
        let breaks = memchr::memchr_iter(b'\n', passed.as_bytes()).count();
        let breaks = u32::try_from(breaks).unwrap_or(u32::MAX);
        self.line = self.line.max(1).saturating_add(breaks);
        self.counted = self.counted.max(start);
        self.line
    }
}
