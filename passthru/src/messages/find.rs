//! Finding of the catalog's messages in a line: one pass for all patterns.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use super::Message;
use super::anchor::{self, BUCKET_BITS};
use super::catalog::line;
use super::folded::Folded;

use list_order::Order as _;

include!(concat!(env!("OUT_DIR"), "/anchors.rs"));

/// A message in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match<'a> {
    /// The message.
    pub message: &'static Message,
    /// The text from the start of the line to the message.
    pub before: &'a str,
    /// The text from the message on.
    pub from: &'a str,
    /// The number of fixed characters of the pattern.
    pub(super) weight: usize,
}

/// One pattern, ready for matching.
struct Pattern {
    message: &'static Message,
    /// The fixed texts between the `*`, in lower case; none is empty.
    parts: Vec<String>,
    /// Whether the pattern starts with a `*`.
    is_open: bool,
    /// The number of characters of the fixed texts: of two patterns that fit the same
    /// words, the longer counts.
    weight: usize,
}

/// Length of a part of a line that is searched at once, in bytes: an error message, not a text
/// without line breaks.
const PART: usize = 4096;

/// Overlap of two parts of a longer line, in bytes.
const OVERLAP: usize = 512;

/// The tables of the search: [`anchor::Tables`].
#[derive(Clone, Copy)]
struct Search {
    anchors: &'static [u64],
    patterns: &'static [u16],
    buckets: &'static [u16],
    filter: &'static [u64],
}

#[cfg(not(target_family = "wasm"))]
fn search() -> Search {
    Search {
        anchors: &ANCHORS,
        patterns: &PATTERNS,
        buckets: &BUCKETS,
        filter: &FILTER,
    }
}

/// As the build makes them, which the page is without: they are large.
#[cfg(target_family = "wasm")]
fn search() -> Search {
    static TABLES: LazyLock<anchor::Tables> = LazyLock::new(tables);
    Search {
        anchors: &TABLES.anchors,
        patterns: &TABLES.patterns,
        buckets: &TABLES.buckets,
        filter: &TABLES.filter,
    }
}

/// The tables, from the places of the anchors in their patterns.
#[cfg(any(test, target_family = "wasm"))]
fn tables() -> anchor::Tables {
    let lines = super::catalog::all().flat_map(|message| &message.lines);
    let anchors = lines.zip(PLACES).filter_map(|(line, (start, length))| {
        let folded = Folded::new(line.pattern).text;
        let start = usize::from(start);
        let text = folded.as_bytes().get(start..start + usize::from(length))?;
        anchor::anchor(text, line.number)
    });
    anchor::Tables::new(anchors.collect())
}

/// The pattern with a number.
fn pattern(number: u16) -> Option<&'static Pattern> {
    static KNOWN: LazyLock<Vec<OnceLock<Option<Pattern>>>> = LazyLock::new(|| {
        let all = search().anchors.iter().map(|_| OnceLock::new());
        all.collect()
    });
    let number = usize::from(number);
    let made = || line(number).map(|(message, text)| Pattern::new(message, text));
    KNOWN.get(number)?.get_or_init(made).as_ref()
}

/// The numbers of the patterns whose anchor is in a folded text, each once, in order.
fn candidates(text: &str) -> Vec<u16> {
    let mut found = Vec::new();
    let search = search();
    let bytes = text.as_bytes();
    for eight in bytes.windows(8) {
        if let Some(eight) = eight.first_chunk() {
            search.add(u64::from_le_bytes(*eight), &mut found);
        }
    }
    // Shorter anchors may be at the end.
    let last = bytes
        .get(bytes.len().saturating_sub(7)..)
        .unwrap_or_default();
    for at in 0..last.len() {
        let end = last.get(at..).unwrap_or_default();
        let mut eight = [0; 8];
        for (byte, of_end) in eight.iter_mut().zip(end) {
            *byte = *of_end;
        }
        search.add(u64::from_le_bytes(eight), &mut found);
    }
    found
}

