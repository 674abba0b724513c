//! `/etc/vmware/passthru.map`: how ESXi resets which device.
//!
//! The grammar is that of the file's header comment: vendor id and device id in four hex digits
//! (`ffff` for any), reset method, and whether functions of the device may go to different
//! guests.

use core::fmt;
use std::collections::BTreeMap;

use host_tree::{Evidence, numbered_lines};
use nom::Parser;
use nom::bytes::complete::{take_till1, take_while};
use nom::sequence::preceded;

/// The reset method of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResetMethod {
    /// `flr`: a function level reset.
    Flr,
    /// `d3d0`: power state D3hot and back.
    D3d0,
    /// `link`: the link goes down and up.
    Link,
    /// `bridge`: a secondary bus reset.
    Bridge,
    /// `default`: ESXi chooses.
    Default,
}

impl ResetMethod {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flr => "flr",
            Self::D3d0 => "d3d0",
            Self::Link => "link",
            Self::Bridge => "bridge",
            Self::Default => "default",
        }
    }

    /// The method that `word` names in the file.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Flr,
            Self::D3d0,
            Self::Link,
            Self::Bridge,
            Self::Default,
        ]
        .into_iter()
        .find(|method| method.as_str() == word)
    }
}

/// Whether functions of one device may be assigned to different guests. This is not a switch of
/// the reset method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FptShareable {
    /// `true`.
    Yes,
    /// `false`.
    No,
    /// `default`.
    Default,
}

/// The device that an entry is about; `None` is `ffff`, any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MapId {
    /// The vendor id.
    pub vendor: Option<u16>,
    /// The device id.
    pub device: Option<u16>,
}

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapEntry {
    /// The device.
    pub id: MapId,
    /// Its reset method.
    pub reset: ResetMethod,
    /// Whether its functions may be shared among guests.
    pub shareable: FptShareable,
    /// Its line, from 1.
    pub line: u32,
}

/// A line that is not an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapIssue {
    /// The expected form.
    pub expected: &'static str,
    /// The word as written; empty at the line's end.
    pub found: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for MapIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            expected,
            found,
            line,
        } = self;
        write!(f, "expected {expected}, found {found:?} on line {line}")
    }
}

/// Two or more entries of one ID with different reset methods: only one of them can take effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The id.
    pub id: MapId,
    /// Its entries in the order of the file: at least two.
    pub entries: Vec<MapEntry>,
}

/// A `passthru.map`, read.
///
/// ```
/// use hvconf::esxi::PassthruMap;
/// let map = PassthruMap::parse("10de 2803 bridge false\n10de 2803 link false\n");
/// let conflicts = map.conflicts();
/// assert_eq!(conflicts[0].entries[1].line, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassthruMap {
    /// The entries in the order of the file.
    pub entries: Vec<MapEntry>,
    /// The lines that are neither entry nor comment nor blank.
    pub faults: Vec<MapIssue>,
}

impl PassthruMap {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut map = Self {
            entries: Vec::new(),
            faults: Vec::new(),
        };
        for (line, content) in numbered_lines(text) {
            let content = content.split('#').next().unwrap_or_default();
            if content.trim().is_empty() {
                continue;
            }
            match entry(content, line) {
                Ok(entry) => map.entries.push(entry),
                Err(fault) => map.faults.push(fault),
            }
        }
        map
    }

    /// IDs with several reset methods, in order of ID.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut by_id: BTreeMap<MapId, Vec<MapEntry>> = BTreeMap::new();
        for entry in &self.entries {
            by_id.entry(entry.id).or_default().push(*entry);
        }
        let conflicts = by_id.into_iter().filter(|(_, entries)| {
            let first = entries.first().map(|entry| entry.reset);
            entries.iter().any(|entry| Some(entry.reset) != first)
        });
        conflicts
            .map(|(id, entries)| Conflict { id, entries })
            .collect()
    }

    /// The entry's line of `text`, as it is in the file at `path`.
    #[must_use]
    pub fn evidence(path: &str, text: &str, entry: &MapEntry) -> Option<Evidence> {
        let (_, content) = numbered_lines(text).find(|(line, _)| *line == entry.line)?;
        Some(Evidence::new(path, entry.line, content))
    }
}

