//! Line edits of a text: every byte outside the edited span is unchanged.

use alloc::format;
use alloc::string::String;
use core::ops::Range;

/// Returns `text` with the bytes of `span` replaced.
#[must_use]
pub fn splice(text: &str, span: Range<usize>, new: &str) -> String {
    let mut out = String::with_capacity(text.len() + new.len());
    out.push_str(text.get(..span.start).unwrap_or_default());
    out.push_str(new);
    out.push_str(text.get(span.end..).unwrap_or_default());
    out
}

/// Returns `text` with `line` (without a line end) after its last line.
///
/// A text without a final line end stays without one, so [`without_line`] restores the same bytes.
#[must_use]
pub fn with_line(text: &str, line: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{line}\n")
    } else {
        format!("{text}\n{line}")
    }
}

/// Returns `text` without the line at `span`, which includes its line end, if any.
#[must_use]
pub fn without_line(text: &str, span: Range<usize>) -> String {
    without(text, [line_cut(text, span)])
}

/// The bytes to remove with the line at `span`: for a last line without a line end, also the line
/// end before it.
#[must_use]
pub fn line_cut(text: &str, span: Range<usize>) -> Range<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    let line = text.get(span.clone()).unwrap_or_default();
    let newline = !line.ends_with('\n') && before.ends_with('\n');
    span.start - usize::from(newline)..span.end
}

/// Returns `text` without the bytes of `cuts`, in order.
#[must_use]
pub fn without(text: &str, cuts: impl IntoIterator<Item = Range<usize>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for cut in cuts {
        out.push_str(text.get(done..cut.start).unwrap_or_default());
        done = done.max(cut.end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The lines of `text`: number from 1, span with its line end, and content without it.
pub fn spans(text: &str) -> impl Iterator<Item = (u32, Range<usize>, &str)> {
    let mut start = 0;
    (1u32..)
        .zip(text.split_inclusive('\n'))
        .map(move |(number, line)| {
            let span = start..start + line.len();
            start = span.end;
            (number, span, line.strip_suffix('\n').unwrap_or(line))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_added_and_removed_leaves_the_bytes() {
        for text in ["", "\n", "a", "a\n", "a\r\nb", "a\n\n", "\r"] {
            let added = with_line(text, "x");
            let (_, span, _) = spans(&added)
                .filter(|(_, _, line)| *line == "x")
                .last()
                .unwrap();
            assert_eq!(without_line(&added, span), text);
        }
    }
}
