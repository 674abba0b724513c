//! Values and statements of `xl.cfg`.

use core::ops::Range;

/// The value after `=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XlValue {
    /// A text, its escapes decoded.
    Text(String),
    /// A number as written, `0x10` or `010`.
    Number(String),
    /// A list, with the place of each item.
    List(Vec<XlItem>),
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XlItem {
    /// The item.
    pub value: XlValue,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Its line, from 1.
    pub line: u32,
}

/// The operator of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XlOperator {
    /// `=`: replaces earlier statements.
    Set,
    /// `+=`: texts are joined, lists grow.
    Add,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XlStatement {
    /// The key: a letter, then letters, digits, `_` and `.`.
    pub key: String,
    /// Its operator.
    pub operator: XlOperator,
    /// The value.
    pub value: XlValue,
    /// Its line, from 1.
    pub line: u32,
    /// The bytes from the key to the end of the value.
    pub span: Range<usize>,
    /// The bytes of the value.
    pub value_span: Range<usize>,
}
