//! Style of text output: width, colors and language.

use host_tree::Evidence;

use super::wrap::{pad, paragraph, width};
use crate::text::{Language, Text, place};
use crate::verdict::Verdict;

/// The look of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to fill with sentences.
    pub columns: usize,
    /// Columns of a line of a table, where it is cut: those of the terminal. A pipe or a file
    /// has no end of a line, and `usize::MAX` cuts none.
    pub table: usize,
    /// Whether to use colors: on a terminal, unless `NO_COLOR` is set.
    pub color: bool,
    /// The language of the sentences that have a translation.
    pub language: Language,
}

impl Style {
    /// Plain text of 80 columns, for pipes and files; table lines are complete.
    pub const PLAIN: Self = Self {
        columns: 80,
        table: usize::MAX,
        color: false,
        language: Language::English,
    };

    /// The sentence in the language of this style.
    #[must_use]
    pub fn say(self, text: &Text) -> String {
        self.language.say(text)
    }

    /// The sentence in the language of this style, in bold.
    #[must_use]
    pub(super) fn heading(self, text: &Text) -> String {
        self.strong(&self.say(text))
    }

    /// `text` in the color of `verdict`.
    #[must_use]
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Blocker | Verdict::Impossible => "1;31",
            Verdict::Fix | Verdict::Security => "1;33",
            Verdict::Check => "33",
            Verdict::NoEffect => "36",
            Verdict::Unknown => "35",
            Verdict::Harmless => "2",
            Verdict::Ok => "32",
        };
        self.paint(code, text)
    }

    /// Columns of a verdict's word before a finding: a blank, the longest word, a blank.
    #[must_use]
    pub(super) fn verdict_columns(self) -> usize {
        let words = Verdict::ALL.map(|verdict| width(&self.say(&verdict.label())));
        words.into_iter().max().unwrap_or(0) + 2
    }

    /// `text` after the word of `verdict`, in lines indented to its end.
    #[must_use]
    pub(super) fn with_verdict(self, verdict: Verdict, text: &str) -> String {
        let columns = self.verdict_columns();
        let word = pad(&format!(" {}", self.say(&verdict.label())), columns);
        let body = paragraph(&" ".repeat(columns), text, self.columns);
        let text = body.get(columns..).unwrap_or_default();
        format!("{}{text}", self.verdict(verdict, &word))
    }

    /// The place of evidence: `/etc/modules:5`, `lspci -nn, line 2`.
    #[must_use]
    pub(super) fn place(self, evidence: &Evidence) -> String {
        self.say(&place(evidence))
    }

    /// `text` in bold.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// `text` that may be passed over.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A line of a unified diff.
    #[must_use]
    pub fn diff_line(self, line: &str) -> String {
        match line.as_bytes().first() {
            Some(b'+') => self.paint("32", line),
            Some(b'-') => self.paint("31", line),
            Some(b'@') => self.paint("36", line),
            _ => line.to_owned(),
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
