//! `/etc/pve/qemu-server/ID.conf`: a document that preserves every byte.
//!
//! The line grammar is that of qemu-server's `parse_vm_config`: what is before the first
//! `[section]` is the machine as it is; `[PENDING]` is what a running one becomes at its next
//! start; other sections are snapshots. Keys are lower case; of a key that occurs twice the last
//! holds.
//!
//! A key whose value is blanks alone counts as no entry here.

use core::fmt;
use core::str::FromStr;

use nom::Parser;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{recognize, verify};

use crate::error::{Cause, Error};

/// A key of a configuration: `[a-z][a-z_-]*[0-9]*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// `name` followed by `index`: `hostpci0`.
    ///
    /// # Errors
    /// When that is not a key.
    pub fn numbered(name: &str, index: u8) -> Result<Self, Error> {
        format!("{name}{index}").parse()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match key(text) {
            Ok(("", found)) => Ok(Self(found.to_owned())),
            _ => Err(Cause::Key.into()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that can be written: not empty, no control character, no blank at either end (the
/// reader removes those).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfigValue(String);

impl ConfigValue {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConfigValue {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some((offset, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return Err(Cause::ControlInValue { offset }.into());
        }
        if text.is_empty() {
            return Err(Cause::EmptyValue.into());
        }
        if text.trim() != text {
            return Err(Cause::BlankAroundValue.into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// One `key: value` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The key.
    pub key: &'a str,
    /// The value, without blanks around it.
    pub value: &'a str,
    /// The line's number, from 1.
    pub line: u32,
}

/// Subject of a section of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// Before the first header: the machine as it is.
    Current,
    /// `[PENDING]`: changes that wait for the next start.
    Pending,
    /// `[special:NAME]`: cloudinit, fleecing.
    Special(String),
    /// `[NAME]`: a snapshot.
    Snapshot(String),
    /// Another header, whose lines Proxmox VE ignores.
    Unknown,
}

/// A section: its kind, the line of its header, and its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Section<'a> {
    /// Its subject.
    pub kind: SectionKind,
    /// The header's line, from 1; `None` for the current section.
    pub header_line: Option<u32>,
    /// Its entries in the order of the file.
    pub entries: Vec<Entry<'a>>,
}

/// A virtual machine's configuration.
///
/// ```
/// use hvconf::proxmox::VmConfig;
/// let mut config = VmConfig::parse("cores: 4\n\n[snap]\ncores: 2\n");
/// config.set(&"balloon".parse()?, &"0".parse()?);
/// assert_eq!(config.to_string(), "cores: 4\nballoon: 0\n\n[snap]\ncores: 2\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmConfig {
    // Each with its line end; joined they are the text.
    lines: Vec<String>,
}

impl VmConfig {
    /// The document of any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        Self { lines }
    }

    /// Number of lines before the first section header.
    fn current_end(&self) -> usize {
        let header = self.lines.iter().position(|line| header(line).is_some());
        header.unwrap_or(self.lines.len())
    }

    /// The entries of the current section in the order of the file.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = Entry<'_>> {
        let numbered = (1u32..=u32::MAX).zip(&self.lines);
        let entries: Vec<_> = numbered
            .take(self.current_end())
            .filter_map(|(line, text)| entry(text, line))
            .collect();
        entries.into_iter()
    }

    /// All sections, the current one first.
    #[must_use]
    pub fn sections(&self) -> Vec<Section<'_>> {
        let mut kind = SectionKind::Current;
        let mut header_line = None;
        let mut entries = Vec::new();
        let mut sections = Vec::new();
        for (line, text) in (1u32..=u32::MAX).zip(&self.lines) {
            if let Some(next) = header(text) {
                sections.push(Section {
                    kind: core::mem::replace(&mut kind, next),
                    header_line: header_line.replace(line),
                    entries: core::mem::take(&mut entries),
                });
            } else {
                entries.extend(entry(text, line));
            }
        }
        sections.push(Section {
            kind,
            header_line,
            entries,
        });
        sections
    }

    /// The entry of `key` that takes effect in the current section: the last one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Entry<'_>> {
        self.entries().rfind(|entry| entry.key == key)
    }

    /// The task that locks the VM (`lock: backup`), if any: no other task may change the file then.
    #[must_use]
    pub fn lock(&self) -> Option<Entry<'_>> {
        self.get("lock")
    }

    /// Whether the current section has a key that Proxmox VE writes for each VM: an excerpt, such
    /// as one line in a forum post, has none, and does not prove that a key is missing. People
    /// type `memory` into excerpts, too, but not in the alphabetical order of the file, to which
    /// assignments may have been added.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let has = |key: &str| self.get(key).is_some();
        let keys = || self.entries().map(|entry| entry.key);
        let is_sorted = || keys().filter(|key| !key.starts_with("hostpci")).is_sorted();
        ["ostype", "boot", "scsihw", "smbios1"].into_iter().any(has) || has("memory") && is_sorted()
    }

    /// Whether the current section proves that `key` is not set. Proxmox VE writes keys in
    /// alphabetical order, so a text that ends before the place of `key` may be truncated.
    ///
    /// ```
    /// use hvconf::proxmox::VmConfig;
    /// let config = VmConfig::parse("bios: ovmf\nboot: order=ide0\nide0: none\n");
    /// assert!(config.lacks("cpu"));
    /// assert!(!config.lacks("machine"));
    /// ```
    #[must_use]
    pub fn lacks(&self, key: &str) -> bool {
        let keys: Vec<&str> = self.entries().map(|entry| entry.key).collect();
        let is_truncated = keys.is_sorted() && keys.last().is_none_or(|last| *last < key);
        self.get(key).is_none() && self.is_complete() && !is_truncated
    }

    /// Sets `key` in the current section: in place where it is, the last of
    /// several; else as a new line at the section's end.
    pub fn set(&mut self, key: &Key, value: &ConfigValue) {
        let end = self.current_end();
        for line in self.lines.iter_mut().take(end).rev() {
            if let Some(found) = key_value(line).filter(|found| found.key == key.0) {
                let before = line.get(..found.start).unwrap_or_default();
                let after = line.get(found.start + found.value.len()..);
                *line = format!("{before}{}{}", value.0, after.unwrap_or_default());
                return;
            }
        }
        let line_end = match self.lines.first() {
            Some(line) if line.ends_with("\r\n") => "\r\n",
            _ => "\n",
        };
        let at = self.end_of_content(end);
        self.lines
            .insert(at, format!("{key}: {}{line_end}", value.0));
    }

    /// Where a line can be put in: after the last line that says something,
    /// before it when it has no line end (so that it stays the one without).
    fn end_of_content(&self, end: usize) -> usize {
        let says = |line: &String| !line.trim().is_empty();
        match self.lines.iter().take(end).rposition(says) {
            Some(last)
                if self
                    .lines
                    .get(last)
                    .is_some_and(|line| line.ends_with('\n')) =>
            {
                last + 1
            }
            Some(last) => last,
            None => 0,
        }
    }

    /// Removes every line of `key` from the current section.
    pub fn unset(&mut self, key: &Key) {
        let end = self.current_end();
        let mut index = 0;
        self.lines.retain(|line| {
            let current = index < end;
            index += 1;
            !(current && key_value(line).is_some_and(|found| found.key == key.0))
        });
    }
}

