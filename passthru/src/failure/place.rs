//! The place of an error.

use std::ops::Range;

/// The place of an error, and alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Option<String>,
    /// From 1.
    pub(crate) line: Option<u32>,
    /// From 0: of the line, or without one of the given word.
    pub(crate) span: Option<Range<usize>>,
    pub(crate) help: Option<String>,
}

impl Place {
    /// A file or text.
    pub(crate) fn file(file: impl Into<String>) -> Self {
        Self {
            file: Some(file.into()),
            ..Self::default()
        }
    }

    /// Bytes of the given word.
    pub(crate) fn bytes(span: Range<usize>) -> Self {
        Self {
            span: Some(span),
            ..Self::default()
        }
    }

    /// Alternatives, or a next step.
    pub(crate) fn help(help: impl Into<String>) -> Self {
        Self::default().with_help(help)
    }

    /// The same, at a line, from 1.
    pub(crate) const fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, with the bytes of the line.
    pub(crate) const fn at_bytes(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with alternatives or a next step.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The place where a JSON reader stopped.
    pub(crate) fn of_json(error: &serde_json::Error) -> Self {
        // A reader without a position returns 0.
        let column = error.column().saturating_sub(1);
        match u32::try_from(error.line()) {
            Ok(line @ 1..) => Self::default().at_line(line).at_bytes(column..column + 1),
            _ => Self::default(),
        }
    }
}
