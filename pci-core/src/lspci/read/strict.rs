//! Lines in lspci's exact form, recognized cheaply.
//!
//! Lines that are not certainly intact are left to the search for anchors and labels.

use memchr::{memchr_iter, memchr2, memchr2_iter, memchr3_iter};

use super::address_anchor::{Anchor, anchor_at, leading};
use super::digits::{bracketed_pair_at, part};
use super::head::{ClassPart, PairPart, Place, class_part, pair_before, pair_part};
use super::label::{Field, Label, label_at, labels, leading_label};
use super::value::{is_module_list, is_word, module_words};
use crate::hex_digit::hex2;

/// A parsed first line of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) anchor: Anchor,
    pub(super) class: ClassPart<'a>,
    pub(super) pair: PairPart<'a>,
}

/// Parses `line` as the complete first line of a record.
pub(super) fn head<'a>(line: &'a str) -> Option<Head<'a>> {
    let anchor = leading(line)?;
    let follows = line.get(anchor.end..)?;
    let bytes = Bytes::of(follows);
    if !follows.starts_with(' ') || bytes.tabs || bytes.returns {
        return None;
    }
    let class = class_part(follows, Place::LineStart)?;
    let rest = follows.get(class.end..)?;
    if let Some(pair) = plain_pair(rest).filter(|_| bytes.marks == 2) {
        return Some(Head {
            anchor,
            class,
            pair,
        });
    }
    let pair = pair_part(rest);
    if pair.cut || has_anchor(follows) {
        return None;
    }
    if pair.id.is_none() || !pair.is_closed {
        // The end of the name is ambiguous if other text was joined to it.
        let foreign = memchr2(b'$', b'@', rest.as_bytes()).is_some() || rest.contains("lspci");
        if pair.id.is_some() || foreign {
            return None;
        }
    }
    (!has_label(rest)).then_some(Head {
        anchor,
        class,
        pair,
    })
}

/// The text after the class's colon in a `-nn` line without a programming interface. If the line
/// has only the colons of the class and of the IDs, it contains no address, no label and no other
/// IDs.
fn plain_pair(rest: &str) -> Option<PairPart<'_>> {
    // A blank after the class's colon: it is not that of an address.
    let names = rest.strip_prefix(' ')?;
    let revised = names.as_bytes().last_chunk().and_then(|tail| match *tail {
        [b' ', b'(', b'r', b'e', b'v', b' ', a, b, b')'] => hex2([a, b]),
        _ => None,
    });
    let end = if revised.is_some() {
        names.len().checked_sub(" (rev 00)".len())?
    } else {
        names.len()
    };
    let open = bracketed_pair_at(names, end.checked_sub("0000]".len() + 1)?)?;
    Some(PairPart {
        revision: revised,
        is_closed: true,
        ..pair_before(names, open)
    })
}

/// Properties of a part of a line, computed in one pass without branches.
#[derive(Clone, Copy, Debug, Default)]
struct Bytes {
    /// Number of colons and exclamation marks, of which labels and addresses have one each. Valid
    /// up to 255.
    marks: usize,
    /// Whether it contains a tab.
    tabs: bool,
    /// Whether it contains a carriage return.
    returns: bool,
}

impl Bytes {
    fn of(text: &str) -> Self {
        let (mut marks, mut tabs, mut returns) = ([0_u8; LANES], [0_u8; LANES], [0_u8; LANES]);
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let (bytes, after) = match rest.split_first_chunk() {
                Some((bytes, after)) => (*bytes, after),
                None => (end_of(text.as_bytes(), rest.len()), &[][..]),
            };
            rest = after;
            for ((mark, tab), (end, byte)) in marks
                .iter_mut()
                .zip(&mut tabs)
                .zip(returns.iter_mut().zip(bytes))
            {
                *mark = mark.saturating_add(u8::from((byte == b':') | (byte == b'!')));
                *tab |= u8::from(byte == b'\t');
                *end |= u8::from(byte == b'\r');
            }
        }
        Self {
            marks: sum(marks),
            tabs: tabs != [0; LANES],
            returns: returns != [0; LANES],
        }
    }
}