impl fmt::Display for VmConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| f.write_str(line))
    }
}

type Parsed<'a> = nom::IResult<&'a str, &'a str>;

fn key(text: &str) -> Parsed<'_> {
    let letters = verify(
        take_while1(|c: char| c.is_ascii_lowercase() || c == '-' || c == '_'),
        |letters: &str| letters.starts_with(|c: char| c.is_ascii_lowercase()),
    );
    recognize((letters, take_while(|c: char| c.is_ascii_digit()))).parse(text)
}

fn blank(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\x0b'
}

struct KeyValue<'a> {
    key: &'a str,
    value: &'a str,
    // Byte offset of the value in the line.
    start: usize,
}

fn key_value(line: &str) -> Option<KeyValue<'_>> {
    let (rest, (key, _, _)) = (key, char(':'), take_while(blank)).parse(line).ok()?;
    let value = rest.trim_end_matches(blank);
    (!value.is_empty()).then(|| KeyValue {
        key,
        value,
        start: line.len() - rest.len(),
    })
}

fn entry(text: &str, line: u32) -> Option<Entry<'_>> {
    key_value(text).map(|found| Entry {
        key: found.key,
        value: found.value,
        line,
    })
}

fn header(line: &str) -> Option<SectionKind> {
    let inner = line.trim_end_matches(blank).strip_prefix('[')?;
    let name = inner.strip_suffix(']').filter(|name| !name.contains(']'))?;
    if name.eq_ignore_ascii_case("pending") {
        return Some(SectionKind::Pending);
    }
    let lower = name.to_ascii_lowercase();
    if let Some(special) = lower.strip_prefix("special:") {
        return Some(match special {
            "cloudinit" | "fleecing" => SectionKind::Special(special.to_owned()),
            _ => SectionKind::Unknown,
        });
    }
    let mut bytes = name.bytes();
    let snapshot = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && name.len() >= 2
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    Some(if snapshot {
        SectionKind::Snapshot(name.to_owned())
    } else {
        SectionKind::Unknown
    })
}

#[cfg(test)]
mod tests;
