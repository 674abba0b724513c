//! JSON documents in a text, with prompts and prose around them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::lines::{lines, offset_in};

/// How many beginnings of a document are tried: each may cost a pass over the text.
const MOST_TRIES: usize = 8;

/// The objects of the first document in the text, one or an array of them, and of
/// those that follow it with nothing but commas between, as old versions of
/// programs print them.
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
        if !found.is_empty() || tries == MOST_TRIES {
            return found;
        }
    }
    Vec::new()
}

/// Reads the document at the start of `text` and gives its length.
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

/// The string that a value is.
pub(super) fn string(raw: Option<&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}

/// The strings of a value that is one or an array of them.
pub(super) fn strings(raw: Option<&RawValue>) -> Vec<String> {
    let Some(raw) = raw else { return Vec::new() };
    serde_json::from_str(raw.get())
        .or_else(|_| serde_json::from_str(raw.get()).map(|one| [one].into()))
        .unwrap_or_default()
}
