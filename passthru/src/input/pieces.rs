//! Configuration files, and pieces of them, inside a text: printed by `cat`, written by a
//! command, in a block of code, or on a line between others.

use std::ops::RangeInclusive;

use super::commands::{self, Written};
use super::config_file::config_file;
use super::lines::{FORMATS, Fit, Format};
use super::log_line::is_logged;
use super::text_kind::TextKind;
use crate::prompt::{Prompt, after_bare_root};

/// A piece of a file that the text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its path on the host.
    pub(super) path: String,
    /// The text, without the marks of a forum or a mail.
    pub(super) body: String,
    pub(super) kind: Option<TextKind>,
    /// The numbers of its lines in the complete text.
    pub(super) lines: Vec<u32>,
}

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

/// The lines of a text on which `+` and `-` are those of a diff.
enum DiffLines {
    All,
    /// Those of code blocks of the language `diff`.
    Within(Vec<RangeInclusive<u32>>),
}

impl DiffLines {
    fn of(text: &str) -> Self {
        let is_head = |line: &str| line.starts_with("@@ ") || line.starts_with("+++ ");
        if text.lines().any(is_head) {
            return Self::All;
        }
        let mut blocks = Vec::new();
        let mut start = None;
        for (number, line) in host_tree::numbered_lines(text) {
            let Some(language) = line.trim_start().strip_prefix("```") else {
                continue;
            };
            match start.take() {
                Some(first) => blocks.push(first..=number),
                None if language.trim() == "diff" => start = Some(number),
                None => {}
            }
        }
        blocks.extend(start.map(|first| first..=u32::MAX));
        Self::Within(blocks)
    }

    fn contains(&self, number: u32) -> bool {
        match self {
            Self::All => true,
            Self::Within(blocks) => {
                let at = blocks.partition_point(|block| *block.end() < number);
                blocks.get(at).is_some_and(|block| block.contains(&number))
            }
        }
    }
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
    },
    /// A libvirt domain, up to its end.
    Domain {
        piece: Piece,
    },
    /// Elements `hostdev` without their domain: lines of XML.
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

