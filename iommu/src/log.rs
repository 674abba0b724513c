//! Kernel log text, line by line, in all its formats.

use host_tree::{Evidence, numbered_lines};

use crate::command::{LogCommand, prompt};
use crate::log_line::LogLine;
use crate::meaning::{find, split_device};
use crate::stamp::{after_journal_prefix, stamps};

/// A kernel log, or the log lines in a text.
///
/// Formats: `dmesg`, also with `-T` and `-x`, `journalctl -k`, syslog files, and texts with such
/// lines among others. A text that lost its line breaks yields several log lines. A line without a
/// time stamp is a log line after a command that prints the log, or if the whole line is a known
/// message about a device: a guide's list of messages to expect proves nothing.
///
/// ```
/// use iommu::KernelLog;
/// let log = KernelLog::parse(
///     "a post",
///     "$ dmesg | grep iommu\n\
///      [0.536462] pci 0000:01:00.0: Adding to iommu group 17[0.536467] pci 0000:01:00.1: \
///      Adding to iommu group 17   # both!\n",
/// );
/// assert_eq!(log.lines.len(), 2);
/// assert_eq!(log.lines[1].message, "pci 0000:01:00.1: Adding to iommu group 17");
/// assert!(log.command(&log.lines[1]).is_some_and(|command| command.filtered));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KernelLog<'a> {
    /// The file or the command that the text is from.
    pub source: &'a str,
    /// The lines, in the order of the text; a journal with the newest line first is reversed to
    /// chronological order.
    pub lines: Vec<LogLine<'a>>,
    /// The commands that printed them, if known.
    pub commands: Vec<LogCommand<'a>>,
}

/// Parser state at the current line.
struct Place<'a> {
    command: Option<usize>,
    /// Whether lines without a stamp are log lines too.
    bare: Bare,
    /// Lines without a stamp next to log lines.
    run: Run<'a>,
}

/// Consecutive lines without a stamp.
#[derive(Default)]
struct Run<'a> {
    /// Known messages without a device, which guides contain too.
    open: Vec<(u32, &'a str, &'a str)>,
    /// Whether a line of the run names a device, which makes it part of a log.
    is_log: bool,
}

#[derive(PartialEq)]
enum Bare {
    No,
    /// Up to the next blank line: a command echoed in a text.
    ToBlank,
    /// To the end: the text is a log.
    Throughout,
}

impl<'a> KernelLog<'a> {
    /// Parses `text`. `source` is the command that printed it (`dmesg | grep -i vfio`), its file,
    /// or any name for a written text.
    #[must_use]
    pub fn parse(source: &'a str, text: &'a str) -> Self {
        let mut log = Self {
            source,
            lines: Vec::new(),
            commands: Vec::new(),
        };
        let mut place = Place {
            command: None,
            bare: Bare::No,
            run: Run::default(),
        };
        if let Some(command) = LogCommand::read(source, None) {
            place.command = Some(0);
            place.bare = Bare::Throughout;
            log.commands.push(command);
        }
        for (number, line) in numbered_lines(text) {
            log.line(number, line, &mut place);
        }
        crate::order::restore_order(&mut log.lines);
        log
    }

    /// Parses one line of text.
    fn line(&mut self, number: u32, line: &'a str, place: &mut Place<'a>) {
        // A quoted line.
        let line = match line.trim_start().starts_with('>') {
            true => line.trim_start_matches(['>', ' ']),
            false => line,
        };
        let mut stamps = stamps(line).peekable();
        let head_end = stamps.peek().map_or(line.len(), |stamp| stamp.start);
        let head = line.get(..head_end).unwrap_or_default();
        let stamped = stamps.peek().is_some();
        if let Some(prompted) = prompt(head) {
            self.follow(number, prompted.command, place);
        } else if !stamped {
            self.unstamped(number, line, place);
        }
        while let Some(stamp) = stamps.next() {
            let end = stamps.peek().map_or(line.len(), |next| next.start);
            let text = line.get(stamp.start..end).unwrap_or_default();
            let message = line.get(stamp.end..end).unwrap_or_default();
            if place.bare == Bare::ToBlank {
                place.bare = Bare::No;
            }
            self.push(number, text, message, place);
        }
    }