impl Search {
    /// Adds the patterns whose anchor is the first of eight bytes.
    fn add(self, eight: u64, found: &mut Vec<u16>) {
        let hash = anchor::hash(eight);
        let bits = self.filter.get(hash / 64);
        if bits.is_none_or(|bits| bits >> (hash % 64) & 1 == 0) {
            return;
        }
        let bucket = hash >> BUCKET_BITS;
        let end = self.buckets.get(bucket).copied().unwrap_or_default();
        let start = bucket.checked_sub(1);
        let start = start.and_then(|before| self.buckets.get(before));
        let start = start.copied().unwrap_or_default();
        let places = usize::from(start)..usize::from(end);
        let anchors = self.anchors.get(places.clone()).unwrap_or_default();
        let patterns = self.patterns.get(places).unwrap_or_default();
        for (bytes, packed) in anchors.iter().zip(patterns) {
            let (length, number) = anchor::unpacked(*packed);
            if (eight ^ bytes) << (64 - 8 * length) == 0 {
                // Few patterns: each is put in its place at once.
                if let Err(at) = found.binary_search(&number) {
                    found.insert(at, number);
                }
            }
        }
    }
}

/// The messages in `line`, in their order in the line. Case, the form of quotation marks and blanks
/// are ignored. Of overlapping messages, the one with the most fixed characters is returned.
///
/// ```
/// let found = passthru::messages::matches("vfio 0000:01:00.0: group 1 is not viable");
/// assert_eq!(found[0].message.code, "group-not-viable");
/// assert_eq!(found[0].before, "vfio 0000:01:00.0: ");
/// ```
#[must_use]
pub fn matches(line: &str) -> Vec<Match<'_>> {
    let found = in_line(line);
    if !found.is_empty() {
        return found;
    }
    // QEMU and libraries print an error's name, or its number.
    let Some(named) = with_error_name(line) else {
        return found;
    };
    let named = in_line(&named);
    let at_same_place = |found: Match<'_>| {
        let (before, from) = line.split_at_checked(found.before.len())?;
        Some(Match {
            message: found.message,
            before,
            from,
            weight: found.weight,
        })
    };
    named.into_iter().filter_map(at_same_place).collect()
}

/// Error numbers of Linux and their names in the C locale (include/uapi/asm-generic/
/// errno-base.h and errno.h; strerror(3)).
const ERRORS: [(u32, &str); 14] = [
    (1, "Operation not permitted"),
    (2, "No such file or directory"),
    (5, "Input/output error"),
    (6, "No such device or address"),
    (12, "Cannot allocate memory"),
    (13, "Permission denied"),
    (14, "Bad address"),
    (16, "Device or resource busy"),
    (17, "File exists"),
    (19, "No such device"),
    (22, "Invalid argument"),
    (25, "Inappropriate ioctl for device"),
    (28, "No space left on device"),
    (95, "Operation not supported"),
];

/// Fixed characters of a pattern below which a `*` stands for a name, not for any text.
const SHORT: usize = 16;

/// The most blanks in a name.
const MOST_BLANKS: usize = 3;

/// The line with the name of an error in the place of its number, `failed: -22`.
fn with_error_name(line: &str) -> Option<String> {
    let line = line.get(..boundary(line, PART))?;
    let at = line.find(": -")? + ": ".len();
    let (before, rest) = line.split_at_checked(at)?;
    let number = rest.strip_prefix('-')?;
    let end = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(number.len());
    let (digits, after) = number.split_at_checked(end)?;
    let number: u32 = digits.parse().ok()?;
    let (_, name) = ERRORS.iter().find(|(known, _)| *known == number)?;
    Some(format!("{before}{name}{after}"))
}

