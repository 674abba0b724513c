//! A line of the input as evidence, in few rows.

use host_tree::Evidence;

use super::super::wrap::{clean, paragraph, shortened, width};
use super::{Detail, Page};

/// Rows of a line of evidence, unless all are requested.
pub(super) const ROWS: usize = 2;

/// Lines of evidence for each finding, unless all are requested.
pub(super) const LINES: usize = 2;

impl Page<'_> {
    /// The place of evidence, without the folders of a pasted text.
    pub(super) fn place(&self, evidence: &Evidence) -> String {
        let mut evidence = evidence.clone();
        evidence.source = short_source(&evidence.source).to_owned();
        self.style.place(&evidence)
    }

    /// A line of the input, in at most `rows` rows by default: the part that `title` is about.
    pub(super) fn quoted(
        &self,
        indent: &str,
        evidence: &Evidence,
        title: &str,
        rows: usize,
    ) -> String {
        let place = self.place(evidence);
        let words: Vec<&str> = evidence.text.split_whitespace().collect();
        let first = format!("{indent}| ");
        let room = self.style.columns.saturating_sub(width(&first)).max(20);
        // A long place needs a row of its own.
        let rows = if 2 * width(&place) > room { ROWS } else { rows };
        // A row may end before its last column.
        let lost = 2 + 6 * rows.saturating_sub(1);
        let room = (rows * room).saturating_sub(lost + width(&place)).max(20);
        let line = if self.view.detail == Detail::Verbose {
            words.join(" ")
        } else {
            part_about(&words, title, room)
        };
        let line = format!("{}: {}", clean(&place), clean(&line));
        let mut text = String::new();
        for line in paragraph(&first, &line, self.style.columns).lines() {
            text.push_str(&self.style.faint(line));
            text.push('\n');
        }
        text
    }
}

/// Directories of hosts' files; any other path is that of a pasted text, of which the name
/// suffices.
const OF_HOSTS: [&str; 9] = [
    "/etc/", "/sys/", "/proc/", "/var/", "/boot/", "/lib/", "/usr/", "/run/", "/dev/",
];

/// The source without the folders of a pasted text.
fn short_source(source: &str) -> &str {
    let is_of_host = OF_HOSTS.iter().any(|folder| source.starts_with(folder));
    if is_of_host || source.contains(' ') {
        return source;
    }
    let folders = source.rfind('/').map_or(0, |at| at + 1);
    source.get(folders..).unwrap_or(source)
}

/// The words that fit into `room` columns, with the first long one that `title` names
/// among them. A line of the kernel keeps its start, which has the address.
fn part_about(words: &[&str], title: &str, room: usize) -> String {
    let line = words.join(" ");
    if width(&line) <= room {
        return line;
    }
    if let Some(message) = without_time(&line) {
        return shortened(&format!("… {message}"), room);
    }
    let start = shortened(&line, room);
    let is_named = |word: &str| word.len() > 5 && title.contains(word);
    // `vfio-pci.ids=…` is about vfio-pci, `driver.` is the end of a sentence.
    let owner = |word: &str| {
        let (owner, rest) = word.split_once(['.', '=']).unwrap_or((word, ""));
        is_named(owner) && rest.contains(|c: char| c.is_alphanumeric())
    };
    let named = words.iter().position(|word| is_named(word));
    let named = named.or_else(|| words.iter().position(|word| owner(word)));
    let at = named.filter(|at| {
        let before = words.get(..=*at).unwrap_or_default();
        width(&before.join(" ")) + 2 > room
    });
    match at {
        Some(at) => {
            let rest = |at: usize| words.get(at..).unwrap_or_default().join(" ");
            // As much before the word as fits.
            let fits = |at: &usize| width(&rest(*at)) + 2 <= room;
            let first = (0..at).find(fits).unwrap_or(at);
            shortened(&format!("… {}", rest(first)), room)
        }
        None => last_parts(words, room)
            .or_else(|| with_reason(&line, room))
            .unwrap_or(start),
    }
}

/// The message behind the time of a kernel's line: `[ 1203.551232] vfio-pci 0000:01:00.0: …`.
fn without_time(line: &str) -> Option<&str> {
    let (time, message) = line.strip_prefix('[')?.split_once("] ")?;
    let is_time =
        time.contains('.') && time.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_time.then_some(message)
}

/// The end of a program's line of several parts, such as `PROGRAM: -device …: vfio …: failed to open
/// …: REASON`: behind the arguments is the message.
fn last_parts(words: &[&str], room: usize) -> Option<String> {
    let parts = words.iter().filter(|word| word.ends_with(':')).count();
    if parts < 3 {
        return None;
    }
    let rest = |at: usize| words.get(at..).unwrap_or_default().join(" ");
    let first = (0..words.len()).find(|at| width(&rest(*at)) + 2 <= room)?;
    let rest = rest(first);
    rest.contains(": ").then(|| format!("… {rest}"))
}

/// The start of a message and its last part, behind a colon: programs print the reason there.
fn with_reason(line: &str, room: usize) -> Option<String> {
    let (before, reason) = line.rsplit_once(": ")?;
    let left = room.checked_sub(width(reason) + 1)?;
    (left >= room / 3).then(|| format!("{} {reason}", shortened(&format!("{before}:"), left)))
}

#[cfg(test)]
mod tests;
