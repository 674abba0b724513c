//! The stanzas of `data/messages`, `data/known-facts` and `data/checks.txt`: `key: value` lines, in the build and in
//! the program.

use std::borrow::Cow;

/// A key and its value, the lines that continue it joined by blanks.
pub(crate) type Entry<'a> = (&'a str, Cow<'a, str>);

/// The mark between the values of a record, a stanza that the build has put in one line.
pub(crate) const FIELD: u8 = 0x1f;

/// The stanzas of a text: an empty line ends one, two blanks continue a value.
pub(crate) fn stanzas(text: &str) -> Vec<Vec<Entry<'_>>> {
    let mut stanzas: Vec<Vec<Entry<'_>>> = Vec::new();
    let mut open = false;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        if let Some(more) = line.strip_prefix("  ") {
            if let Some((_, value)) = stanzas.last_mut().and_then(|stanza| stanza.last_mut()) {
                let value = value.to_mut();
                value.push(' ');
                value.push_str(more.trim());
            }
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        if !std::mem::replace(&mut open, true) {
            stanzas.push(Vec::new());
        }
        if let Some(stanza) = stanzas.last_mut() {
            stanza.push((key, Cow::Borrowed(value.trim())));
        }
    }
    stanzas
}

/// The value of a key, which the build has put in one line.
pub(crate) fn value(stanza: &[Entry<'static>], key: &str) -> Option<&'static str> {
    let found = stanza.iter().find(|(name, _)| *name == key);
    found.and_then(|(_, value)| match value {
        Cow::Borrowed(text) => Some(*text),
        Cow::Owned(_) => None,
    })
}
