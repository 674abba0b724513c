//! Lines with their continuations.

use core::ops::Range;

/// A line with its continuations, and the place of each byte.
pub(super) struct Joined {
    pub(super) line: u32,
    pub(super) span: Range<usize>,
    pub(super) text: String,
    /// Runs: where one begins in `text`, and where in the file.
    runs: Vec<(usize, usize)>,
    /// Whether the line ends with a backslash at the end of the text.
    pub(super) hangs: bool,
}

impl Joined {
    /// Where the bytes at `span` of the joined text is in the file.
    pub(super) fn place(&self, span: Range<usize>) -> Range<usize> {
        let at = |offset: usize| {
            let run = self.runs.partition_point(|(start, _)| *start <= offset);
            let run = run.checked_sub(1).and_then(|run| self.runs.get(run));
            run.map_or(self.span.start, |(start, place)| place + (offset - start))
        };
        let end = span
            .end
            .checked_sub(1)
            .map_or(self.span.start, |last| at(last) + 1);
        at(span.start)..end.max(at(span.start))
    }
}

/// Splits a file into lines as kmod does: a backslash before a newline joins
/// lines, in comments too; before anything else it is dropped.
pub(super) fn joined(text: &str) -> Vec<Joined> {
    let mut lines = Vec::new();
    let mut number = 1u32;
    let mut chars = text.char_indices().peekable();
    while let Some((start, _)) = chars.peek().copied() {
        let mut line = Joined {
            line: number,
            span: start..text.len(),
            text: String::new(),
            runs: Vec::new(),
            hangs: false,
        };
        let mut fresh = true;
        while let Some((at, mut c)) = chars.next() {
            let mut place = at;
            line.hangs = false;
            if c == '\n' {
                number = number.saturating_add(1);
                line.span.end = at + 1;
                break;
            }
            if c == '\\' {
                match chars.next() {
                    Some((_, '\n')) => {
                        number = number.saturating_add(1);
                        line.hangs = true;
                        fresh = true;
                        continue;
                    }
                    Some((next, escaped)) => {
                        (place, c) = (next, escaped);
                        fresh = true;
                    }
                    // kmod reads the end of the file for a character here.
                    None => {
                        line.hangs = true;
                        break;
                    }
                }
            }
            if fresh {
                line.runs.push((line.text.len(), place));
                fresh = false;
            }
            line.text.push(c);
        }
        lines.push(line);
    }
    lines
}
