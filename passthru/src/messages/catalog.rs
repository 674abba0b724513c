//! Reading of the catalog's files: stanzas of `key: value` lines.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use iommu::IommuStatus;

use super::{About, Circumstance, Fix, Line, Message};
use crate::packed::unpacked;
use crate::stanzas::{Entry, stanzas};
use crate::verdict::Verdict;

include!(concat!(env!("OUT_DIR"), "/blocks.rs"));

/// The messages of one file, and the text that they are of.
struct Block {
    messages: OnceLock<Vec<Message>>,
    text: OnceLock<String>,
}

/// The messages of the file with a number, which is unpacked for the first of them.
fn block(number: usize) -> &'static [Message] {
    static KNOWN: [Block; BLOCKS] = [const {
        Block {
            messages: OnceLock::new(),
            text: OnceLock::new(),
        }
    }; BLOCKS];
    let (Some(block), Some(packed)) = (KNOWN.get(number), PACKED.get(number)) else {
        return &[];
    };
    block.messages.get_or_init(|| {
        let text = block.text.get_or_init(|| unpacked(packed));
        let mut line = FIRSTS.get(number).copied().unwrap_or_default();
        let all = stanzas(text).into_iter();
        all.filter_map(|stanza| message(&stanza, &mut line))
            .collect()
    })
}

/// All messages, file by file.
pub fn all() -> impl Iterator<Item = &'static Message> + Clone {
    (0..BLOCKS).flat_map(block)
}

/// The message of the line with a number, from 0, and the line's pattern.
pub(super) fn line(number: usize) -> Option<(&'static Message, &'static str)> {
    let after = FIRSTS.partition_point(|first| *first <= number);
    block(after.checked_sub(1)?).iter().find_map(|message| {
        let mut lines = message.lines.iter();
        let line = lines.find(|line| line.number == number)?;
        Some((message, line.pattern))
    })
}

/// Whether a message has the code.
pub(crate) fn has_code(code: &str) -> bool {
    CODES.contains(&format!("\n{code}\n"))
}

/// The codes of messages that follow from another, each after that.
pub(crate) fn consequences() -> impl Iterator<Item = (&'static str, &'static str)> {
    FOLLOWS.lines().filter_map(|line| line.split_once(' '))
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

/// The message of a stanza; `number` is that of its first line, and then of the next message's.
fn message(stanza: &[Entry<'static>], number: &mut usize) -> Option<Message> {
    let one = |key: &str| {
        let found = stanza.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| kept(value.clone()))
    };
    let mut lines: Vec<Line> = Vec::new();
    for (key, value) in stanza {
        if *key == "line" {
            lines.push(Line {
                pattern: kept(value.clone()),
                number: *number,
                since: None,
                until: None,
            });
            *number += 1;
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
