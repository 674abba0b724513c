//! `/etc/default/grub` and its drop-ins, as the shell that reads them does.
//!
//! `grub-mkconfig` sources the file with `/bin/sh`, so the shell evaluates each value:
//! `VAR="quiet"sh` is `quietsh`, the last assignment takes effect, and a blank outside quotes ends
//! the value.

use core::fmt;
use core::ops::Range;
use std::collections::BTreeMap;

use shell_text::{Lines, Part, Quote, Script, Word, characters, is_variable_name};

use crate::error::{Cause, Error};

/// A variable with kernel options: of `/etc/default/grub` (GRUB manual, section 6.1 "Simple
/// configuration handling"), or of another sourced file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Variable {
    /// `GRUB_CMDLINE_LINUX_DEFAULT`: for normal boots, not for recovery.
    Normal,
    /// `GRUB_CMDLINE_LINUX`: for every entry, before the options for normal
    /// boots.
    Every,
    /// `GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT`: in entries of Xen instead of those
    /// for normal boots, where it is not empty.
    XenNormal,
    /// `GRUB_CMDLINE_LINUX_XEN_REPLACE`: in entries of Xen instead of those for
    /// every entry, where it is not empty.
    XenEvery,
    /// `LINUX_OPTIONS` of `/etc/sdboot-manage.conf`.
    SdbootManage,
    /// `default_kernel_opts` of Alpine's `/etc/update-extlinux.conf`.
    Extlinux,
}

impl Variable {
    /// The variable's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "GRUB_CMDLINE_LINUX_DEFAULT",
            Self::Every => "GRUB_CMDLINE_LINUX",
            Self::XenNormal => "GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT",
            Self::XenEvery => "GRUB_CMDLINE_LINUX_XEN_REPLACE",
            Self::SdbootManage => "LINUX_OPTIONS",
            Self::Extlinux => "default_kernel_opts",
        }
    }
}

/// The value of a variable after reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing assigns it.
    Unset,
    /// Just this text.
    Known(String),
    /// Only a shell can evaluate it.
    Unknown(NotLiteral),
}

/// The reason why only a shell can evaluate a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotLiteral {
    /// The line, from 1, that makes it so.
    pub line: u32,
    /// The construct.
    pub reason: NotLiteralReason,
}

impl From<NotLiteral> for Error {
    fn from(NotLiteral { line, reason }: NotLiteral) -> Self {
        let reason = reason.to_string();
        Cause::GrubNotLiteral { reason }.at(line)
    }
}

impl fmt::Display for NotLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, reason } = self;
        write!(f, "line {line}: {reason}")
    }
}

/// The construct that makes a value not literal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotLiteralReason {
    /// `$`, a backtick, or quotes that shells read in different ways; as it is
    /// written.
    Expansion(String),
    /// An unquoted `~`, or `*`, `?` or `[` after `export`.
    Pattern(char),
    /// The assignment is in `if`, `case`, a loop, a function, a group or a
    /// list with `&&`.
    Conditional,
    /// `+=`, which bash knows and dash does not.
    Append,
    /// A command that may assign anything, such as `.` or `eval`.
    RunsCode(String),
    /// The shell stops here, or this crate does not read further.
    Fault(&'static str),
}

impl fmt::Display for NotLiteralReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expansion(value) => {
                write!(f, "the value has {value}, which only a shell can evaluate")
            }
            Self::Pattern(value) => write!(
                f,
                "the value has an unquoted {value:?}, which shells expand"
            ),
            Self::Conditional => f.write_str("the assignment is conditional"),
            Self::Append => f.write_str("\"+=\" is not known to every shell"),
            Self::RunsCode(value) => write!(f, "{value:?} may assign anything"),
            Self::Fault(value) => write!(f, "expected {value}"),
        }
    }
}

/// An assignment to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrubAssignment {
    /// The variable's name.
    pub variable: String,
    /// The line, from 1, on which the assignment begins.
    pub line: u32,
    /// Byte range of the value in the text, with the quotes.
    pub span: Range<usize>,
    /// The assigned value.
    pub value: Value,
    pub(super) literal: Option<(Quote, Range<usize>)>,
}

/// A command that the file runs though it should only assign variables: mostly
/// the rest of a value that was not quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrayCommand {
    /// The line, from 1.
    pub line: u32,
    /// The command's first word, as it is written.
    pub name: String,
}

/// `/etc/default/grub`, or one of its drop-ins.
///
/// ```
/// use hostconf::boot::{grub::GrubDefaults, grub::Value, grub::Variable};
/// let mut file = GrubDefaults::parse("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
/// file.edit(Variable::Normal, |line| line.set(&"iommu=pt".parse().unwrap()))?;
/// assert_eq!(file.to_string(), "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet iommu=pt\"\n");
/// assert_eq!(file.value("GRUB_CMDLINE_LINUX_DEFAULT"), Value::Known("quiet iommu=pt".into()));
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrubDefaults {
    text: String,
    assignments: Vec<GrubAssignment>,
    stray: Vec<StrayCommand>,
    fault: Option<NotLiteral>,
    state: State,
}

