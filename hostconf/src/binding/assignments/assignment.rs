//! An assignment, its words, and why a value is not known.

use core::ops::Range;

/// One word of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// Byte range, with the quotes.
    pub span: Range<usize>,
    /// The text; `None` if only bash can evaluate it.
    pub text: Option<String>,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// `NAME=(a b)`.
    Array,
    /// `NAME="a b"`: one string with words separated by blanks.
    String,
}

/// An assignment at the top of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The line it begins on, from 1.
    pub line: u32,
    /// Whether the assignment is `+=`.
    pub appends: bool,
    /// The form of the value.
    pub form: Form,
    /// The words; those of a string are separated at blanks.
    pub words: Vec<Word>,
    /// The string; `None` for an array.
    pub string: Option<String>,
    /// Between the parentheses, or between the quotes of a string that is quoted in
    /// one piece; `None` where no word can be put in.
    pub inner: Option<Range<usize>>,
}
