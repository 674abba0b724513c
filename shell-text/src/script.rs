//! The simple commands of a script, in order.

use crate::error::{Error, ErrorKind};
use crate::word::{Part, Segment, Word, is_end, name, word};

/// A simple command (POSIX.1-2017, Shell Command Language, section 2.9.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// The words, including assignments before the program.
    pub words: Vec<Word>,
    /// Whether the command runs unconditionally: it is not within `if`, `case`, a loop, a function,
    /// a group or a subshell, nor an operand of `&&`, `||`, `|` or `&`.
    pub certain: bool,
    /// Whether it is the head of a function or of a `for` loop.
    pub head: bool,
}

/// A script's commands, and the syntax error that ended reading, if any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// The commands, in the order of the text.
    pub commands: Vec<Command>,
    /// The error that ended reading; `None` if the whole text was read.
    pub error: Option<Error>,
}

/// An assignment within a command.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment<'a> {
    /// The variable's name.
    pub variable: &'a str,
    /// Whether the operator is `+=`, which dash does not support.
    pub appends: bool,
    /// The value, as a word.
    pub value: Word,
}

/// Returns the assignment in `word` of `text`, if it is one.
#[must_use]
pub fn assignment<'a>(text: &'a str, word: &Word) -> Option<Assignment<'a>> {
    let raw = text.get(word.span.clone())?;
    let (rest, variable) = name(raw).ok()?;
    let (rest, appends) = match rest.strip_prefix("+=") {
        Some(rest) => (rest, true),
        None => (rest.strip_prefix('=')?, false),
    };
    let start = word.span.end - rest.len();
    let mut segments: Vec<Segment> = word.segments.clone();
    if let Some(first) = segments.first_mut() {
        first.span.start = start;
        if let Some(Part::Literal(span)) = first.parts.first_mut() {
            span.start = start;
            if span.start == span.end {
                first.parts.remove(0);
            }
        }
        if first.span.start == first.span.end {
            segments.remove(0);
        }
    }
    Some(Assignment {
        variable,
        appends,
        value: Word {
            span: start..word.span.end,
            segments,
        },
    })
}

/// An open compound command, and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    If,
    Then,
    Else,
    Case,
    While,
    For,
    Do,
    Brace,
    Paren,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    script: Script,
    words: Vec<Word>,
    open: Vec<Open>,
    /// The current command is the second operand of `&&`, `||` or `|`, or follows a compound
    /// command.
    joined: bool,
    /// A command is required: line ends are skipped, operators are errors.
    needs: bool,
    /// A command, or a word of one, was read since the last operator.
    something: bool,
    /// A compound command ended, and no operator followed.
    closed: bool,
    /// A pattern of a `case` comes next.
    pattern: bool,
    /// The current words are the head of a `for` or `case`, or a function's name.
    head: Option<Open>,
}