/// The state after some lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    values: BTreeMap<String, Value>,
    /// The reason why variables that are not in `values` may have any value.
    others: Option<NotLiteral>,
    /// Number of bytes from expanded variables.
    expanded: usize,
}

impl GrubDefaults {
    /// Reads a file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::parse_after(text, State::default())
    }

    /// Reads a file that is sourced after those of `state`.
    pub(super) fn parse_after(text: &str, state: State) -> Self {
        let mut file = Self {
            text: text.to_owned(),
            assignments: Vec::new(),
            stray: Vec::new(),
            fault: None,
            state,
        };
        file.run(&shell_text::read(text));
        file
    }

    /// All assignments to `variable`, in order, whether they run or not.
    pub fn assignments(&self, variable: &str) -> impl Iterator<Item = &GrubAssignment> {
        self.assignments
            .iter()
            .filter(move |assignment| assignment.variable == variable)
    }

    /// The assignments to all variables, in order, whether they run or not.
    pub fn all_assignments(&self) -> impl Iterator<Item = &GrubAssignment> {
        self.assignments.iter()
    }

    /// The value of `variable` after reading the file.
    #[must_use]
    pub fn value(&self, variable: &str) -> Value {
        match (self.state.values.get(variable), &self.state.others) {
            (Some(value), _) => value.clone(),
            (None, Some(why)) => Value::Unknown(why.clone()),
            (None, None) => Value::Unset,
        }
    }

    /// Commands that the file runs besides assignments.
    #[must_use]
    pub fn stray_commands(&self) -> &[StrayCommand] {
        &self.stray
    }

    /// Where the file cannot be read further, if anywhere.
    #[must_use]
    pub const fn fault(&self) -> Option<&NotLiteral> {
        self.fault.as_ref()
    }

    pub(super) fn into_state(self) -> State {
        self.state
    }

    fn run(&mut self, script: &Script) {
        let text = core::mem::take(&mut self.text);
        let lines = Lines::of(&text);
        for command in &script.commands {
            let line = command
                .words
                .first()
                .map_or(1, |word| lines.number(word.span.start));
            if !self.command(&text, &lines, command, line) {
                break;
            }
        }
        if let Some(error) = &script.error {
            let fault = NotLiteral {
                line: lines.number(error.offset()),
                reason: NotLiteralReason::Fault(error.expected()),
            };
            self.nothing_is_known(&fault);
            self.fault = Some(fault);
        }
        self.text = text;
    }

    /// Evaluates `command`; returns whether the shell continues.
    fn command(
        &mut self,
        text: &str,
        lines: &Lines,
        command: &shell_text::Command,
        line: u32,
    ) -> bool {
        let mut words = command.words.iter().peekable();
        let mut prefix = Vec::new();
        if !command.head {
            while let Some(assigned) = words
                .peek()
                .and_then(|word| shell_text::assignment(text, word))
            {
                prefix.push(assigned);
                words.next();
            }
        }
        let Some(first) = words.next() else {
            for assigned in prefix {
                self.assign(text, lines, &assigned, command.certain, Place::Assignment);
            }
            return true;
        };
        let raw = text.get(first.span.clone()).unwrap_or_default();
        let literal = first.literal(text);
        let name = literal.clone().unwrap_or_else(|| raw.to_owned());
        let code = |name: &str| NotLiteral {
            line,
            reason: NotLiteralReason::RunsCode(name.to_owned()),
        };
        if command.head || literal.is_none() || raw.contains("\\\n") {
            // A function's body may run at any time, a name that has to be evaluated may be any
            // command or none, and one that is broken over lines may be an assignment.
            self.nothing_is_known(&code(&name));
            return true;
        }
        match name.as_str() {
            "export" | "unset" => {
                let words: Vec<&Word> = words.collect();
                let exports = name == "export";
                let right = |word: &&Word| {
                    let assigns = exports && shell_text::assignment(text, word).is_some();
                    assigns || variable_name(text, word).is_some()
                };
                if !words.iter().all(right) {
                    return self.stops(line);
                }
                if !prefix.is_empty() {
                    self.nothing_is_known(&code(&name));
                    return true;
                }
                for word in words {
                    if let Some(assigned) = shell_text::assignment(text, word) {
                        self.assign(text, lines, &assigned, command.certain, Place::Argument);
                    } else if let (false, Some(variable)) = (exports, variable_name(text, word)) {
                        let value = if command.certain {
                            Value::Unset
                        } else {
                            conditional(line)
                        };
                        self.state.values.insert(variable, value);
                    }
                }
            }
            ":" | "true" | "echo" | "printf" | "[" | "test" if prefix.is_empty() => {}
            "exit" | "return" | "exec" if command.certain => return false,
            "." | "eval" | "read" | "readonly" | "set" | "local" | "exit" | "return" | "exec"
            | "source" | "alias" | "getopts" | "declare" | "typeset" | ":" => {
                self.nothing_is_known(&code(&name));
            }
            _ => self.stray.push(StrayCommand {
                line,
                name: raw.to_owned(),
            }),
        }
        true
    }

    fn assign(
        &mut self,
        text: &str,
        lines: &Lines,
        assigned: &shell_text::Assignment<'_>,
        certain: bool,
        place: Place,
    ) {
        let line = lines.number(assigned.value.span.start);
        let value = if !certain {
            conditional(line)
        } else if assigned.appends {
            unknown(line, NotLiteralReason::Append)
        } else {
            match self.work_out(text, &assigned.value, place) {
                Ok(value) => Value::Known(value),
                Err(reason) => unknown(line, reason),
            }
        };
        let plain = certain && !assigned.appends;
        self.state
            .values
            .insert(assigned.variable.to_owned(), value.clone());
        self.assignments.push(GrubAssignment {
            variable: assigned.variable.to_owned(),
            line,
            span: assigned.value.span.clone(),
            value,
            literal: plain.then(|| literal(&assigned.value)).flatten(),
        });
    }

    /// The value of `word` in a shell, when it depends only on variables that are known.
    fn work_out(
        &mut self,
        text: &str,
        word: &Word,
        place: Place,
    ) -> Result<String, NotLiteralReason> {
        let mut out = String::new();
        for (at, segment) in word.segments.iter().enumerate() {
            let raw = text.get(segment.span.clone()).unwrap_or_default();
            if segment.quote == Quote::Bare {
                if (at == 0 && raw.starts_with('~')) || raw.contains(":~") {
                    return Err(NotLiteralReason::Pattern('~'));
                }
                let pattern = raw.chars().find(|c| "*?[".contains(*c));
                if let (Some(c), Place::Argument) = (pattern, place) {
                    return Err(NotLiteralReason::Pattern(c));
                }
            }
            for part in &segment.parts {
                match part {
                    Part::Literal(span) => {
                        let characters = characters(text, segment.quote, span.clone());
                        out.extend(characters.map(|(c, _)| c));
                    }
                    Part::Variable(name) => {
                        let splits = place == Place::Argument && segment.quote == Quote::Bare;
                        match self.state.values.get(name) {
                            Some(Value::Known(value)) if !splits => out.push_str(value),
                            _ => return Err(NotLiteralReason::Expansion(format!("${name}"))),
                        }
                        self.state.expanded += out.len();
                        if self.state.expanded > MOST_EXPANDED {
                            return Err(NotLiteralReason::Expansion(format!("${name}")));
                        }
                    }
                    Part::Computed(raw) => return Err(NotLiteralReason::Expansion(raw.clone())),
                }
            }
        }
        Ok(out)
    }

    /// The shell stops here; later lines are not read.
    fn stops(&mut self, line: u32) -> bool {
        let fault = NotLiteral {
            line,
            reason: NotLiteralReason::Fault("the name of a variable after export or unset"),
        };
        self.nothing_is_known(&fault);
        self.fault = Some(fault);
        false
    }

    fn nothing_is_known(&mut self, why: &NotLiteral) {
        self.state.values.clear();
        self.state.others = Some(why.clone());
    }
}

/// The form of an assignment: as a command, or after `export`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Assignment,
    Argument,
}

/// Maximum number of bytes from expanded variables: a file that doubles a value in each line would
/// otherwise exhaust memory.
const MOST_EXPANDED: usize = 1 << 20;

fn unknown(line: u32, reason: NotLiteralReason) -> Value {
    Value::Unknown(NotLiteral { line, reason })
}

fn conditional(line: u32) -> Value {
    unknown(line, NotLiteralReason::Conditional)
}

/// The variable that `word` names; `None` when it is not a name, which ends the shell, or has to
/// be evaluated.
fn variable_name(text: &str, word: &Word) -> Option<String> {
    let literal = word.literal(text)?;
    is_variable_name(&literal).then_some(literal)
}

/// The single literal of `word`, with its quoting.
fn literal(word: &Word) -> Option<(Quote, Range<usize>)> {
    match word.segments.as_slice() {
        [] => Some((Quote::Bare, word.span.clone())),
        [segment] => match segment.parts.as_slice() {
            [] | [Part::Literal(_)] => Some((segment.quote, segment.span.clone())),
            _ => None,
        },
        _ => None,
    }
}

impl fmt::Display for GrubDefaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