    fn unstamped(&mut self, number: u32, line: &'a str, place: &mut Place<'a>) {
        if let Some(message) = after_journal_prefix(line) {
            self.push(number, line, message, place);
        } else if line.trim().is_empty() || line.starts_with("```") {
            if place.bare == Bare::ToBlank {
                place.bare = Bare::No;
            }
            place.run = Run::default();
        } else if place.bare != Bare::No {
            self.push(number, line, line, place);
        } else {
            self.bare(number, line, place);
        }
    }

    /// A line without a stamp outside a command's output.
    fn bare(&mut self, number: u32, line: &'a str, place: &mut Place<'a>) {
        match bare_message(line) {
            Some((message, true)) => {
                for (number, line, message) in std::mem::take(&mut place.run.open) {
                    self.push(number, line, message, place);
                }
                place.run.is_log = true;
                self.push(number, line, message, place);
            }
            Some((message, false)) if place.run.is_log => {
                self.push(number, line, message, place);
            }
            Some((message, false)) => place.run.open.push((number, line, message)),
            None => place.run = Run::default(),
        }
    }

    /// Adds a line, and parses the prompt that a lost line break left in it.
    fn push(&mut self, number: u32, text: &'a str, message: &'a str, place: &mut Place<'a>) {
        let command = place.command;
        let mut sentence = message;
        let mut shown = text;
        if let Some(prompted) = prompt(message) {
            sentence = prompted.before;
            let cut = message.len() - sentence.len();
            shown = text.get(..text.len() - cut).unwrap_or(text);
            self.follow(number, prompted.command, place);
        }
        self.lines.push(LogLine {
            number,
            text: shown.trim_end(),
            message: without_remark(sentence).trim(),
            command,
        });
    }

    fn follow(&mut self, number: u32, command: &'a str, place: &mut Place<'a>) {
        *place = Place {
            command: None,
            bare: Bare::No,
            run: Run::default(),
        };
        if let Some(command) = LogCommand::read(command, Some(number)) {
            place.command = Some(self.commands.len());
            place.bare = Bare::ToBlank;
            self.commands.push(command);
        }
    }

    /// The command that printed `line`, if the text or the caller named it.
    #[must_use]
    pub fn command(&self, line: &LogLine<'_>) -> Option<&LogCommand<'a>> {
        self.commands.get(line.command?)
    }

    /// `line` as evidence.
    #[must_use]
    pub fn evidence(&self, line: &LogLine<'_>) -> Evidence {
        Evidence::new(self.source, line.number, line.text)
    }

    /// Whether the log is complete from the kernel's first line to the first process, so that a
    /// missing boot message was not printed. Only the unfiltered output of one command can be.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let [command] = self.commands.as_slice() else {
            return false;
        };
        let starts_boot = self.lines.first().is_some_and(LogLine::starts_boot);
        let boots = self.lines.iter().filter(|line| line.starts_boot()).count();
        // init/main.c, `run_init_process`; the older line is of `free_initmem`.
        let reaches_init = self.lines.iter().any(|line| {
            line.message.starts_with("Freeing unused kernel")
                || (line.message.starts_with("Run ") && line.message.ends_with("as init process"))
        });
        // The journal and syslog files may start and end anywhere.
        command.line.is_none()
            && !command.filtered
            && command.text.contains("dmesg")
            && starts_boot
            && boots == 1
            && reaches_init
    }
}

/// The message of a line without a time stamp that is exactly a known message, with or without
/// quotation or list marks.
fn bare_message(line: &str) -> Option<(&str, bool)> {
    let message = line.trim_start_matches([' ', '\t', '>', '|', '*', '-', '`']);
    let message = message.trim_end_matches(['`', ' ', '\r']);
    let (_, device, body) = split_device(message);
    find(body)?;
    // A guide lists messages to expect without a device.
    let is_of_device = device.is_some() || body.contains("] Request device [");
    Some((message, is_of_device))
}

/// `message` without a trailing comment: ` # as expected`.
fn without_remark(message: &str) -> &str {
    let remark = message.match_indices(" #").find(|(at, _)| {
        let rest = message.get(at + 2..).unwrap_or_default();
        rest.starts_with(' ') || rest.starts_with(|letter: char| !letter.is_ascii())
    });
    remark.map_or(message, |(at, _)| message.get(..at).unwrap_or(message))
}