/// Reads a script. A text that is not a script has an [`error`](Script::error).
#[must_use]
pub fn read(text: &str) -> Script {
    let mut reader = Reader {
        text,
        at: 0,
        script: Script::default(),
        words: Vec::new(),
        open: Vec::new(),
        joined: false,
        needs: false,
        something: false,
        closed: false,
        pattern: false,
        head: None,
    };
    if let Err(error) = reader.run() {
        reader.script.error = Some(error);
    }
    reader.script
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Error> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(c) = rest.chars().next() else {
                self.finish(false);
                return if self.open.is_empty() && !self.needs {
                    Ok(())
                } else {
                    let expected = "the rest of a command, found the end of the file";
                    Err(Error::new(ErrorKind::Unfinished, self.at, expected))
                };
            };
            match c {
                ' ' | '\t' => self.at += 1,
                '\\' if rest.starts_with("\\\n") => self.at += 2,
                '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
                '\n' if self.needs => self.at += 1,
                '\n' => self.end_command(1),
                c if is_end(c) => self.operator(rest)?,
                _ => self.word()?,
            }
        }
    }

    fn unexpected(&self, expected: &'static str) -> Error {
        Error::new(ErrorKind::Unexpected, self.at, expected)
    }

    fn finish(&mut self, joins: bool) {
        let words = core::mem::take(&mut self.words);
        let head = self.head.take();
        if words.is_empty() || head == Some(Open::Case) {
            return;
        }
        self.script.commands.push(Command {
            words,
            certain: self.open.is_empty() && !self.joined && !joins,
            head: head.is_some(),
        });
    }

    /// Ends the command before an operator of `length` bytes.
    fn end_command(&mut self, length: usize) {
        self.finish(false);
        self.joined = false;
        self.something = false;
        self.closed = false;
        self.at += length;
    }

    /// Ends the command before an operator that needs another command.
    fn join_commands(&mut self, length: usize) {
        self.finish(true);
        self.joined = true;
        self.needs = true;
        self.something = false;
        self.closed = false;
        self.at += length;
    }

    fn operator(&mut self, rest: &str) -> Result<(), Error> {
        let starts = |operator: &str| rest.starts_with(operator);
        if starts("<<") {
            let expected = "no here-document";
            return Err(Error::new(ErrorKind::HereDocument, self.at, expected));
        } else if starts("<") || starts(">") {
            return self.redirection(rest);
        } else if starts("(") {
            return self.parenthesis();
        }
        let case = self.open.last() == Some(&Open::Case);
        if self.pattern {
            // `a | b )`
            self.words.clear();
            self.head = None;
            self.pattern = !starts(")");
            self.end_command(1);
            return Ok(());
        }
        if case && starts(";;") {
            self.end_command(2);
            self.pattern = true;
            return Ok(());
        }
        if !self.something || self.needs {
            return Err(self.unexpected("a command, found an operator"));
        }
        if starts("&&") || starts("||") {
            self.join_commands(2);
        } else if starts("|") {
            self.join_commands(1);
        } else if starts("&") {
            self.finish(true);
            self.end_command(1);
        } else if starts(";") && !starts(";;") {
            self.end_command(1);
        } else if starts(")") && self.open.last() == Some(&Open::Paren) {
            self.end_command(1);
            self.close();
        } else {
            return Err(self.unexpected("the end of the command, found an operator"));
        }
        Ok(())
    }

    /// Ends a compound command.
    fn close(&mut self) {
        self.open.pop();
        self.joined = true;
        self.something = true;
        self.closed = true;
        self.pattern = false;
    }

    fn redirection(&mut self, rest: &str) -> Result<(), Error> {
        let operators = ["<&", "<>", ">>", ">&", ">|", "<", ">"];
        let operator = operators
            .iter()
            .find(|operator| rest.starts_with(**operator));
        let file = rest.get(operator.map_or(1, |operator| operator.len())..);
        let file = file.unwrap_or_default().trim_start_matches([' ', '\t']);
        let file = word(self.text, self.text.len() - file.len()).map_err(open_quote)?;
        if file.segments.is_empty() {
            return Err(self.unexpected("a file after a redirection"));
        }
        self.at = file.span.end;
        self.something = true;
        self.needs = false;
        Ok(())
    }

    fn parenthesis(&mut self) -> Result<(), Error> {
        if self.pattern && self.words.is_empty() {
            self.at += 1;
            return Ok(());
        }
        if self.words.is_empty() && !self.closed && !self.something {
            self.open.push(Open::Paren);
            self.needs = true;
            self.at += 1;
            return Ok(());
        }
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let called = match self.words.as_slice() {
            [only] => self.text.get(only.span.clone()).unwrap_or_default(),
            _ => "",
        };
        let named = name(called).is_ok_and(|(rest, _)| rest.is_empty());
        if named && rest.get(blanks..=blanks) == Some(")") {
            self.head = Some(Open::Brace);
            self.end_command(blanks + 2);
            self.needs = true;
            return Ok(());
        }
        Err(self.unexpected("the end of the command, found '('"))
    }

    fn word(&mut self) -> Result<(), Error> {
        let word = word(self.text, self.at).map_err(open_quote)?;
        let raw = self.text.get(word.span.clone()).unwrap_or_default();
        let end = word.span.end;
        let after = self.text.get(end..).unwrap_or_default();
        if raw.bytes().all(|byte| byte.is_ascii_digit()) && after.starts_with(['<', '>']) {
            // `2>file`: the number belongs to the operator.
            self.at = end;
            return Ok(());
        }
        let reserved = self.words.is_empty() && self.head.is_none() && !self.pattern;
        let esac = raw == "esac" && self.words.is_empty() && self.head.is_none();
        if !(reserved || esac) || !self.reserved(raw)? {
            if self.closed {
                return Err(self.unexpected("the end of the command, found another word"));
            }
            self.words.push(word);
            self.something = true;
            self.needs = false;
        }
        self.at = end;
        Ok(())
    }

    /// Reads a reserved word (section 2.4). Returns whether `raw` is one.
    fn reserved(&mut self, raw: &str) -> Result<bool, Error> {
        let top = self.open.last().copied();
        let (from, to): (&[Open], Option<Open>) = match raw {
            "then" => (&[Open::If], Some(Open::Then)),
            "elif" => (&[Open::Then], Some(Open::If)),
            "else" => (&[Open::Then], Some(Open::Else)),
            "do" => (&[Open::While, Open::For], Some(Open::Do)),
            "fi" => (&[Open::Then, Open::Else], None),
            "esac" => (&[Open::Case], None),
            "done" => (&[Open::Do], None),
            "}" => (&[Open::Brace], None),
            _ => return self.opens(raw),
        };
        let empty = self.needs || (self.something && !self.closed);
        if !top.is_some_and(|top| from.contains(&top)) || (empty && raw != "esac") {
            return Err(
                self.unexpected("a command, found a reserved word that ends or splits another one")
            );
        }
        match to {
            Some(to) => {
                self.open.pop();
                self.open.push(to);
                self.begin();
            }
            None => self.close(),
        }
        Ok(true)
    }

    fn opens(&mut self, raw: &str) -> Result<bool, Error> {
        let (open, head) = match raw {
            "if" => (Open::If, None),
            "while" | "until" => (Open::While, None),
            "{" => (Open::Brace, None),
            "for" => (Open::For, Some(Open::For)),
            "case" => (Open::Case, Some(Open::Case)),
            "!" => {
                self.joined = true;
                self.needs = true;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        if self.closed || self.something {
            return Err(self.unexpected("the end of the command, found another one"));
        }
        self.open.push(open);
        self.begin();
        self.head = head;
        self.pattern = open == Open::Case;
        Ok(true)
    }

    fn begin(&mut self) {
        self.needs = true;
        self.something = false;
        self.closed = false;
        self.joined = false;
    }
}

fn open_quote(offset: usize) -> Error {
    let expected = "the end of a quote or of an expansion";
    Error::new(ErrorKind::Unfinished, offset, expected)
}