/// Bytes per step: the size of a vector register of any processor.
const LANES: usize = 16;

/// The last `count` bytes, fewer than a step, followed by zeros.
fn end_of(bytes: &[u8], count: usize) -> [u8; LANES] {
    if let Some(last) = bytes.last_chunk() {
        // Those before them go.
        let before = u32::try_from(8 * LANES.saturating_sub(count)).unwrap_or(0);
        return u128::from_le_bytes(*last)
            .checked_shr(before)
            .unwrap_or(0)
            .to_le_bytes();
    }
    let mut padded = [0; LANES];
    for (place, byte) in padded.iter_mut().zip(bytes) {
        *place = *byte;
    }
    padded
}

/// The sum of the bytes.
fn sum(bytes: [u8; LANES]) -> usize {
    const EVEN: u64 = u64::from_le_bytes([0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0]);
    // The sum of four numbers of 16 bits comes together in the highest.
    const TOGETHER: u64 = u64::from_le_bytes([1, 0, 1, 0, 1, 0, 1, 0]);
    let half = |eight: &[u8]| {
        let eight = u64::from_le_bytes(eight.first_chunk().copied().unwrap_or_default());
        ((eight & EVEN) + (eight >> 8 & EVEN)).wrapping_mul(TOGETHER) >> 48
    };
    let all: u64 = bytes.chunks_exact(8).map(half).sum();
    usize::try_from(all).unwrap_or(usize::MAX)
}

/// Parses `line` as the complete line of a known label.
pub(super) fn field(line: &str) -> Option<Label> {
    let rest = line.strip_prefix('\t')?;
    if !rest.as_bytes().first()?.is_ascii_graphic() {
        return None;
    }
    let label = leading_label(rest)?;
    let value = rest.get(label.end..)?;
    let intact = match label.field {
        Field::Driver => {
            let value = value.strip_prefix(' ')?;
            is_word(value)
        }
        Field::Modules => {
            let value = value.strip_prefix(' ')?;
            is_module_list(value)
                || module_words(value).map(str::len).sum::<usize>() + 2 * commas(value)
                    == value.len()
                    && !value.is_empty()
        }
        _ => {
            memchr2(b'\t', b'\r', value.as_bytes()).is_none()
                && memchr2_iter(b':', b'!', value.as_bytes()).all(|mark| {
                    let found = label_at(rest, label.end + mark);
                    !is_anchor(value, mark) && found.is_none_or(|found| found.start < label.end)
                })
        }
    };
    intact.then_some(Label {
        field: label.field,
        start: label.start + 1,
        end: label.end + 1,
    })
}

/// Whether `line` is a complete line of a capability's details.
pub(super) fn is_detail(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("\t\t") else {
        return false;
    };
    let rest = rest.trim_start_matches(['\t', ' ']);
    let mut marks = memchr3_iter(b':', b'!', b'\r', rest.as_bytes()).peekable();
    if marks.peek().is_none() {
        return true;
    }
    // Register labels (`Status:`) are line labels too, at the start.
    let own = leading_label(rest).map_or(0, |label| label.end);
    let after = part(rest, own, rest.len());
    marks.all(|mark| {
        let is_label = mark
            .checked_sub(own)
            .is_some_and(|mark| label_at(after, mark).is_some());
        !is_label && !is_anchor(rest, mark) && rest.as_bytes().get(mark) != Some(&b'\r')
    })
}

fn commas(text: &str) -> usize {
    memchr_iter(b',', text.as_bytes()).count()
}

/// Whether the colon at `colon` belongs to an address that may start a record.
fn is_anchor(text: &str, colon: usize) -> bool {
    text.as_bytes().get(colon + 3) == Some(&b'.') && anchor_at(text, colon + 3).is_some()
}

fn has_anchor(text: &str) -> bool {
    memchr_iter(b':', text.as_bytes()).any(|colon| is_anchor(text, colon))
}

fn has_label(text: &str) -> bool {
    labels(text).next().is_some()
}
