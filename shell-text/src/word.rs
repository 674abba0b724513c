//! Words of the shell's language: quoting and expansions.
//!
//! The rules are those of POSIX.1-2017, Shell Command Language, sections 2.2
//! (quoting) and 2.6 (expansions), checked against dash.

use core::ops::Range;

use nom::bytes::complete::{take_till, take_while1};
use nom::character::complete::char;
use nom::combinator::verify;
use nom::sequence::delimited;
use nom::{IResult, Parser};

/// The quoting of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Unquoted: a backslash makes the next character literal.
    Bare,
    /// `'…'`: everything is literal.
    Single,
    /// `"…"`: a backslash works before `$`, a backtick, `"`, `\` and newline.
    Double,
}

/// A literal or an expansion within a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text, at this place.
    Literal(Range<usize>),
    /// The value of a variable.
    Variable(String),
    /// An expansion that only a shell can evaluate, as written.
    Computed(String),
}

/// A segment of a word with one kind of quoting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Segment {
    /// The quoting.
    pub quote: Quote,
    /// The content, without the quotes, in bytes of the text.
    pub span: Range<usize>,
    /// Literals and expansions, in order.
    pub parts: Vec<Part>,
}

/// A word: adjacent segments.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// The word with its quotes, in bytes of the text.
    pub span: Range<usize>,
    /// Its segments, in order.
    pub segments: Vec<Segment>,
}

impl Word {
    /// The word's characters, if it has no expansions.
    #[must_use]
    pub fn literal(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        for segment in &self.segments {
            for part in &segment.parts {
                let Part::Literal(span) = part else {
                    return None;
                };
                out.extend(characters(text, segment.quote, span.clone()).map(|(c, _)| c));
            }
        }
        Some(out)
    }
}

/// The characters of the literal at `span`, each with its place.
pub fn characters(
    text: &str,
    quote: Quote,
    span: Range<usize>,
) -> impl Iterator<Item = (char, Range<usize>)> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let mut chars = raw.char_indices().peekable();
    core::iter::from_fn(move || {
        loop {
            let (at, c) = chars.next()?;
            let start = span.start + at;
            if c == '\\' {
                let escaped = match (quote, chars.peek().map(|(_, next)| *next)) {
                    (Quote::Single, _) | (_, None) => None,
                    (Quote::Bare, next) => next,
                    (Quote::Double, next) => next.filter(|next| "$`\"\\\n".contains(*next)),
                };
                if let Some(next) = escaped {
                    chars.next();
                    if next == '\n' {
                        continue;
                    }
                    return Some((next, start..start + 1 + next.len_utf8()));
                }
            }
            return Some((c, start..start + c.len_utf8()));
        }
    })
}

/// Whether `text` is a valid variable name (POSIX.1-2017, XBD 3.235).
#[must_use]
pub fn is_variable_name(text: &str) -> bool {
    name(text).is_ok_and(|(rest, _)| rest.is_empty())
}

/// A variable name at the start of a text.
pub(crate) fn name(input: &str) -> IResult<&str, &str> {
    verify(take_while1(is_name), |name: &str| {
        !name.starts_with(|c: char| c.is_ascii_digit())
    })
    .parse(input)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether `c` ends an unquoted word (section 2.3).
pub(crate) fn is_end(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')'
    )
}

/// Reads the word at `at`, which is not a blank or an operator. `Err` holds the offset of an
/// unterminated quote or expansion.
pub(crate) fn word(text: &str, at: usize) -> Result<Word, usize> {
    let mut segments = Vec::new();
    let mut here = at;
    loop {
        let rest = text.get(here..).unwrap_or_default();
        match rest.chars().next() {
            None => break,
            Some(c) if is_end(c) => break,
            Some('\'') => {
                let quoted: IResult<&str, &str> =
                    delimited(char('\''), take_till(|c| c == '\''), char('\'')).parse(rest);
                let (_, content) = quoted.map_err(|_| here)?;
                let span = here + 1..here + 1 + content.len();
                here = span.end + 1;
                segments.push(Segment {
                    quote: Quote::Single,
                    parts: vec![Part::Literal(span.clone())],
                    span,
                });
            }
            Some('"') => {
                let (span, parts) = parts(text, here + 1, Quote::Double)?;
                if text.get(span.end..=span.end) != Some("\"") {
                    return Err(here);
                }
                here = span.end + 1;
                segments.push(Segment {
                    quote: Quote::Double,
                    span,
                    parts,
                });
            }
            Some(_) => {
                let (span, parts) = parts(text, here, Quote::Bare)?;
                here = span.end;
                segments.push(Segment {
                    quote: Quote::Bare,
                    span,
                    parts,
                });
            }
        }
    }
    Ok(Word {
        span: at..here,
        segments,
    })
}

