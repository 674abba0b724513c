//! The value of an assignment, as bash reads it.

use core::ops::Range;

use super::assignment::{Assignment, Form, Word};
use crate::error::{Cause, Error};

/// The value of an assignment.
struct Value {
    form: Form,
    words: Vec<Word>,
    string: Option<String>,
    inner: Option<Range<usize>>,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) line: u32,
    /// Up to where lines are counted.
    pub(super) line_start: usize,
    /// Whether bash rejects the present value.
    pub(super) refused: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn line(&mut self) -> u32 {
        let passed = self.text.get(self.line_start..self.at).unwrap_or_default();
        let more = passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        self.line_start = self.at;
        self.line
    }

    /// Past blanks, line ends and comments.
    fn skip(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\n') => {
                    self.bump();
                }
                Some('\\') if self.rest().starts_with("\\\n") => self.at += 2,
                Some('#') => self.skip_line(),
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    pub(super) fn next(&mut self) -> Option<Result<Assignment, Error>> {
        self.skip();
        self.peek()?;
        let line = self.line();
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default().to_owned();
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let after = rest.get(length..).unwrap_or_default();
        let (appends, sign) = if after.starts_with("+=") {
            (true, 2)
        } else {
            (false, usize::from(after.starts_with('=')))
        };
        if !named || sign == 0 {
            self.skip_line();
            return Some(Err(Cause::Computed.at(line)));
        }
        self.at += length + sign;
        let value = if self.peek() == Some('(') {
            self.array()
        } else {
            self.string()
        };
        let Some(value) = value else {
            return Some(Err(Cause::OpenValue.at(line)));
        };
        // A command with an assignment before it, or more than bash's words; `#` begins a comment
        // only after a blank.
        let rest = self.rest();
        let after = rest.trim_start_matches([' ', '\t']);
        let comment = after.len() < rest.len() && after.starts_with('#');
        let ends = after.is_empty() || after.starts_with(['\n', ';']) || comment;
        if self.refused || !ends {
            self.skip_line();
            return Some(Err(Cause::Computed.at(line)));
        }
        self.at += rest.len() - after.len();
        if self.peek() == Some(';') {
            self.bump();
        }
        Some(Ok(Assignment {
            name,
            line,
            appends,
            form: value.form,
            words: value.words,
            string: value.string,
            inner: value.inner,
        }))
    }

    fn array(&mut self) -> Option<Value> {
        self.bump();
        let start = self.at;
        let mut words = Vec::new();
        loop {
            self.skip();
            match self.peek()? {
                ')' => break,
                // bash rejects these in an array.
                '(' | '<' | '>' | '|' | '&' | ';' => {
                    self.refused = true;
                    self.bump();
                }
                _ => words.push(self.word()?.0),
            }
        }
        let inner = start..self.at;
        self.bump();
        Some(Value {
            form: Form::Array,
            words,
            string: None,
            inner: Some(inner),
        })
    }

    fn string(&mut self) -> Option<Value> {
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        let start = self.at;
        let (word, plain) = self.word()?;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        let inner = match quote {
            Some(quote)
                if plain
                    && raw.len() >= 2
                    && raw.matches(quote).count() == 2
                    && raw.ends_with(quote) =>
            {
                start + 1..self.at - 1
            }
            _ => start..self.at,
        };
        let content = self.text.get(inner.clone()).unwrap_or_default();
        let literal = plain && word.text.as_deref() == Some(content);
        let words = if literal {
            let mut words = Vec::new();
            let mut at = inner.start;
            for piece in content.split([' ', '\t', '\n']) {
                let span = at..at + piece.len();
                at = span.end + 1;
                if !piece.is_empty() {
                    words.push(Word {
                        span,
                        text: Some(piece.to_owned()),
                    });
                }
            }
            words
        } else {
            vec![word.clone()]
        };
        // Without quotes a blank would end the value.
        let editable = literal && quote.is_some() && inner.start == start + 1;
        let inner = editable.then_some(inner);
        Some(Value {
            form: Form::String,
            words,
            string: word.text,
            inner,
        })
    }

    /// The word here, and whether it has no escapes; `None` when a quote has no end.
    fn word(&mut self) -> Option<(Word, bool)> {
        let start = self.at;
        let mut text = String::new();
        let (mut literal, mut plain) = (true, true);
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ')' | ';' => break,
                '(' | '|' | '&' | '<' | '>' => {
                    literal = false;
                    break;
                }
                '\'' => {
                    self.bump();
                    let end = self.rest().find('\'')?;
                    text.push_str(self.rest().get(..end).unwrap_or_default());
                    self.at += end + 1;
                }
                '"' => {
                    self.bump();
                    loop {
                        match self.bump()? {
                            '"' => break,
                            '\\' => {
                                plain = false;
                                match self.bump()? {
                                    '\n' => {}
                                    c if "$`\"\\".contains(c) => text.push(c),
                                    c => text.extend(['\\', c]),
                                }
                            }
                            c => {
                                literal &= !matches!(c, '$' | '`');
                                text.push(c);
                            }
                        }
                    }
                }
                '\\' => {
                    plain = false;
                    self.bump();
                    match self.bump() {
                        Some('\n') => {}
                        Some(c) => text.push(c),
                        None => text.push('\\'),
                    }
                }
                // Expansions, wildcards, braces; a tilde counts at the start.
                c => {
                    literal &= !"$`*?[{~!".contains(c);
                    text.push(c);
                    self.bump();
                }
            }
        }
        let word = Word {
            span: start..self.at,
            text: literal.then_some(text),
        };
        Some((word, plain))
    }
}
