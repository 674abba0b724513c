//! A normalized text, with a map to the input.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::OnceCell;
use core::ops::Range;

use host_tree::SharedText;

/// The text to parse in place of the input, with characters normalized.
#[derive(Debug)]
pub(super) struct Source<'a> {
    input: &'a str,
    /// The input as shared text, once a piece of it is needed.
    kept: OnceCell<Arc<str>>,
    text: Cow<'a, str>,
    /// The map of `text` to the input; empty if they are equal.
    runs: Vec<Run>,
}

/// A part of the text, up to the next.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Offset in the text.
    at: usize,
    /// Offset in the input.
    input: usize,
    kind: Change,
}

/// Change of a part of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// None.
    None,
    /// Replaced by a blank or removed: no information.
    Blank,
    /// Replaced by another character.
    Rewritten,
}

impl<'a> Source<'a> {
    /// The unchanged input.
    pub(super) const fn same(input: &'a str) -> Self {
        Self {
            input,
            kept: OnceCell::new(),
            text: Cow::Borrowed(input),
            runs: Vec::new(),
        }
    }

    /// Whether it is the unchanged input.
    pub(super) fn is_same(&self) -> bool {
        self.runs.is_empty()
    }

    /// The text to parse.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Span in the input of `range` of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Range<usize> {
        if self.is_same() {
            return range;
        }
        let start = self.start(range.start);
        if range.is_empty() {
            return start..start;
        }
        start..self.end(range.end).max(start)
    }

    /// The input at `span`.
    pub(super) fn input(&self, span: Range<usize>) -> &'a str {
        self.input.get(span).unwrap_or_default()
    }

    /// The input at `span`, as shared text.
    pub(super) fn keep(&self, span: Range<usize>) -> SharedText {
        SharedText::of(self.kept.get_or_init(|| Arc::from(self.input)), span)
    }

    /// Whether `range` of the text contains a changed character.
    pub(super) fn is_rewritten(&self, range: &Range<usize>) -> bool {
        let first = self
            .runs
            .partition_point(|run| run.at <= range.start)
            .saturating_sub(1);
        let runs = self.runs.get(first..).unwrap_or_default();
        runs.iter()
            .take_while(|run| run.at < range.end)
            .any(|run| run.kind == Change::Rewritten && run.at >= range.start)
    }

    fn start(&self, at: usize) -> usize {
        match self.runs.partition_point(|run| run.at <= at).checked_sub(1) {
            None => at,
            Some(index) => self.runs.get(index).map_or(at, |run| match run.kind {
                Change::None => run.input + (at - run.at),
                _ => run.input,
            }),
        }
    }

    fn end(&self, at: usize) -> usize {
        // The run of the last byte.
        let next = self.runs.partition_point(|run| run.at < at);
        let Some(run) = next.checked_sub(1).and_then(|index| self.runs.get(index)) else {
            return at;
        };
        match run.kind {
            Change::None => run.input + (at - run.at),
            _ => self
                .runs
                .get(next)
                .map_or(self.input.len(), |run| run.input),
        }
    }
}

/// Builds a text from an input with replacements.
pub(super) struct SourceWriter<'a> {
    input: &'a str,
    text: String,
    runs: Vec<Run>,
    /// Offset up to which the input is processed.
    done: usize,
}

impl<'a> SourceWriter<'a> {
    pub(super) fn new(input: &'a str) -> Self {
        Self {
            input,
            text: String::with_capacity(input.len()),
            runs: Vec::new(),
            done: 0,
        }
    }

    /// Replaces `range` of the input, and copies the input before it. A range that overlaps the
    /// previous one is ignored.
    pub(super) fn replace(&mut self, range: Range<usize>, replacement: &str, kind: Change) {
        if range.start < self.done {
            return;
        }
        self.keep(range.start);
        self.runs.push(Run {
            at: self.text.len(),
            input: range.start,
            kind,
        });
        self.text.push_str(replacement);
        self.done = range.end;
    }

    fn keep(&mut self, end: usize) {
        if end > self.done {
            self.runs.push(Run {
                at: self.text.len(),
                input: self.done,
                kind: Change::None,
            });
            self.text
                .push_str(self.input.get(self.done..end).unwrap_or_default());
            self.done = end;
        }
    }

    pub(super) fn finish(mut self) -> Source<'a> {
        if self.runs.is_empty() {
            return Source::same(self.input);
        }
        self.keep(self.input.len());
        Source {
            input: self.input,
            kept: OnceCell::new(),
            text: Cow::Owned(self.text),
            runs: self.runs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_its_place_in_the_input() {
        let input = "a&lt;b&nbsp;c";
        let mut writer = SourceWriter::new(input);
        writer.replace(1..5, "<", Change::Rewritten);
        writer.replace(3..4, "x", Change::Rewritten);
        writer.replace(6..12, "", Change::Blank);
        let source = writer.finish();
        assert_eq!(source.text(), "a<bc");
        let shown = |range: Range<usize>| source.input(source.span(range));
        assert_eq!(shown(0..1), "a");
        assert_eq!(shown(1..2), "&lt;");
        assert_eq!(shown(0..3), "a&lt;b");
        assert_eq!(shown(2..4), "b&nbsp;c");
        assert_eq!(shown(0..4), input);
        assert_eq!(shown(4..4), "");
        assert!(source.is_rewritten(&(1..3)));
        assert!(!source.is_rewritten(&(2..4)));
        assert_eq!(Source::same("xy").span(1..2), 1..2);
    }
}