/// Reads literals and expansions from `at` to the end of `quote`.
fn parts(text: &str, at: usize, quote: Quote) -> Result<(Range<usize>, Vec<Part>), usize> {
    let mut parts = Vec::new();
    let mut literal = at;
    let mut here = at;
    loop {
        let rest = text.get(here..).unwrap_or_default();
        let mut chars = rest.chars();
        let (first, second) = (chars.next(), chars.next());
        match (first, second) {
            (None, _) => break,
            (Some('"'), _) => break,
            (Some(c), _) if quote == Quote::Bare && (is_end(c) || c == '\'') => break,
            (Some('\\'), Some(next)) => here += 1 + next.len_utf8(),
            (Some('$'), _) | (Some('`'), _) => {
                let Some((part, end)) = expansion(text, here, quote)? else {
                    here += 1;
                    continue;
                };
                if literal < here {
                    parts.push(Part::Literal(literal..here));
                }
                parts.push(part);
                here = end;
                literal = end;
            }
            (Some(c), _) => here += c.len_utf8(),
        }
    }
    if literal < here {
        parts.push(Part::Literal(literal..here));
    }
    Ok((at..here, parts))
}

/// Reads the expansion at `at`, a `$` or a backtick, with its end; `None` for a literal `$`.
fn expansion(text: &str, at: usize, quote: Quote) -> Result<Option<(Part, usize)>, usize> {
    let rest = text.get(at..).unwrap_or_default();
    let computed = |end: usize| {
        let raw = text.get(at..end).unwrap_or_default();
        Ok(Some((Part::Computed(raw.to_owned()), end)))
    };
    let Some(after) = rest.strip_prefix('$') else {
        return computed(closed(text, at).ok_or(at)?);
    };
    // A line continuation within a name continues the name.
    if after.starts_with("\\\n") {
        return computed(at + 1);
    }
    if let Ok((rest, name)) = name(after) {
        if rest.starts_with("\\\n") {
            return computed(at + 1 + name.len());
        }
        return Ok(Some((Part::Variable(name.to_owned()), at + 1 + name.len())));
    }
    let braced: IResult<&str, &str> = delimited(char('{'), name, char('}')).parse(after);
    if let Ok((_, name)) = braced {
        return Ok(Some((Part::Variable(name.to_owned()), at + 3 + name.len())));
    }
    match after.chars().next() {
        Some('{' | '(') => computed(closed(text, at).ok_or(at)?),
        Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => computed(at + 2),
        // Quotes of bash and ksh, which dash does not support.
        Some('\'' | '"') if quote == Quote::Bare => computed(at + 1),
        _ => Ok(None),
    }
}

/// The end of the expansion at `at`: past the closing bracket or backtick, with nested quotes and
/// expansions skipped.
fn closed(text: &str, at: usize) -> Option<usize> {
    let mut open: Vec<char> = Vec::new();
    let mut chars = text.get(at..)?.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let quoted = open.last() == Some(&'"');
        match c {
            '\\' => {
                chars.next();
            }
            '\'' if !quoted => while chars.next()?.1 != '\'' {},
            _ if open.last() == Some(&c) => {
                open.pop();
                if open.is_empty() {
                    return Some(at + offset + 1);
                }
            }
            '"' | '`' => open.push(c),
            '$' => match chars.peek() {
                Some((_, '{')) => {
                    chars.next();
                    open.push('}');
                }
                Some((_, '(')) => {
                    chars.next();
                    open.push(')');
                }
                _ => {}
            },
            '(' if open.last() == Some(&')') => open.push(')'),
            _ => {}
        }
    }
    None
}
