//! Configuration files, and pieces of them, inside a text: printed by `cat`, written by a
//! command, in a block of code, or on a line between others.

mod diff_lines;
mod marks;
mod piece;
mod printed;

use diff_lines::DiffLines;
use marks::{unmarked, unquoted};
pub(super) use piece::Piece;
use piece::{guests, numbered, push};
use printed::{belongs, is_of_kernel, of_kernel};

use super::commands::{self, Written};
use super::config_file::config_file;
use super::lines::{FORMATS, Fit, Format};
use super::log_line::is_logged;
use super::text_kind::TextKind;
use crate::prompt::{Prompt, after_bare_root};

/// All pieces, at one path each. `name` is that of the text.
pub(super) fn pieces(name: &str, text: &str) -> Vec<Piece> {
    let mut reader = Reader {
        name,
        found: Vec::new(),
        open: Open::Nothing,
        heading: None,
        diff: DiffLines::of(text),
        cut: None,
        bare_root: false,
        after_remark: false,
    };
    for (number, line) in host_tree::numbered_lines(text) {
        reader.line(number, line);
    }
    reader.close();
    reader.found.retain(|piece| !piece.body.trim().is_empty());
    reader.found
}

/// The block that the lines before belong to.
enum Open {
    Nothing,
    /// The output of `cat PATH`.
    Printed {
        piece: Piece,
        /// The text before the prompt: quotation marks, indentation.
        margin: String,
    },
    /// Lines of one format, of which at least one has to be certain.
    Run {
        format: &'static Format,
        piece: Piece,
        certain: usize,
        /// Whether the piece continues the one before it, under the same heading.
        continues: bool,
    },
    /// A libvirt domain, up to its end.
    Domain {
        piece: Piece,
    },
    /// Elements `hostdev`, or `interface` of that type, without their domain: lines of XML.
    HostDevices {
        piece: Piece,
        /// Whether the last element has not ended.
        inside: bool,
        /// The length of the text, and the number of lines, up to the last end of an element.
        whole: (usize, usize),
    },
    /// A here-document, up to its end.
    Here {
        piece: Piece,
        end: String,
    },
}

/// A line that names a file.
struct Heading {
    path: String,
    number: u32,
    /// Whether a piece is below it.
    is_used: bool,
}

impl Heading {
    const fn new(path: String, number: u32) -> Option<Self> {
        Some(Self {
            path,
            number,
            is_used: false,
        })
    }
}

struct Reader<'a> {
    name: &'a str,
    found: Vec<Piece>,
    open: Open,
    heading: Option<Heading>,
    diff: DiffLines,
    /// The start of an assignment whose quotation mark a line break cut off, and the numbers of its
    /// lines.
    cut: Option<(String, u32, u32)>,
    /// Whether the last file was printed after a prompt that is a lone `#`.
    bare_root: bool,
    /// Whether the line before is a remark: a line after `#` that is no command.
    after_remark: bool,
}

/// The most lines that an assignment is cut into.
const LONGEST_CUT: u32 = 5;

/// The quotation mark that an assignment of GRUB's options opens and does not close.
fn open_quote(line: &str) -> Option<char> {
    let (_, value) = line.strip_prefix("GRUB_CMDLINE_LINUX")?.split_once('=')?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    (!value.get(1..)?.contains(quote)).then_some(quote)
}

/// A heading counts for a piece that starts so many lines after it.
const REACH: u32 = 4;

