//! Output of the line of [`crate::ask`]: each command's part, under its heading.

use std::borrow::Cow;

use host_tree::{HostTree, Listing, Lookup, MemoryTree};

use super::config_file::config_file;
use super::placed::{GROUPS, groups, is_path};
use super::talos;
use crate::ask::{END, HEADING, START};

/// Output of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) command: String,
    pub(super) body: String,
    /// Whether another heading follows, so that nothing was cut off.
    pub(super) whole: bool,
}

/// So many lines a terminal makes of the line at most.
const LONGEST_LINE: usize = 100;

/// Maximum number of parts; a line requests some hundred.
const MOST_PARTS: usize = 2000;

/// The text without those parts, with unchanged line numbers, and the parts. The line itself, if
/// pasted too, is removed: it names programs of many systems.
pub(super) fn split(text: &str) -> (Cow<'_, str>, Vec<Part>) {
    if !text.contains(HEADING.0) && !text.contains(START) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut rest = String::with_capacity(text.len());
    let mut parts: Vec<Part> = Vec::new();
    let mut mark: Option<&str> = None;
    let mut asking: Option<Asking> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare.contains(START) {
            asking = Some(Asking::default());
        }
        // A heading ends it if its end is missing.
        if let Some(found) = asking.as_mut().filter(|_| heading(bare).is_none()) {
            if found.ends_with(bare) {
                asking = None;
            }
            push_break(&mut rest, line);
            continue;
        }
        asking = None;
        let found = heading(bare).filter(|(_, name)| parts.len() < MOST_PARTS || *name == "end");
        if let (Some(_), Some(last)) = (found, parts.last_mut()) {
            last.whole |= mark.is_some();
        }
        match (found, mark) {
            (Some((_, "end")), _) => mark = None,
            (Some((before, command)), _) => {
                mark = Some(before);
                parts.push(Part {
                    command: command.to_owned(),
                    body: String::new(),
                    whole: false,
                });
            }
            (None, Some(before)) => {
                if let Some(part) = parts.last_mut() {
                    let line = bare.strip_prefix(before).unwrap_or(bare);
                    part.body.push_str(line);
                    part.body.push('\n');
                }
            }
            (None, None) => {
                rest.push_str(line);
                continue;
            }
        }
        push_break(&mut rest, line);
    }
    for part in &mut parts {
        // No output is one empty line.
        if part.body == "\n" {
            part.body.clear();
        }
    }
    (Cow::Owned(rest), parts)
}

/// The line of `ask`, in which a terminal may have inserted line breaks.
#[derive(Default)]
struct Asking {
    lines: usize,
    /// The end of the text so far, without blanks.
    seen: String,
}

impl Asking {
    /// Whether the line of `ask` ends with `line`.
    fn ends_with(&mut self, line: &str) -> bool {
        let end: String = END.split_whitespace().collect();
        self.lines += 1;
        self.seen.extend(line.split_whitespace());
        let found = self.seen.contains(&end) || self.lines >= LONGEST_LINE;
        let kept: Vec<char> = self.seen.chars().rev().take(end.len()).collect();
        self.seen = kept.into_iter().rev().collect();
        found
    }
}

fn push_break(rest: &mut String, line: &str) {
    if line.ends_with('\n') {
        rest.push('\n');
    }
}

/// The command of a heading, and the marks of a quotation before it.
fn heading(line: &str) -> Option<(&str, &str)> {
    let (start, end) = HEADING;
    let (before, rest) = line.split_once(start)?;
    let command = rest.strip_suffix(end)?.trim();
    let is_mark = |c: char| c.is_whitespace() || c == '>';
    (before.chars().all(is_mark) && !command.is_empty()).then_some((before, command))
}

/// Adds a part to the tree.
pub(super) fn place(part: &Part, tree: &mut MemoryTree) {
    let Part {
        command,
        body,
        whole,
    } = part;
    let words: Vec<&str> = command.split(' ').collect();
    if talos::place(&words, body, *whole, tree) {
        return;
    }
    let path = match words.as_slice() {
        ["cat", path] | ["ls", "-1" | "-1d", path] if is_path(path) => *path,
        ["find", GROUPS, "-type", "l"] if *whole => {
            groups(body.lines(), tree);
            return;
        }
        _ => {
            // A guest's configuration, printed as in its file.
            match config_file(body).and_then(|kind| kind.path(command, body)) {
                Some(path) => tree.insert_file(&path, body.as_bytes()),
                None => tree.insert_text(command, body),
            }
            return;
        }
    };
    if let Some(reason) = refused(&words, body) {
        match reason {
            "No such file or directory" => tree.insert_absent(path),
            reason => tree.insert_unreadable(path, reason),
        }
        return;
    }
    match words.as_slice() {
        ["cat", ..] => tree.insert_file(path, body.as_bytes()),
        ["ls", "-1d", ..] => {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            let mut listing = match tree.list(parent) {
                Lookup::Found(listing) => listing,
                _ => Listing {
                    names: Vec::new(),
                    complete: false,
                },
            };
            if !listing.names.iter().any(|known| known == name) {
                listing.names.push(name.to_owned());
            }
            tree.insert_listing(parent, &listing);
        }
        _ => {
            let names = body.lines().filter(|name| !name.is_empty());
            let names = names.map(str::to_owned).collect();
            tree.insert_listing(
                path,
                &Listing {
                    names,
                    complete: *whole,
                },
            );
        }
    }
}

/// The reason for which the program printed no file: `cat: PATH: REASON`, of GNU, BusyBox and
/// FreeBSD; GNU's `ls` has `cannot access 'PATH'`.
fn refused<'a>(words: &[&str], body: &'a str) -> Option<&'a str> {
    let (program, path) = (words.first()?, words.last()?);
    let sentence = body.trim_end().strip_prefix(*program)?.strip_prefix(": ")?;
    let (before, reason) = sentence.rsplit_once(": ")?;
    (before.contains(*path) && !sentence.contains('\n')).then_some(reason)
}

#[cfg(test)]
mod tests;