struct Reader<'a> {
    name: &'a str,
    found: Vec<Piece>,
    open: Open,
    /// A file's path that a line named, and the number of that line.
    heading: Option<(String, u32)>,
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
        if line.contains("<domain type=") || trimmed.starts_with("<domain>") {
            self.close();
            let mut piece = Piece::new(String::new(), Some(TextKind::Domain));
            push(&mut piece, number, unquoted(line));
            self.open = Open::Domain { piece };
            return;
        }
        self.loose(number, line);
    }

    /// Whether the line is of a list of elements `hostdev`.
    fn host_device(&mut self, number: u32, line: &str) -> bool {
        let line = unquoted(line);
        let bare = line.trim();
        let is_start = bare.starts_with("<hostdev ");
        let is_end = bare.contains("</hostdev>");
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
            self.heading = Some((path.to_owned(), number));
        }
        if let Open::Run {
            format,
            piece,
            certain,
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
            let path = match self.path(format, number) {
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
            };
            return;
        }
        for found in commands::quoted_in(line) {
            let mut formats = FORMATS.iter();
            let format = formats.find(|format| {
                (format.fit)(found) == Fit::Certain && format.kind != TextKind::ModuleList
            });
            if let Some(format) = format {
                let mut piece = Piece::new(self.path(format, number), Some(format.kind));
                push(&mut piece, number, found);
                if is_enough(format, &piece, 1) {
                    self.add(piece, false);
                }
            }
        }
        if let Some(path) = commands::path_in(cleaned) {
            self.heading = Some((path.to_owned(), number));
        }
    }

    /// The path of a piece that starts at line `number`.
    fn path(&self, format: &Format, number: u32) -> String {
        if let Some((path, at)) = &self.heading {
            let is_near = number.saturating_sub(*at) <= REACH;
            if is_near && format.places.iter().any(|place| path.starts_with(place)) {
                return path.clone();
            }
        }
        let from_name = format.kind.path(self.name, "");
        from_name.unwrap_or_else(|| format.path.to_owned())
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
            } => {
                if is_enough(format, &piece, certain) {
                    self.add(piece, false);
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

impl Piece {
    const fn new(path: String, kind: Option<TextKind>) -> Self {
        Self {
            path,
            body: String::new(),
            kind,
            lines: Vec::new(),
        }
    }

    /// Whether the piece has all the lines that its file can have: a file of sysfs has one
    /// value (Linux Documentation/filesystems/sysfs.rst), but for lists of resources and
    /// variables.
    fn is_full(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.starts_with("/sys/")
            && !matches!(name, "resource" | "uevent")
            && !self.lines.is_empty()
    }

    fn append(&mut self, more: Self) {
        self.body.push_str(&more.body);
        self.lines.extend(more.lines);
    }

    /// Replaces the variables that `newer` sets, too, and adds the others.
    fn set_assignments(&mut self, newer: Self) {
        let name = |line: &str| {
            let (name, _) = line.trim().split_once('=')?;
            Some(name.to_owned())
        };
        let set: Vec<String> = newer.body.lines().filter_map(name).collect();
        let mut body = String::new();
        for line in self.body.lines() {
            if !name(line).is_some_and(|name| set.contains(&name)) {
                body.push_str(line);
                body.push('\n');
            }
        }
        body.push_str(&newer.body);
        self.body = body;
        self.lines.extend(newer.lines);
    }

    /// Whether both have settings of two different guests.
    fn is_other_guest(&self, other: &Self) -> bool {
        let said = |body: &str, key: &str| -> Option<String> {
            let mut lines = body.lines().map(str::trim);
            lines.find(|line| line.starts_with(key)).map(str::to_owned)
        };
        ["name:", "smbios1:", "vmgenid:", "<name>", "<uuid>"]
            .iter()
            .any(|key| {
                let (one, two) = (said(&self.body, key), said(&other.body, key));
                one.is_some() && two.is_some() && one != two
            })
    }
}

fn push(piece: &mut Piece, number: u32, line: &str) {
    piece.body.push_str(line.trim_end());
    piece.body.push('\n');
    piece.lines.push(number);
}

/// Names for further files of one kind, where a host may have several and the text names
/// none. They sort after the first, in the order of the text.
fn numbered(path: &str) -> impl Iterator<Item = String> {
    let stem = path.strip_suffix(".conf").map(str::to_owned);
    stem.into_iter()
        .flat_map(|stem| (2..100).map(move |number| format!("{stem}_{number:02}.conf")))
}

/// Paths for further guests.
fn guests(path: &str) -> impl Iterator<Item = String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let (folder, stem, end) = (folder.to_owned(), stem.to_owned(), end.to_owned());
    (1..100).map(move |number| match stem.parse::<u32>() {
        Ok(id) => format!("{folder}/{}.{end}", id.saturating_add(number)),
        Err(_) => format!("{folder}/{stem}-{number}.{end}"),
    })
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

/// Whether the line may be one of a file that the kernel shows.
fn of_kernel_file(path: &str, line: &str) -> bool {
    let is_value = |line: &str| line.len() <= 80 && line.split(' ').count() <= 12;
    !line.is_empty() && (path.starts_with("/proc/") || is_value(line))
}

/// Whether the file is the kernel's, and not a list of options.
fn is_of_kernel(path: &str) -> bool {
    path.starts_with("/sys/") || path.starts_with("/proc/") && path != "/proc/cmdline"
}

/// Output of `grep . /sys/bus/pci/devices/*/reset_method`: the path contains colons, too.
fn of_kernel<'a>((start, rest): (&'a str, &'a str)) -> Option<(String, &'a str)> {
    if !start.starts_with("/sys/") {
        return None;
    }
    let whole = |at: usize| {
        let (before, after) = rest.split_at_checked(at)?;
        let path = commands::shown_by_kernel(&format!("{start}:{before}"))?;
        Some((path, after.get(1..)?.trim()))
    };
    // The value of such a file is a word or a few, the file's name has no colon.
    let ends = rest.match_indices(':').map(|(at, _)| at).take(8);
    let found = ends.filter_map(whole).find(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b"_0123456789".contains(&b))
    });
    found
        .or_else(|| Some((commands::shown_by_kernel(start)?, rest.trim())))
        .filter(|(path, value)| {
            path.starts_with("/sys/bus/pci/devices/")
                && path.split('/').count() == 7
                && !value.is_empty()
        })
}