impl Reader<'_> {
    fn line(&mut self, number: u32, line: &str) {
        if let Open::Here { piece, end } = &mut self.open {
            if line.trim() == end {
                self.close();
            } else {
                push(piece, number, line);
            }
            return;
        }
        let bare = after_bare_root(line);
        // After a remark this is a remark, too: a step for other hosts.
        if self.after_remark && bare.is_some_and(commands::writes) {
            return;
        }
        self.after_remark = bare.is_some_and(|rest| !commands::is_command(rest));
        if let Some(command) = self.command(line) {
            self.close();
            let margin = line.len() - line.trim_start_matches(['>', ' ', '\t']).len();
            self.typed(number, command, line.get(..margin).unwrap_or_default());
            return;
        }
        let trimmed = line.trim();
        if trimmed.starts_with("```")
            || trimmed.starts_with("[code]")
            || trimmed.starts_with("[/code]")
        {
            self.close();
            return;
        }
        if let Open::Domain { piece } = &mut self.open {
            push(piece, number, unquoted(line));
            if line.contains("</domain>") {
                self.close();
            }
            return;
        }
        if self.host_device(number, line) {
            return;
        }
        if let Open::Printed { piece, margin } = &mut self.open {
            let line = line
                .strip_prefix(margin.as_str())
                .or_else(|| line.strip_prefix(margin.trim_end()))
                .unwrap_or(line);
            if belongs(&piece.path, line) && !piece.is_full() {
                push(piece, number, line);
                return;
            }
            self.close();
        }
        // The element of a node device has a number.
        let is_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        let starts_domain = trimmed
            .strip_prefix("<domain>")
            .is_some_and(|rest| !is_number(rest));
        if line.contains("<domain type=") || starts_domain {
            self.close();
            let mut piece = Piece::new(String::new(), Some(TextKind::Domain));
            push(&mut piece, number, unquoted(line));
            self.open = Open::Domain { piece };
            return;
        }
        self.loose(number, line);
    }

    /// Whether the line is of a list of elements `hostdev`, or `interface` of that type.
    fn host_device(&mut self, number: u32, line: &str) -> bool {
        let line = unquoted(line);
        let bare = line.trim();
        let is_interface = ["<interface type='hostdev'", "<interface type=\"hostdev\""];
        let is_interface = is_interface.iter().any(|start| bare.starts_with(start));
        let is_start = bare.starts_with("<hostdev ") || is_interface;
        let is_end = bare.contains("</hostdev>") || bare.contains("</interface>");
        if let Open::HostDevices {
            piece,
            inside,
            whole,
        } = &mut self.open
        {
            let is_xml = bare.is_empty() || bare.starts_with('<') && bare.ends_with('>');
            if is_xml && (*inside || is_start || bare.is_empty()) {
                if !bare.is_empty() {
                    push(piece, number, line);
                }
                *inside = (*inside || is_start) && !is_end;
                if !*inside {
                    *whole = (piece.body.len(), piece.lines.len());
                }
                return true;
            }
            self.close();
        }
        if is_start {
            self.close();
            let mut piece = Piece::new(String::new(), Some(TextKind::Domain));
            piece.body.push_str("<domain><devices>\n");
            push(&mut piece, number, line);
            let whole = match is_end {
                true => (piece.body.len(), piece.lines.len()),
                false => (0, 0),
            };
            self.open = Open::HostDevices {
                piece,
                inside: !is_end,
                whole,
            };
        }
        is_start
    }

    /// The command that was typed on the line.
    fn command<'l>(&self, line: &'l str) -> Option<&'l str> {
        if let Some(prompt) = Prompt::read(line) {
            return Some(prompt.command);
        }
        let bare = after_bare_root(line);
        if let Some(command) = bare {
            // The remarks of a file begin like that prompt.
            let in_file = matches!(self.open, Open::Printed { .. });
            let counts = commands::cat(command).is_some()
                || (!in_file || self.bare_root) && commands::is_command(command);
            return counts.then_some(command);
        }
        let line = unmarked(line);
        let line = line.strip_prefix("sudo ").unwrap_or(line);
        commands::writes(line).then_some(line)
    }

    fn typed(&mut self, number: u32, command: &str, margin: &str) {
        self.bare_root = false;
        if let Some(path) = commands::cat(command) {
            self.bare_root = true;
            let of_kernel = is_of_kernel(&path);
            let piece = Piece::new(path, of_kernel.then_some(TextKind::File));
            self.open = Open::Printed {
                piece,
                margin: margin.to_owned(),
            };
            return;
        }
        if let Some(path) = commands::printed_by_qm(command) {
            self.heading = Heading::new(path, number);
        }
        match commands::written(command) {
            Some(Written::Here { path, end }) => {
                let piece = Piece::new(path, None);
                self.open = Open::Here { piece, end };
            }
            Some(Written::Text {
                path,
                body,
                appended,
            }) => {
                let mut piece = Piece::new(path, None);
                for line in body.lines() {
                    push(&mut piece, number, line);
                }
                self.add(piece, appended);
            }
            None => {}
        }
    }

    /// A line outside of any block that a command or a mark began.
    fn loose(&mut self, number: u32, line: &str) {
        if let Some((start, first, last)) = self.cut.take() {
            let whole = format!("{start} {}", unmarked(line).trim_end_matches('`'));
            let is_next = number == last + 1;
            match open_quote(&whole) {
                Some(_) if is_next && number - first < LONGEST_CUT => {
                    self.cut = Some((whole, first, number));
                }
                None if is_next => self.loose(first, &whole),
                _ => {}
            }
            // An unterminated value is not an assignment.
            if is_next {
                return;
            }
        }
        let start = unmarked(line).trim_start_matches('`');
        if open_quote(start).is_some() {
            self.cut = Some((start.to_owned(), number, number));
            return;
        }
        let side = line.trim_start().as_bytes().first();
        let side = side.filter(|_| self.diff.contains(number));
        // The old side.
        if side == Some(&b'-') {
            return;
        }
        let is_added = side == Some(&b'+');
        let cleaned = unmarked(line);
        let cleaned = match cleaned.strip_prefix('+') {
            Some(added) if is_added => added.trim(),
            _ => cleaned,
        };
        if let Some((path, value)) = cleaned.split_once(':').and_then(of_kernel) {
            self.close();
            let mut piece = Piece::new(path, Some(TextKind::File));
            push(&mut piece, number, value);
            self.add(piece, false);
            return;
        }
        // Output of grep for several files.
        let (path, cleaned) = match cleaned.split_once(':') {
            Some((path, rest)) if commands::is_config(path) && !rest.trim().is_empty() => {
                (Some(path), rest.trim())
            }
            _ => (None, cleaned),
        };
        if let Some(path) = path {
            self.heading = Heading::new(path.to_owned(), number);
        }
        if let Open::Run {
            format,
            piece,
            certain,
            ..
        } = &mut self.open
        {
            let fit = (format.fit)(cleaned);
            let is_remark =
                cleaned.starts_with('#') && !matches!(format.kind, TextKind::CommandLine);
            let is_section = cleaned.starts_with('[')
                && cleaned.ends_with(']')
                && format.kind == TextKind::ProxmoxVm;
            if path.is_none() && (fit != Fit::No || is_remark || is_section) {
                *certain += usize::from(fit == Fit::Certain);
                push(piece, number, cleaned);
                return;
            }
            self.close();
        }
        if is_logged(cleaned) {
            return;
        }
        if let Some((format, fit)) = best_format(cleaned) {
            let (path, continues) = self.path(format, number);
            let path = match path {
                // The running kernel has no line that a diff adds.
                path if is_added && path == "/proc/cmdline" => "/etc/kernel/cmdline".to_owned(),
                path => path,
            };
            let mut piece = Piece::new(path, Some(format.kind));
            push(&mut piece, number, cleaned);
            let certain = usize::from(fit == Fit::Certain);
            self.open = Open::Run {
                format,
                piece,
                certain,
                continues,
            };
            return;
        }
        for found in commands::quoted_in(line) {
            let mut formats = FORMATS.iter();
            let format = formats.find(|format| {
                (format.fit)(found) == Fit::Certain && format.kind != TextKind::ModuleList
            });
            if let Some(format) = format {
                let (path, _) = self.path(format, number);
                let mut piece = Piece::new(path, Some(format.kind));
                push(&mut piece, number, found);
                if is_enough(format, &piece, 1) {
                    self.add(piece, false);
                }
            }
        }
        let path = commands::path_in(cleaned).map(str::to_owned);
        if let Some(path) = path.or_else(|| commands::printed_by_qm(cleaned)) {
            self.heading = Heading::new(path, number);
        } else if !cleaned.is_empty() && self.heading.as_ref().is_some_and(|known| known.is_used) {
            // `The blacklist:`, below the file: what follows is of another one.
            self.heading = None;
        }
    }

    /// The path of a piece that starts at line `number`, and whether it continues the piece before
    /// it: only empty lines are between both.
    fn path(&mut self, format: &Format, number: u32) -> (String, bool) {
        if let Some(heading) = &mut self.heading {
            let is_near = number.saturating_sub(heading.number) <= REACH;
            let mut places = format.places.iter();
            if is_near && places.any(|place| heading.path.starts_with(place)) {
                let continues = std::mem::replace(&mut heading.is_used, true);
                return (heading.path.clone(), continues);
            }
        }
        let from_name = format.kind.path(self.name, "");
        (from_name.unwrap_or_else(|| format.path.to_owned()), false)
    }

    /// Ends the block.
    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Printed { piece, .. } | Open::Here { piece, .. } => {
                if !piece.body.trim_start().starts_with("cat: ") {
                    self.add(piece, false);
                }
            }
            Open::Domain { mut piece } => {
                let path = TextKind::Domain.path(self.name, &piece.body);
                piece.path = path.unwrap_or_default();
                self.add(piece, false);
            }
            // An element that does not end shows no function for certain.
            Open::HostDevices { whole: (0, _), .. } => {}
            Open::HostDevices {
                mut piece, whole, ..
            } => {
                piece.body.truncate(whole.0);
                piece.lines.truncate(whole.1);
                piece.body.push_str("</devices></domain>\n");
                let first = TextKind::Domain.path(self.name, "").unwrap_or_default();
                let mut paths = std::iter::once(first.clone()).chain(guests(&first));
                if let Some(path) =
                    paths.find(|path| self.found.iter().all(|known| known.path != *path))
                {
                    piece.path = path;
                    self.found.push(piece);
                }
            }
            Open::Run {
                format,
                piece,
                certain,
                continues,
            } => {
                if is_enough(format, &piece, certain) {
                    let is_of_lines =
                        matches!(format.kind, TextKind::Modprobe | TextKind::ModuleList);
                    self.add(piece, continues && is_of_lines);
                }
            }
        }
    }

    /// Adds a piece. Of two at one path the later takes precedence, unless one is appended to the
    /// other.
    fn add(&mut self, mut piece: Piece, appended: bool) {
        if piece.kind.is_none() {
            piece.kind = config_file(&piece.body);
        }
        let default = self.default_path(&piece);
        let known = self.found.iter().position(|known| known.path == piece.path);
        let Some(known) = known.and_then(|at| self.found.get_mut(at)) else {
            self.found.push(piece);
            return;
        };
        match piece.kind {
            _ if appended => known.append(piece),
            Some(TextKind::Grub) => known.set_assignments(piece),
            Some(TextKind::Modprobe | TextKind::LoaderEntry | TextKind::Dracut)
                if known.path.contains("/pasted") || known.path == default =>
            {
                let path = numbered(&piece.path)
                    .find(|path| self.found.iter().all(|known| known.path != *path));
                if let Some(path) = path {
                    piece.path = path;
                    self.found.push(piece);
                }
            }
            Some(TextKind::ProxmoxVm | TextKind::Domain) if known.is_other_guest(&piece) => {
                let path = guests(&piece.path)
                    .find(|path| self.found.iter().all(|known| known.path != *path));
                if let Some(path) = path {
                    piece.path = path;
                    self.found.push(piece);
                }
            }
            _ => *known = piece,
        }
    }

    fn default_path(&self, piece: &Piece) -> String {
        let path = piece.kind.and_then(|kind| kind.path(self.name, ""));
        path.unwrap_or_default()
    }
}

/// Whether a run of lines is a piece of a file: a single line that many texts may have is
/// none.
fn is_enough(format: &Format, piece: &Piece, certain: usize) -> bool {
    let lines = piece.lines.len();
    match format.kind {
        TextKind::ProxmoxVm => {
            certain >= 1
                && (certain >= 2
                    || lines >= 3
                    || piece.body.lines().any(|line| line.starts_with("hostpci")))
        }
        TextKind::ModuleList => certain >= 2,
        _ => certain >= 1,
    }
}

/// The first format that the line fits for certain, or else the first inside of which it may
/// be.
fn best_format(line: &str) -> Option<(&'static Format, Fit)> {
    let mut inside = None;
    for format in FORMATS {
        match (format.fit)(line) {
            Fit::Certain => return Some((format, Fit::Certain)),
            Fit::Inside => inside = inside.or(Some((format, Fit::Inside))),
            Fit::No => {}
        }
    }
    inside
}

#[cfg(test)]
mod tests;
