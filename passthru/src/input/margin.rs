//! The kind of each line of a text: the margin of `--show-input`, and the count of lines that no
//! source recognizes.

use std::borrow::Cow;

use super::config_file::config_file;
use super::escaped::plain;
use super::pieces::{Piece, pieces};
use super::recognized::{Recognized, recognized};
use super::text_kind::TextKind;
use crate::prompt::Prompt;

/// The attribution of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attribution {
    /// A source recognizes the line.
    Kind(TextKind),
    /// A command that was typed.
    Command,
    /// Nothing but blanks or marks.
    Blank,
    /// No source recognizes the line.
    NotUnderstood,
}

/// The attributions of all lines of a text, in their order. `name` is that of the text.
///
/// ```
/// use passthru::input::{Attribution, TextKind, attributions};
/// let text = "My card:\n01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:2d04]\n";
/// let lines = attributions("post.txt", text);
/// assert_eq!(lines, [Attribution::NotUnderstood, Attribution::Kind(TextKind::Lspci)]);
/// ```
#[must_use]
pub fn attributions(name: &str, text: &str) -> Vec<Attribution> {
    if let Some(kind) = config_file(text) {
        return of_file(text, kind);
    }
    let text = &*plain(text);
    of_lines(text, &pieces(name, text), &recognized(text))
}

/// The attributions of the lines of a configuration file.
pub(super) fn of_file(text: &str, kind: TextKind) -> Vec<Attribution> {
    let lines = text.lines().map(|line| match bare(line) {
        Attribution::NotUnderstood => Attribution::Kind(kind),
        other => other,
    });
    lines.collect()
}

/// The attributions of the lines of another text.
pub(super) fn of_lines(text: &str, pieces: &[Piece], recognized: &Recognized) -> Vec<Attribution> {
    let mut lines: Vec<Attribution> = text.lines().map(bare).collect();
    let mut set = |number: u32, kind: TextKind| {
        let at = usize::try_from(number).unwrap_or_default().checked_sub(1);
        if let Some(line) = at.and_then(|at| lines.get_mut(at))
            && *line == Attribution::NotUnderstood
        {
            *line = Attribution::Kind(kind);
        }
    };
    for piece in pieces {
        for number in &piece.lines {
            set(*number, piece.kind.unwrap_or(TextKind::File));
        }
    }
    for (line, kind) in lines.iter_mut().zip(&recognized.lines) {
        if let (Attribution::NotUnderstood, Some(kind)) = (&line, kind) {
            *line = Attribution::Kind(*kind);
        }
    }
    lines
}

/// The text without the blanks that all of its lines start with.
pub(super) fn dedented(text: &str) -> Cow<'_, str> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = lines().map(blanks).min().unwrap_or_default();
    if common == 0 {
        return Cow::Borrowed(text);
    }
    let lines = text.split_inclusive('\n');
    Cow::Owned(
        lines
            .map(|line| line.get(common..).unwrap_or("\n"))
            .collect(),
    )
}

/// A line that is not looked at.
fn bare(line: &str) -> Attribution {
    if line
        .chars()
        .all(|c| c.is_whitespace() || "`~-=_*#>".contains(c))
    {
        Attribution::Blank
    } else if Prompt::read(line).is_some() {
        Attribution::Command
    } else {
        Attribution::NotUnderstood
    }
}

/// The number of lines that no source recognizes, and of all that are not blank.
#[must_use]
pub fn not_understood(lines: &[Attribution]) -> (usize, usize) {
    let unknown = lines
        .iter()
        .filter(|line| **line == Attribution::NotUnderstood);
    let all = lines.iter().filter(|line| **line != Attribution::Blank);
    (unknown.count(), all.count())
}
