//! Variables of a pasted shell script, such as `GPU=0000:01:00.0`, whose commands have `$GPU`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::LONGEST_LINE;

/// The most variables of a text.
const MOST: usize = 64;

/// The longest value, in bytes: an address, an ID or a path.
const LONGEST: usize = 128;

/// The variables that a text sets to plain values.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    /// No value where two assignments differ, or the shell works one out.
    values: BTreeMap<&'a str, Option<&'a str>>,
}

impl<'a> Variables<'a> {
    /// The variables of a text.
    pub(super) fn read(text: &'a str) -> Self {
        let mut values = BTreeMap::new();
        if !text.contains('$') {
            return Self { values };
        }
        for (name, value) in text.lines().filter_map(assignment) {
            if values.len() < MOST || values.contains_key(name) {
                let known = values.entry(name).or_insert(value);
                *known = value.filter(|value| *known == Some(*value));
            }
        }
        Self { values }
    }

    /// A line with the values of its variables.
    pub(super) fn expand<'b>(&self, line: &'b str) -> Cow<'b, str> {
        if self.values.is_empty() || !line.contains('$') {
            return Cow::Borrowed(line);
        }
        let mut parts = line.split('$');
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let inside = part.strip_prefix('{');
            let rest = inside.unwrap_or(part);
            let name = name(rest);
            let behind = rest.get(name.len()..).unwrap_or_default();
            // Names may be shorter than their values.
            if expanded.len() > LONGEST_LINE {
                return Cow::Borrowed(line);
            }
            let behind = match inside {
                Some(_) => behind.strip_prefix('}'),
                None => Some(behind),
            };
            let value = self.values.get(name).copied().flatten();
            if let (Some(value), Some(behind)) = (value, behind) {
                expanded.push_str(value);
                expanded.push_str(behind);
            } else {
                expanded.push('$');
                expanded.push_str(part);
            }
        }
        Cow::Owned(expanded)
    }
}

/// The name of a variable at the start of a text (POSIX.1-2017, 3.235 Name).
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let name = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        ""
    } else {
        name
    }
}

/// The name of a variable that a line sets, and the value, unless the shell works it out.
fn assignment(line: &str) -> Option<(&str, Option<&str>)> {
    let line = line.trim_start();
    for start in ["for ", "read -r ", "read "] {
        if let Some(rest) = line.strip_prefix(start) {
            let name = name(rest);
            return (!name.is_empty()).then_some((name, None));
        }
    }
    let starts = ["export ", "local ", "readonly "];
    let line = starts
        .iter()
        .find_map(|start| line.strip_prefix(start))
        .unwrap_or(line);
    let name = name(line);
    let value = line.get(name.len()..)?.strip_prefix('=')?;
    (!name.is_empty()).then(|| (name, plain(value)))
}

/// A value as it is written.
fn plain(value: &str) -> Option<&str> {
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split_once(quote)?.0,
        _ => value.split([' ', '\t', ';', '#']).next()?,
    };
    let is_plain =
        !value.is_empty() && value.len() <= LONGEST && !value.contains(['$', '`', '(', '*', '\\']);
    is_plain.then_some(value)
}

#[cfg(test)]
mod tests;
