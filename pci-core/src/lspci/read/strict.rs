//! Lines just as `lspci` prints them, told apart from damaged ones at little cost.
//!
//! What is not certain to be intact is left to the search for anchors and labels.

use memchr::{memchr, memchr_iter, memchr2};

use super::address_anchor::{Anchor, anchor_at, leading};
use super::class_names::ClassNames;
use super::digits::part;
use super::head::{ClassPart, PairPart, Place, class_part, pair_part};
use super::label::{Field, Label, labels, leading_label};
use super::value::{module_words, word};

/// The first line of a record, read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) anchor: Anchor,
    pub(super) class: ClassPart<'a>,
    pub(super) pair: PairPart<'a>,
}

/// The record's first line that `line` is, all of it.
pub(super) fn head<'a>(line: &'a str, names: &ClassNames) -> Option<Head<'a>> {
    let anchor = leading(line)?;
    let follows = line.get(anchor.end..)?;
    if !follows.starts_with(' ') || memchr2(b'\t', b'\r', follows.as_bytes()).is_some() {
        return None;
    }
    let class = class_part(follows, names, Place::LineStart)?;
    let rest = follows.get(class.end..)?;
    let pair = pair_part(rest);
    if pair.cut || has_anchor(follows) {
        return None;
    }
    if pair.id.is_none() || !pair.is_closed {
        // Up to where the name reaches nobody can say: what was glued to it?
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

/// The line below a first line that `line` is: one of a known label, all of it.
pub(super) fn field(line: &str) -> Option<Label> {
    let rest = line.strip_prefix('\t')?;
    if !rest.starts_with(|first: char| first.is_ascii_graphic()) {
        return None;
    }
    let label = leading_label(rest)?;
    let value = rest.get(label.end..)?;
    let intact = match label.field {
        Field::Driver => {
            let value = value.strip_prefix(' ')?;
            !value.is_empty() && word(value).len() == value.len()
        }
        Field::Modules => {
            let value = value.strip_prefix(' ')?;
            module_words(value).map(str::len).sum::<usize>() + 2 * commas(value) == value.len()
                && !value.is_empty()
        }
        _ => {
            memchr2(b'\t', b'\r', value.as_bytes()).is_none()
                && !has_anchor(value)
                && (memchr2(b':', b'!', value.as_bytes()).is_none()
                    || labels(rest).all(|found| found.start < label.end))
        }
    };
    intact.then_some(Label {
        field: label.field,
        start: label.start + 1,
        end: label.end + 1,
    })
}

/// Whether `line` is a line of a capability's details, all of it.
pub(super) fn is_detail(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("\t\t") else {
        return false;
    };
    let rest = rest.trim_start_matches(['\t', ' ']);
    if memchr(b'\r', rest.as_bytes()).is_some() || has_anchor(rest) {
        return false;
    }
    // The labels of registers (`Status:`) are those of lines, too: at the start.
    let own = leading_label(rest).map_or(0, |label| label.end);
    !has_label(part(rest, own, rest.len()))
}

fn commas(text: &str) -> usize {
    memchr_iter(b',', text.as_bytes()).count()
}

fn has_anchor(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(b'.', bytes).any(|dot| {
        dot.checked_sub(3).and_then(|at| bytes.get(at)) == Some(&b':')
            && anchor_at(text, dot).is_some()
    })
}

fn has_label(text: &str) -> bool {
    memchr2(b':', b'!', text.as_bytes()).is_some() && labels(text).next().is_some()
}
