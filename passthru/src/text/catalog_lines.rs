//! The lines of `catalogs/`, of which a build makes the catalogs that it embeds.

use std::fmt::Write as _;

use super::packed_catalog::{PART_END, RECORD_END, push_key};

/// The catalog of lines, each of columns with tabs between them: the key of a sentence without
/// values and nothing, or a sentence with values and its plural; then the translations by plural
/// form. `\n`, `\t` and `\\` are the end of a line, a tab and a backslash.
///
/// The keys are in one place, where digits between sentences would not pack as well.
pub(super) fn packed(lines: &str) -> String {
    let (mut keys, mut records) = (String::new(), String::new());
    let mut before = 0;
    for line in lines.lines() {
        let mut columns = line.split('\t');
        let first = columns.next().unwrap_or_default();
        let plural = columns.next().unwrap_or_default();
        if first.contains('{') || plural.contains('{') {
            let (first, plural) = (unescaped(first), unescaped(plural));
            let _ = write!(records, "{first}{PART_END}{plural}");
        } else {
            // A line that is no key has none that the program looks up.
            let key = u64::from_str_radix(first, 16).unwrap_or_default();
            push_key(&mut keys, before, key);
            before = key;
        }
        for translation in columns {
            records.push(PART_END);
            records.push_str(&unescaped(translation));
        }
        records.push(RECORD_END);
    }
    format!("{keys}{RECORD_END}{records}")
}

fn unescaped(column: &str) -> String {
    let mut text = String::with_capacity(column.len());
    let mut characters = column.chars();
    while let Some(c) = characters.next() {
        text.push(match c {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                other => other.unwrap_or('\\'),
            },
            _ => c,
        });
    }
    text
}
