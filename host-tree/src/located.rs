//! A value and the piece of text that proves it.

use core::ops::Range;

use crate::{Evidence, SharedText};

/// A value read from a text, with the place where the text says so.
///
/// `text` is the proving piece as it stands in the input: the line without its
/// indentation or, where a paste lost its line breaks, just the part of the line
/// that was a line of its own. The input's bytes at `span` are `text`.
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
    /// What was read.
    pub value: T,
    /// The number of the line that says it, from 1; 0 for a command that was
    /// given beside the text.
    pub line: u32,
    /// Where `text` is in the input, in bytes.
    pub span: Range<usize>,
    /// The piece of the input that says it.
    pub text: SharedText,
}

impl<T> Located<T> {
    /// The line as evidence, where `source` names the input: a path, or the
    /// command that printed it.
    #[must_use]
    pub fn evidence(&self, source: &str) -> Evidence {
        if self.line == 0 {
            return Evidence::of_path(source, &self.text);
        }
        Evidence::new(source, self.line, &self.text)
    }

    /// The same place for another value.
    #[must_use]
    pub fn with<U>(self, value: U) -> Located<U> {
        self.map(|_| value)
    }

    /// The same place for the value that `change` makes of this one.
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
