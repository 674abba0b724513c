//! JSON documents in a text with prompts and prose.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::lines::{lines, offset_in};

/// The text with closing brackets appended to its last document if that was cut, after the last
/// complete value. Offsets are unchanged.
///
/// A value at the cut may be incomplete: it is dropped.
pub(super) fn closed(text: &str) -> Cow<'_, str> {
    let first = lines(text).find(|line| line.text.starts_with(['[', '{']));
    let start = first.map_or(text.len(), |line| offset_in(text, line.text));
    let body = text.get(start..).unwrap_or_default();
    let mut open: Vec<char> = Vec::new();
    // End of the last complete value, and the open brackets there.
    let mut whole = (0, 0);
    let (mut in_string, mut is_escaped) = (false, false);
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push('}'),
            b'[' => open.push(']'),
            b'}' | b']' => {
                open.pop();
                whole = (at + 1, open.len());
            }
            b',' => whole = (at, open.len()),
            _ => {}
        }
    }
    let (end, depth) = whole;
    let (Some(kept), Some(open), false) = (text.get(..start + end), open.get(..depth), depth == 0)
    else {
        return Cow::Borrowed(text);
    };
    let mut closed = kept.to_owned();
    closed.extend(open.iter().rev());
    Cow::Owned(closed)
}

/// Limit of candidate document starts: each may cost a pass over the text.
const MAX_TRIES: usize = 8;

/// The objects of the first document in the text, one or an array of them, and of the following
/// documents that are separated only by commas, as in old program versions.
pub(super) fn objects<'a, T: Deserialize<'a>>(text: &'a str) -> Vec<T> {
    let mut tries = 0;
    for line in lines(text).filter(|line| line.text.starts_with(['[', '{'])) {
        let start = offset_in(text, line.text);
        let mut found = Vec::new();
        let mut rest = text.get(start..).unwrap_or_default();
        while let Some(length) = next(rest, &mut found) {
            rest = rest
                .get(length..)
                .unwrap_or_default()
                .trim_start()
                .trim_start_matches(',')
                .trim_start();
            if !rest.starts_with('{') {
                break;
            }
        }
        tries += 1;
        if !found.is_empty() || tries == MAX_TRIES {
            return found;
        }
    }
    Vec::new()
}

/// Parses the document at the start of `text`. Returns its length.
fn next<'a, T: Deserialize<'a>>(text: &'a str, found: &mut Vec<T>) -> Option<usize> {
    if text.starts_with('[') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Vec<T>>();
        found.extend(values.next()?.ok()?);
        return Some(values.byte_offset());
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    found.push(values.next()?.ok()?);
    Some(values.byte_offset())
}

/// The string in a value.
pub(super) fn string(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

/// The strings in a value that is a string or an array of strings.
pub(super) fn strings(raw: Option<&RawValue>) -> Vec<String> {
    let Some(raw) = raw else { return Vec::new() };
    serde_json::from_str(raw.get())
        .or_else(|_| serde_json::from_str(raw.get()).map(|one| [one].into()))
        .unwrap_or_default()
}