fn word(text: &str) -> nom::IResult<&str, &str> {
    let blank = |c: char| c.is_ascii_whitespace();
    preceded(take_while(blank), take_till1(blank)).parse(text)
}

fn entry(content: &str, line: u32) -> Result<MapEntry, MapIssue> {
    let mut rest = content;
    let mut next = || match word(rest) {
        Ok((left, word)) => {
            rest = left;
            word
        }
        Err(_) => "",
    };
    let fault = |expected, found: &str| MapIssue {
        expected,
        found: found.to_owned(),
        line,
    };
    let vendor = next();
    let vendor = id(vendor).ok_or_else(|| fault("a vendor id of four hex digits", vendor))?;
    let device = next();
    let device = id(device).ok_or_else(|| fault("a device id of four hex digits", device))?;
    let reset = next();
    let method = ResetMethod::from_word(reset)
        .ok_or_else(|| fault("a reset method: flr, d3d0, link, bridge or default", reset))?;
    let shareable = match next() {
        "true" => FptShareable::Yes,
        "false" => FptShareable::No,
        "default" => FptShareable::Default,
        other => return Err(fault("true, false or default", other)),
    };
    match next() {
        "" => Ok(MapEntry {
            id: MapId { vendor, device },
            reset: method,
            shareable,
            line,
        }),
        other => Err(fault("the end of the line", other)),
    }
}

/// An id; inside it `None` for the wildcard `ffff`.
fn id(text: &str) -> Option<Option<u16>> {
    let hex = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = hex.then(|| u16::from_str_radix(text, 16).ok()).flatten()?;
    Some((value != 0xffff).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "# passthrough attributes for devices\n\n8086 ffff d3d0 default\n\
        10de 2803 bridge false\n10de 2803 link false # again\n10DE 2803 d3d0 false\r\n\
        10de 2d04 flr true\n10de 2d04 flr false";

    #[test]
    fn one_id_with_several_methods_is_a_conflict() {
        let map = PassthruMap::parse(SAMPLE);
        assert_eq!(map.faults, []);
        assert_eq!(map.entries.len(), 6);
        assert_eq!(map.entries[0].id.device, None);
        let conflicts = map.conflicts();
        assert_eq!(conflicts.len(), 1);
        let lines: Vec<_> = conflicts[0]
            .entries
            .iter()
            .map(|entry| entry.line)
            .collect();
        assert_eq!(lines, [4, 5, 6]);
        let evidence = PassthruMap::evidence("/etc/vmware/passthru.map", SAMPLE, &map.entries[2]);
        assert_eq!(evidence.unwrap().text, "10de 2803 link false # again");
    }

    #[test]
    fn faults_name_the_word_and_the_line() {
        let fault = |text: &str| PassthruMap::parse(text).faults[0].to_string();
        assert_eq!(
            fault("\n10de:2803 link false"),
            "expected a vendor id of four hex digits, found \"10de:2803\" on line 2"
        );
        assert!(fault("10de 280 link false").contains("device id"));
        assert!(fault("10de 2803 off false").contains("reset method"));
        assert!(fault("10de 2803 link").ends_with("default, found \"\" on line 1"));
        assert!(fault("10de 2803 link false x").contains("end of the line"));
    }

    #[test]
    fn truncated_texts_do_not_panic() {
        for end in 0..=SAMPLE.len() {
            let text = SAMPLE.get(..end).unwrap();
            let map = PassthruMap::parse(text);
            assert!(map.entries.len() + map.faults.len() <= text.lines().count());
        }
    }

    #[test]
    fn changed_texts_do_not_panic() {
        let mut numbers = testkit::Random::new(0x51ed_2701_9abc_4433);
        for _ in 0..3000 {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            for _ in 0..4 {
                let state = numbers.number();
                let at = usize::try_from(state % bytes.len() as u64).unwrap();
                bytes[at] = b"#\n\r f1- \t"[usize::try_from((state >> 32) % 9).unwrap()];
            }
            let text = std::str::from_utf8(&bytes).unwrap();
            let map = PassthruMap::parse(text);
            assert!(map.entries.len() + map.faults.len() <= text.lines().count());
            let all: usize = map.conflicts().iter().map(|c| c.entries.len()).sum();
            assert!(all <= map.entries.len());
        }
    }
}
