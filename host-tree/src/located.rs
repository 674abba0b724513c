//! A value and the text that proves it.

use core::ops::Range;

use crate::{Evidence, SharedText};

/// A value read from a text, and its place there.
///
/// `text` is the evidence as in the input: the line without its indentation or, if a paste lost its
/// line breaks, only the original line. The input's bytes at `span` are `text`.
///
/// ```
/// use host_tree::{Located, SharedText};
/// let driver = Located {
///     value: "vfio-pci",
///     line: 2,
///     span: 88..120,
///     text: SharedText::from("Kernel driver in use: vfio-pci"),
/// };
/// assert_eq!(driver.evidence("lspci -nnk").place(), "lspci -nnk, line 2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Line number, from 1; 0 for a command passed separately from the text.
    pub line: u32,
    /// Span of `text` in the input, in bytes.
    pub span: Range<usize>,
    /// The text that proves the value.
    pub text: SharedText,
}

impl<T> Located<T> {
    /// The line as evidence; `source` names the input: a path, or a command.
    #[must_use]
    pub fn evidence(&self, source: &str) -> Evidence {
        if self.line == 0 {
            return Evidence::of_path(source, &self.text);
        }
        Evidence::new(source, self.line, &self.text)
    }

    /// Another value at the same place.
    #[must_use]
    pub fn with<U>(self, value: U) -> Located<U> {
        self.map(|_| value)
    }

    /// The value that `change` returns, at the same place.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            line: self.line,
            span: self.span,
            text: self.text,
        }
    }
}
