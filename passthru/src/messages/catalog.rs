//! Reading of the catalog's files: stanzas of `key: value` lines.

use std::borrow::Cow;
#[cfg(not(target_family = "wasm"))]
use std::cmp::Ordering;
use std::sync::{LazyLock, OnceLock};

use iommu::IommuStatus;
use memchr::memmem;

use super::{About, Circumstance, Fix, Line, Message};
use crate::packed::unpacked;
use crate::stanzas::{Entry, stanzas};
use crate::verdict::Verdict;

include!(concat!(env!("OUT_DIR"), "/blocks.rs"));

/// The stanzas of one file, and the text that they are of.
struct Block {
    stanzas: OnceLock<Vec<Stanza>>,
    text: OnceLock<String>,
}

/// A stanza, whose message is read at its first use: a log has few of them.
struct Stanza {
    text: &'static str,
    /// The number of its first line.
    first: usize,
    message: OnceLock<Option<Message>>,
}

impl Stanza {
    fn message(&self) -> Option<&Message> {
        let read = || message(stanzas(self.text).first()?, self.first);
        self.message.get_or_init(read).as_ref()
    }
}

/// The stanzas of the file with a number, which is unpacked for the first of them.
fn block(number: usize) -> &'static [Stanza] {
    static KNOWN: [Block; BLOCKS] = [const {
        Block {
            stanzas: OnceLock::new(),
            text: OnceLock::new(),
        }
    }; BLOCKS];
    let (Some(block), Some(packed)) = (KNOWN.get(number), PACKED.get(number)) else {
        return &[];
    };
    block.stanzas.get_or_init(|| {
        let text = block.text.get_or_init(|| unpacked(packed));
        let first = FIRSTS.get(number).copied().unwrap_or_default();
        let all = text.split("\n\n").scan(first, |next, text| {
            let first = *next;
            *next += memmem::find_iter(text.as_bytes(), "\nline:").count();
            Some(Stanza {
                text,
                first,
                message: OnceLock::new(),
            })
        });
        all.collect()
    })
}

/// The text of each file.
#[cfg(target_family = "wasm")]
pub(crate) fn tables() -> impl Iterator<Item = String> {
    PACKED.iter().map(|packed| unpacked(packed))
}

/// All messages, file by file.
pub fn all() -> impl Iterator<Item = &'static Message> + Clone {
    let all = (0..BLOCKS).flat_map(block);
    all.filter_map(Stanza::message)
}

/// The message of the line with a number, from 0, and the line's pattern.
pub(super) fn line(number: usize) -> Option<(&'static Message, &'static str)> {
    let before = |count: usize| count.checked_sub(1);
    let block = block(before(FIRSTS.partition_point(|first| *first <= number))?);
    let at = before(block.partition_point(|stanza| stanza.first <= number))?;
    let message = block.get(at)?.message()?;
    let mut lines = message.lines.iter();
    let line = lines.find(|line| line.number == number)?;
    Some((message, line.pattern))
}

/// Whether a message has the code.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn has_code(code: &str) -> bool {
    let mut rest = CODES;
    while let Some((before, after)) = rest.split_at_checked(rest.len() / 2) {
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let Some(end) = after.find('\n').map(|end| before.len() + end) else {
            return false;
        };
        let middle = rest.get(start..end).unwrap_or_default();
        rest = match code.cmp(middle) {
            Ordering::Less => rest.get(..start).unwrap_or_default(),
            Ordering::Equal => return true,
            Ordering::Greater => rest.get(end + 1..).unwrap_or_default(),
        };
    }
    false
}

/// Whether a message has the code.
#[cfg(target_family = "wasm")]
pub(crate) fn has_code(code: &str) -> bool {
    use list_order::Inserts as _;
    static CODES: LazyLock<std::collections::BTreeSet<&str>> =
        LazyLock::new(|| all().map(|message| message.code).into_set());
    CODES.contains(code)
}

/// The codes of messages that follow from another, each after that.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn consequences() -> impl Iterator<Item = (&'static str, &'static str)> {
    FOLLOWS.lines().filter_map(|line| line.split_once(' '))
}