/// Whether a line that follows `cat PATH` may be one of that file. The end of a file is not
/// marked: a line that its format has not is of something else.
fn belongs(path: &str, line: &str) -> bool {
    let line = line.trim();
    if is_of_kernel(path) {
        return of_kernel_file(path, line);
    }
    if line.is_empty() || line.starts_with('#') {
        return true;
    }
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let is_name = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if path == "/etc/default/grub" {
        return line.contains('=') || line.ends_with(['"', '\'', '\\']) || first == "export";
    }
    if path.starts_with("/etc/modprobe.d/") {
        let directives = [
            "options",
            "blacklist",
            "softdep",
            "install",
            "remove",
            "alias",
        ];
        return directives.contains(&first) || line.ends_with('\\');
    }
    if path == "/etc/modules"
        || path.starts_with("/etc/modules-load.d/")
        || path == "/etc/initramfs-tools/modules"
    {
        return is_name(first) && words.all(|word| word.contains('='));
    }
    if path.starts_with("/etc/pve/qemu-server/") {
        return line.contains(':') || line.starts_with('[');
    }
    true
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

/// The line without the marks of a quotation, a list, code or a table around it.
fn unmarked(line: &str) -> &str {
    let mut line = unquoted(line).trim();
    for mark in ["* ", "- ", "• ", "· "] {
        line = line.strip_prefix(mark).unwrap_or(line).trim_start();
    }
    let code = line
        .strip_prefix('`')
        .and_then(|line| line.strip_suffix('`'));
    let line = code.filter(|code| !code.contains('`')).unwrap_or(line);
    let line = line
        .strip_prefix("**")
        .and_then(|line| line.strip_suffix("**"))
        .unwrap_or(line);
    // The number of a line, as editors and `cat -n` show.
    let after = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = after.len() < line.len() && line.len() - after.len() <= 4;
    match after
        .strip_prefix([':', '\t', '|'])
        .or_else(|| after.strip_prefix("  "))
    {
        Some(rest) if is_number => rest.trim(),
        _ => line.trim(),
    }
}

/// The line without the marks of a quotation before it.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(more) = rest.trim_start().strip_prefix('>') {
        // The end of an XML element is none.
        rest = more;
    }
    rest.strip_prefix(' ')
        .filter(|_| rest.len() < line.len())
        .unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let found = pieces("post.txt", text);
        found
            .into_iter()
            .map(|piece| (piece.path, piece.body))
            .collect()
    }

    fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let files = files.iter();
        files
            .map(|(p, b)| ((*p).to_owned(), (*b).to_owned()))
            .collect()
    }

    #[test]
    fn the_output_of_cat_is_a_file() {
        let text = "Here:\n```\nroot@pve:~# cat /etc/modules\n# a list\nvfio\n```\n[me@box ~]$ sudo \
                    cat /etc/modprobe.d/vfio.conf\r\noptions vfio-pci ids=10de:1c03\r\nroot@pve:~# \
                    ls\nx\nroot@pve:~# cat /etc/a\ncat: /etc/a: No such file or directory\n";
        let expected = [
            ("/etc/modules", "# a list\nvfio\n"),
            (
                "/etc/modprobe.d/vfio.conf",
                "options vfio-pci ids=10de:1c03\n",
            ),
        ];
        assert_eq!(found(text), owned(&expected));
    }

    #[test]
    fn an_assignment_may_be_wrapped() {
        let text = "In /etc/default/grub:\n> GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\n> \
                    iommu=pt\n> video=efifb:off\"\nthat is all\nGRUB_CMDLINE_LINUX=\"never closed\n\
                    and so on\n";
        let whole =
            "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on iommu=pt video=efifb:off\"\n";
        assert_eq!(found(text), owned(&[("/etc/default/grub", whole)]));
    }

    #[test]
    fn files_of_the_kernel_have_their_places() {
        let device = "/sys/bus/pci/devices/0000:01:00.0";
        let text = format!(
            "$ cat {device}/reset_method\nflr bus\nand then\n$ cat \
             /sys/devices/pci0000\\:00/0000\\:00\\:01.0/0000\\:01\\:00.1/power_state\nD3cold\n\
             $ grep . {device}/d3cold_allowed {device}/boot_vga\n{device}/d3cold_allowed:1\n\
             {device}/boot_vga:0\n$ cat {device}/rom\ncat: {device}/rom: Input/output error\n\
             {device}: it does not work\n"
        );
        let expected = [
            (format!("{device}/reset_method"), "flr bus\n"),
            (
                "/sys/bus/pci/devices/0000:01:00.1/power_state".to_owned(),
                "D3cold\n",
            ),
            (format!("{device}/d3cold_allowed"), "1\n"),
            (format!("{device}/boot_vga"), "0\n"),
        ];
        let expected: Vec<(&str, &str)> = expected.iter().map(|(p, b)| (p.as_str(), *b)).collect();
        assert_eq!(found(&text), owned(&expected));
    }

    #[test]
    fn the_prompt_of_root_may_be_a_hash_alone() {
        let text = "# cat /proc/cmdline\nquiet amd_iommu=on\n# dmesg | grep -i vfio\nx\n# cat \
                    /etc/modules\n# a list\nvfio\n# of them\n";
        let expected = [
            ("/proc/cmdline", "quiet amd_iommu=on\n"),
            ("/etc/modules", "# a list\nvfio\n# of them\n"),
        ];
        assert_eq!(found(text), owned(&expected));
    }

    #[test]
    fn a_file_ends_where_its_format_ends() {
        let text = "$ cat /etc/default/grub\nGRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX=\"quiet\"\nand then \
                    I ran update-grub\n$ cat /etc/modprobe.d/vfio.conf\noptions vfio-pci \
                    ids=10de:1c03\nThe options are all right, I think\n";
        let expected = [
            (
                "/etc/default/grub",
                "GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX=\"quiet\"\n",
            ),
            (
                "/etc/modprobe.d/vfio.conf",
                "options vfio-pci ids=10de:1c03\n",
            ),
        ];
        assert_eq!(found(text), owned(&expected));
    }

    #[test]
    fn two_outputs_of_one_path_do_not_join() {
        let text = "$ cat /etc/modules\nvfio\n$ cat /etc/modules\nvfio\nvfio_pci\n";
        assert_eq!(found(text), owned(&[("/etc/modules", "vfio\nvfio_pci\n")]));
        let grub = "In /etc/default/grub it was:\nGRUB_CMDLINE_LINUX=\"quiet\"\nnow it is\n\
                    GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n";
        let expected = [(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n",
        )];
        assert_eq!(found(grub), owned(&expected));
    }

    #[test]
    fn lines_count_wherever_they_are() {
        let text = "I added `blacklist nouveau` first. My /etc/modprobe.d/vfio.conf:\n\n> options \
                    vfio-pci ids=10de:1c03\n\nand the VM\n- hostpci0: 01:00,pcie=1\n- machine: \
                    q35\nwhich does not start, bios: F10 of the board\n";
        let expected = [
            ("/etc/modprobe.d/pasted.conf", "blacklist nouveau\n"),
            (
                "/etc/modprobe.d/vfio.conf",
                "options vfio-pci ids=10de:1c03\n",
            ),
            (
                "/etc/pve/qemu-server/0.conf",
                "hostpci0: 01:00,pcie=1\nmachine: q35\n",
            ),
        ];
        assert_eq!(found(text), owned(&expected));
        let prose = "The machine: a Z440. My cpu: Xeon, memory: 64 GB. I have no options left.\n\
                     softdep is what I tried, and update-grub.\n";
        assert_eq!(found(prose), []);
    }

    #[test]
    fn commands_that_write_are_files() {
        let text = "$ echo \"options vfio-pci ids=10de:1c03\" | sudo tee /etc/modprobe.d/vfio.conf\n\
                    echo vfio >> /etc/modules\necho vfio_pci >> /etc/modules\ncat > \
                    /etc/modprobe.d/b.conf <<EOF\nblacklist nouveau\n# it stays\nEOF\nThanks\n";
        let expected = [
            (
                "/etc/modprobe.d/vfio.conf",
                "options vfio-pci ids=10de:1c03\n",
            ),
            ("/etc/modules", "vfio\nvfio_pci\n"),
            ("/etc/modprobe.d/b.conf", "blacklist nouveau\n# it stays\n"),
        ];
        assert_eq!(found(text), owned(&expected));
    }

    #[test]
    fn elements_hostdev_are_read_without_their_domain() {
        let element = "<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n<address \
                       domain='0' bus='1' slot='0' function='0'/>\n</source>\n</hostdev>\n";
        let whole = format!("<domain><devices>\n{element}</devices></domain>\n");
        let path = |number: &str| format!("/etc/libvirt/qemu/pasted{number}.xml");
        let text = format!(
            "I have\n{element}and on the other\n> {}",
            element.replace('\n', "\n> ")
        );
        assert_eq!(
            found(&text),
            [(path(""), whole.clone()), (path("-1"), whole.clone())]
        );
        let cut = "<hostdev mode='subsystem' type='pci'>\n<source>\nand so on\n";
        assert_eq!(found(cut), []);
        // The elements before the one that is cut.
        assert_eq!(found(&format!("{element}{cut}")), [(path(""), whole)]);
    }

    #[test]
    fn the_new_side_of_a_diff_counts() {
        let text = "--- a/grub\n+++ b/grub\n@@ -1 +1 @@\n-GRUB_CMDLINE_LINUX=\"quiet\"\n\
                    +GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n";
        let expected = [(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX=\"quiet iommu=pt\"\n",
        )];
        assert_eq!(found(text), owned(&expected));
    }

    #[test]
    fn a_block_of_a_diff_has_its_new_side_only() {
        let line = "root=ZFS=rpool/ROOT/pve-1 boot=zfs quiet";
        let text = format!("Add it:\n```diff\n- {line}\n+ {line} iommu=pt\n```\n");
        assert_eq!(
            found(&text),
            owned(&[("/etc/kernel/cmdline", format!("{line} iommu=pt\n").as_str())])
        );
        // Another block, and a list.
        let text = format!("```\n- {line}\n```\n");
        assert_eq!(
            found(&text),
            owned(&[("/proc/cmdline", format!("{line}\n").as_str())])
        );
    }

    #[test]
    fn other_paths_are_none_of_a_host() {
        for path in [
            "/home/me/a",
            "/etc/",
            "/etc//a",
            "/etc/../root/x",
            "/etc/modprobe.d/*",
            "a",
        ] {
            let text = format!("$ cat {path}\nsomething\n");
            assert_eq!(found(&text), [], "{path}");
        }
    }
}
