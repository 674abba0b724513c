//! Files of `key="value"` lines, as a lossless document: `loader.conf(5)` and
//! vm-bhyve's configurations.

use core::fmt;
use core::ops::Range;

use host_tree::lines;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::combinator::{map, opt, recognize, rest};
use nom::error::Error;
use nom::sequence::{delimited, pair};

/// One line that sets a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The key.
    pub key: String,
    /// The value, without its quotes.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
    /// The bytes of the whole line, with its line end.
    span: Range<usize>,
    /// The bytes of the value, with its quotes.
    value_span: Range<usize>,
}

/// A parsed file. Of two lines with one key the last takes effect; a line of another form is kept
/// without effect.
///
/// ```
/// use hvconf::bhyve::Assignments;
/// let text = "vmm_load=\"YES\" # bhyve\npptdevs=\"1/0/0\"\n";
/// let file = Assignments::parse(text);
/// assert_eq!(file.to_string(), text);
/// assert_eq!(file.get("pptdevs").map(|line| line.value.as_str()), Some("1/0/0"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignments {
    text: String,
    lines: Vec<Assignment>,
}

impl Assignments {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut found = Vec::new();
        for (line, span, content) in lines::spans(text) {
            let Ok((_, (before, key, equals, value))) = assignment(content) else {
                continue;
            };
            let start = span.start + before.len() + key.len() + equals.len();
            found.push(Assignment {
                key: key.to_owned(),
                value: value.trim_matches('"').to_owned(),
                line,
                value_span: start..start + value.len(),
                span,
            });
        }
        Self {
            text: text.to_owned(),
            lines: found,
        }
    }

    /// All lines that set something, in the order of the file.
    #[must_use]
    pub fn lines(&self) -> &[Assignment] {
        &self.lines
    }

    /// The line that sets `key`: the last one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Assignment> {
        self.lines.iter().rfind(|line| line.key == key)
    }

    /// Sets a key, in its line or in a new one at the end. `value` has none of the
    /// characters that end a value: the callers put typed values into it.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        debug_assert!(!value.contains(['"', '\n', '\r', '\\']));
        let text = match self.get(key) {
            Some(line) if line.value == value => return,
            Some(line) => {
                lines::splice(&self.text, line.value_span.clone(), &format!("\"{value}\""))
            }
            None => lines::with_line(&self.text, &format!("{key}=\"{value}\"")),
        };
        *self = Self::parse(&text);
    }

    /// Removes the line that sets `key`.
    pub(super) fn unset(&mut self, key: &str) {
        if let Some(line) = self.get(key) {
            *self = Self::parse(&lines::without_line(&self.text, line.span.clone()));
        }
    }
}

impl fmt::Display for Assignments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

type Parts<'a> = (&'a str, &'a str, &'a str, &'a str);

/// The text before the key, the key, the sign, and the value with its quotes.
fn assignment(line: &str) -> nom::IResult<&str, Parts<'_>, Error<&str>> {
    let blank = |c: char| c == ' ' || c == '\t';
    let key = take_while1(|c: char| c.is_ascii_alphanumeric() || "_.-%".contains(c));
    let equals = recognize(delimited(take_while(blank), tag("="), take_while(blank)));
    let quoted = recognize(delimited(tag("\""), take_till(|c| c == '"'), tag("\"")));
    let plain = take_while(|c: char| !c.is_ascii_whitespace() && c != '"' && c != '#');
    let comment = recognize((tag("#"), rest));
    let end = pair(take_while(|c: char| c.is_ascii_whitespace()), opt(comment));
    let line_end = nom::combinator::all_consuming(end);
    map(
        (
            take_while(blank),
            key,
            equals,
            alt((quoted, plain)),
            line_end,
        ),
        |(before, key, equals, value, _)| (before, key, equals, value),
    )
    .parse(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_and_kept() {
        let text = "# a\n a.b = \"x y\" # c\r\nbad line\nn=1\nq=\"a\"b\"\nn=\"2\"";
        let file = Assignments::parse(text);
        assert_eq!(file.to_string(), text);
        assert_eq!(file.get("a.b").unwrap().value, "x y");
        assert_eq!(file.get("n").unwrap().line, 6);
        assert_eq!(file.get("q"), None);
        let mut set = file.clone();
        set.set("n", "3");
        assert_eq!(set.to_string(), text.replace("\"2\"", "\"3\""));
        let mut new = file.clone();
        new.set("z", "1");
        new.set("z", "1");
        assert_eq!(new.to_string(), format!("{text}\nz=\"1\""));
        new.unset("z");
        assert_eq!(new, file);
    }
}