/// The codes of messages that follow from another, each after that.
#[cfg(target_family = "wasm")]
pub(crate) fn consequences() -> impl Iterator<Item = (&'static str, &'static str)> {
    all().flat_map(|message| message.follows.iter().map(|cause| (*cause, message.code)))
}

/// The source of the line with a number, from 0.
pub(super) fn source(number: usize) -> &'static str {
    static SOURCES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/message-sources.deflate"));
        unpacked(packed).lines().map(str::to_owned).collect()
    });
    SOURCES.get(number).map_or("", String::as_str)
}

/// A value for the life of the program: one line of the file, or lines joined once.
fn kept(value: Cow<'static, str>) -> &'static str {
    match value {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => Box::leak(text.into_boxed_str()),
    }
}

/// The message of a stanza, whose first line has the number.
fn message(stanza: &[Entry<'static>], first: usize) -> Option<Message> {
    let one = |key: &str| {
        let found = stanza.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| kept(value.clone()))
    };
    let mut lines: Vec<Line> = Vec::new();
    for (key, value) in stanza {
        if *key == "line" {
            lines.push(Line {
                pattern: kept(value.clone()),
                number: first + lines.len(),
                since: None,
                until: None,
            });
            continue;
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        match *key {
            "since" => line.since = Some(kept(value.clone())),
            "until" => line.until = Some(kept(value.clone())),
            _ => {}
        }
    }
    Some(Message {
        code: one("code")?,
        verdict: Verdict::from_word(one("verdict")?)?,
        named_verdict: match one("named") {
            None => None,
            Some(word) => Some(Verdict::from_word(word)?),
        },
        title: one("title")?,
        title_in_guest: one("in-guest"),
        usual: one("usual"),
        meaning: one("meaning")?,
        fix_if: {
            let fixes = stanza.iter().filter(|(key, _)| *key == "fix-if");
            let fixes: Option<Vec<_>> = fixes.map(|(_, text)| fix_if(text)).collect();
            fixes?
        },
        fix_in_guest: {
            let mut fixes = stanza.iter().filter(|(key, _)| *key == "fix-in-guest");
            fixes.next().and_then(|(_, text)| fix(text))
        },
        fix: {
            let mut fixes = stanza.iter().filter(|(key, _)| *key == "fix");
            fix(&fixes.next()?.1)?
        },
        about: match one("about") {
            None | Some("any") => About::Any,
            Some("assigned") => About::Assigned,
            Some("guest") => About::Guest,
            Some(_) => return None,
        },
        lines,
        is_general: one("general").is_some(),
        follows: one("follows").map_or_else(Vec::new, words),
        disputed_by: one("disputed-by").map_or_else(Vec::new, words),
        repair: one("repair"),
        proves: match one("proves") {
            None => None,
            Some("iommu-on") => Some(IommuStatus::Enabled),
            Some("iommu-off-in-firmware") => Some(IommuStatus::DisabledInFirmware),
            Some("iommu-off-in-kernel") => Some(IommuStatus::DisabledInKernel),
            Some(_) => return None,
        },
    })
}

fn words(text: &'static str) -> Vec<&'static str> {
    text.split_whitespace().collect()
}

/// A remedy behind the circumstance in which it fits.
fn fix_if(text: &str) -> Option<(Circumstance, Fix)> {
    let (word, rest) = text.split_once(' ')?;
    Some((Circumstance::of_word(word)?, fix(rest)?))
}

fn fix(text: &str) -> Option<Fix> {
    // A part of a joined text would be a pointer into its middle, which leak checkers report: each
    // part is stored separately.
    let own = |part: &str| kept(Cow::Owned(part.to_owned()));
    match text.split_once(' ') {
        None if text == "none" => Some(Fix::None),
        None if text == "plan" => Some(Fix::Plan),
        Some(("look", command)) => Some(Fix::Look(own(command))),
        Some(("step", step)) => {
            let (name, text) = step.split_once(": ")?;
            Some(Fix::Step {
                name: own(name),
                text: own(text),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