fn in_line(line: &str) -> Vec<Match<'_>> {
    let mut found: Vec<Match<'_>> = Vec::new();
    let mut start = 0;
    loop {
        let end = boundary(line, start + PART);
        in_part(line, start..end, &mut found);
        if end == line.len() {
            let is_special = |found: &Match<'_>| !found.message.is_general;
            if found.iter().any(is_special) || line.contains("warning:") {
                found.retain(is_special);
            }
            return found;
        }
        start = boundary(line, end - OVERLAP);
    }
}

/// The last place up to `at` at which no character is cut.
fn boundary(line: &str, at: usize) -> usize {
    let at = at.min(line.len());
    (0..=at)
        .rev()
        .find(|at| line.is_char_boundary(*at))
        .unwrap_or_default()
}

fn in_part<'a>(line: &'a str, part: Range<usize>, into: &mut Vec<Match<'a>>) {
    let Some(text) = line.get(part.clone()) else {
        return;
    };
    let folded = Folded::new(text);
    let candidates = candidates(&folded.text).into_iter().filter_map(pattern);
    let mut found: Vec<(Range<usize>, &Pattern)> = candidates
        .filter_map(|pattern| Some((pattern.find(&folded.text)?, pattern)))
        .collect();
    if found.is_empty() {
        return;
    }
    // A general message yields to a specific one.
    found.order_by_key(|(span, pattern)| {
        let is_general = pattern.message.is_general;
        (is_general, Reverse(pattern.weight), span.start)
    });
    let mut kept: Vec<(Range<usize>, &Pattern)> = Vec::new();
    for (span, pattern) in found {
        let overlaps = |known: &Range<usize>| known.start < span.end && span.start < known.end;
        if !kept.iter().any(|(known, _)| overlaps(known)) {
            kept.push((span, pattern));
        }
    }
    kept.order_by_key(|(span, _)| span.start);
    for (span, pattern) in kept {
        let at = part.start + folded.place(span.start);
        let (before, from) = line.split_at_checked(at).unwrap_or(("", line));
        // The parts of a long line overlap.
        let is_known = |known: &Match<'_>| {
            std::ptr::eq(known.message, pattern.message) && known.before.len() == before.len()
        };
        if !into.iter().any(is_known) {
            into.push(Match {
                message: pattern.message,
                before,
                from,
                weight: pattern.weight,
            });
        }
    }
}

impl Pattern {
    fn new(message: &'static Message, text: &str) -> Self {
        let folded = Folded::new(text).text;
        let parts = folded.split('*').filter(|part| !part.is_empty());
        Self {
            message,
            parts: parts.map(str::to_owned).collect(),
            is_open: text.starts_with('*'),
            weight: text.bytes().filter(|byte| *byte != b'*').count(),
        }
    }

    /// The first place in `line`, which is folded, that has the pattern.
    ///
    /// The earliest place of the first fixed text is enough: a `*` may be any text.
    fn find(&self, line: &str) -> Option<Range<usize>> {
        let mut parts = self.parts.iter();
        let first = parts.next()?;
        let start = if self.is_open {
            line.find(first.as_str())?
        } else {
            at_word(line, first)?
        };
        let mut end = start + first.len();
        for part in parts {
            let gap = line.get(end..)?.find(part.as_str())?;
            let between = line.get(end..end + gap)?;
            // `Domain win10 started` is a message, `the domain is always the second that is
            // started` a sentence.
            if self.weight < SHORT && between.matches(' ').count() > MOST_BLANKS {
                return None;
            }
            end += gap + part.len();
        }
        Some(start..end)
    }
}

/// The first place of `text` in `line` that is not inside a word.
fn at_word(line: &str, text: &str) -> Option<usize> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    let starts_word = text.bytes().next().is_some_and(is_word);
    let mut places = line.match_indices(text).map(|(at, _)| at);
    places.find(|at| {
        let before = at.checked_sub(1).and_then(|at| line.as_bytes().get(at));
        !starts_word || !before.is_some_and(|byte| is_word(*byte))
    })
}

#[cfg(test)]
mod tests;
