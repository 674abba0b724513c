//! The statements of an `xl.cfg`, as libxlutil's scanner and grammar parse them.

use core::fmt;
use core::ops::Range;

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::character::complete::{char, none_of, one_of, satisfy};
use nom::combinator::{map, recognize, value, verify};
use nom::multi::{fold_many0, many0_count};
use nom::sequence::{delimited, pair, preceded};

use super::xl_value::{XlItem, XlOperator, XlStatement, XlValue};

/// How deep lists may is in lists. `xl` knows keys with lists in a list; the bound keeps the
/// reading from running out of stack.
const DEEPEST: usize = 8;

/// A place that `xl` rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XlIssue {
    /// The expected text.
    pub expected: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// Byte offset in the text.
    pub offset: usize,
}

impl fmt::Display for XlIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, line, .. } = self;
        write!(f, "expected {expected} on line {line}")
    }
}

type Parsed<'a, T> = nom::IResult<&'a str, T, nom::error::Error<&'a str>>;

/// Where the reading is.
pub(super) struct Lexer<'a> {
    text: &'a str,
    rest: &'a str,
    line: u32,
    /// Where `line` was counted to.
    counted: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            rest: text,
            line: 1,
            counted: 0,
        }
    }

    fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// The line of where the reading is; called with growing offsets.
    fn line(&mut self) -> u32 {
        let here = self.offset();
        let assigned = self.text.get(self.counted..here).unwrap_or_default();
        let ends = assigned.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.counted = here.max(self.counted);
        self.line
    }

    fn fault(&mut self, expected: &'static str) -> XlIssue {
        XlIssue {
            expected,
            offset: self.offset(),
            line: self.line(),
        }
    }

    fn take<T>(&mut self, mut parser: impl FnMut(&'a str) -> Parsed<'a, T>) -> Option<T> {
        let (rest, value) = parser(self.rest).ok()?;
        self.rest = rest;
        Some(value)
    }

    /// Goes to the next line.
    pub(super) fn skip_line(&mut self) {
        self.rest = match self.rest.split_once('\n') {
            Some((_, rest)) => rest,
            None => "",
        };
    }

    /// The next statement; `None` at the end of the text.
    pub(super) fn statement(&mut self) -> Result<Option<XlStatement>, XlIssue> {
        self.take(between_statements);
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = self.offset();
        let line = self.line();
        let Some(key) = self.take(key) else {
            return Err(self.fault("a key"));
        };
        let Some(operator) = self.take(operator) else {
            return Err(self.fault("= or +="));
        };
        let value_start = self.offset();
        let value = self.value(0)?;
        let end = self.offset();
        if self.take(end_of_statement).is_none() {
            return Err(self.fault("the end of the line or ;"));
        }
        Ok(Some(XlStatement {
            key: key.to_owned(),
            operator,
            value,
            line,
            span: start..end,
            value_span: value_start..end,
        }))
    }

    fn value(&mut self, depth: usize) -> Result<XlValue, XlIssue> {
        if self.take(|rest| tag("[").parse(rest)).is_some() {
            if depth == DEEPEST {
                return Err(self.fault("lists that are not so deep"));
            }
            return self.list(depth + 1).map(XlValue::List);
        }
        match self.take(atom) {
            Some(value) => Ok(value),
            None => Err(self.fault("a text in quotes, a number or [")),
        }
    }

    /// The items after `[`, and the `]`.
    fn list(&mut self, depth: usize) -> Result<Vec<XlItem>, XlIssue> {
        let mut items = Vec::new();
        loop {
            self.take(between_items);
            if self.take(|rest| tag("]").parse(rest)).is_some() {
                return Ok(items);
            }
            let start = self.offset();
            let line = self.line();
            let value = self.value(depth)?;
            let span: Range<usize> = start..self.offset();
            items.push(XlItem { value, span, line });
            self.take(between_items);
            if self.take(|rest| tag(",").parse(rest)).is_none() && !self.rest.starts_with(']') {
                return Err(self.fault(", or ]"));
            }
        }
    }
}

fn blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// A comment: to a line end, which must be there.
fn comment(text: &str) -> Parsed<'_, &str> {
    recognize((char('#'), take_till(|c| c == '\n'), char('\n'))).parse(text)
}

fn between_statements(text: &str) -> Parsed<'_, usize> {
    let blanks = take_while1(|c| blank(c) || c == '\n' || c == ';');
    many0_count(alt((blanks, comment))).parse(text)
}

fn between_items(text: &str) -> Parsed<'_, usize> {
    let blanks = take_while1(|c| blank(c) || c == '\n');
    many0_count(alt((blanks, comment))).parse(text)
}

fn end_of_statement(text: &str) -> Parsed<'_, &str> {
    let end = alt((
        tag(";"),
        tag("\n"),
        comment,
        verify(nom::combinator::rest, |rest: &str| rest.is_empty()),
    ));
    preceded(take_while(blank), end).parse(text)
}

fn key(text: &str) -> Parsed<'_, &str> {
    let first = satisfy(|c| c.is_ascii_alphabetic());
    let others = take_while(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    recognize(pair(first, others)).parse(text)
}

fn operator(text: &str) -> Parsed<'_, XlOperator> {
    let sign = alt((
        value(XlOperator::Add, tag("+=")),
        value(XlOperator::Set, tag("=")),
    ));
    delimited(take_while(blank), sign, take_while(blank)).parse(text)
}

fn atom(text: &str) -> Parsed<'_, XlValue> {
    let hexadecimal = recognize(pair(
        tag("0x"),
        take_while1(|c: char| matches!(c, '0'..='9' | 'a'..='f')),
    ));
    let decimal = take_while1(|c: char| c.is_ascii_digit());
    let number = map(alt((hexadecimal, decimal)), |digits: &str| {
        XlValue::Number(digits.to_owned())
    });
    alt((
        number,
        map(quoted_with('"'), XlValue::Text),
        map(quoted_with('\''), XlValue::Text),
    ))
    .parse(text)
}

/// A text in these quotes. Of bytes given by number, `\x41` is refused by the library and `\101`
/// is lost (both measured with Xen 4.17): neither is accepted here.
fn quoted_with<'a>(
    quote: char,
) -> impl Parser<&'a str, Output = String, Error = nom::error::Error<&'a str>> {
    let plain = none_of(if quote == '"' { "\"\\\n\0" } else { "'\\\n\0" });
    let simple = map(one_of("\\'\"abfnrtv"), |c| match c {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        other => other,
    });
    let character = alt((plain, preceded(char('\\'), simple)));
    let content = fold_many0(character, String::new, |mut text: String, c| {
        text.push(c);
        text
    });
    delimited(char(quote), content, char(quote))
}

/// `text` in quotes; it has no control character.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(quoted(r#"a"b\c'"#), r#""a\"b\\c'""#);
    }
}
