//! The files of `passthru-translations/catalogs/`, of which a build makes the catalogs that it embeds.
//!
//! `LANGUAGE.tsv` has the translations of a language in the order of their texts, which pack better
//! so: a line each, with tabs between the forms of one. `LANGUAGE.keys` has the keys of their
//! sentences in the same order, [`DIGITS`] digits each and [`OF_LINE`] keys a line: digits between
//! sentences would not pack as well. `patterns.tsv` has the sentences with values of all languages: each once, its
//! plural after a tab if it has one. `\n`, `\t` and `\\` are the end of a line, a tab and a
//! backslash.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::packed_catalog::{PART_END, RECORD_END, key, push_key};

/// The digits of a key in `LANGUAGE.keys`, the highest first.
const DIGITS: usize = 5;

/// The keys of a line in `LANGUAGE.keys`.
const OF_LINE: usize = 16;

/// The bits of a digit.
const OF_DIGIT: usize = 6;

/// The digit 0. The other digits are the next characters of ASCII, up to `o`.
const ZERO: u8 = b'0';

/// The digits of a key.
pub(super) fn digits(key: u64) -> String {
    let places = (0..DIGITS).rev();
    let digits = places.map(|place| {
        let digit = key >> (place * OF_DIGIT) & ((1 << OF_DIGIT) - 1);
        char::from(ZERO + digit.to_le_bytes()[0])
    });
    digits.collect()
}

/// The text of `LANGUAGE.keys` with these keys.
pub(super) fn key_lines(keys: &[String]) -> String {
    let lines = keys.chunks(OF_LINE).map(|line| line.concat() + "\n");
    lines.collect()
}

/// The keys of a text of `LANGUAGE.keys`, each `None` where it is not [`DIGITS`] digits.
pub(super) fn keys_of(text: &str) -> impl Iterator<Item = Option<u64>> {
    let keys = text.lines().flat_map(|line| line.as_bytes().chunks(DIGITS));
    keys.map(key_of)
}

fn key_of(digits: &[u8]) -> Option<u64> {
    if digits.len() != DIGITS {
        return None;
    }
    digits.iter().try_fold(0, |key, byte| {
        let digit = byte.checked_sub(ZERO)?;
        (digit >> OF_DIGIT == 0).then_some(key << OF_DIGIT | u64::from(digit))
    })
}

/// The lines of `patterns.tsv` by the keys of their sentences.
pub(super) fn by_key(patterns: &str) -> BTreeMap<u64, &str> {
    let keyed = patterns.lines().map(|line| {
        let sentence = line.split('\t').next().unwrap_or_default();
        (key(&unescaped(sentence)), line)
    });
    keyed.collect()
}

/// The lines of a catalog, sorted, each of columns with tabs between them: the key of a sentence
/// without values in hexadecimal digits and nothing, or a sentence with values and its plural; then
/// the translations by plural form. `None` if a translation has no key, or a key no translation.
pub(super) fn joined(
    translations: &str,
    keys: &str,
    patterns: &BTreeMap<u64, &str>,
) -> Option<String> {
    let mut lines = Vec::new();
    let mut keys = keys_of(keys);
    for translation in translations.lines() {
        let key = keys.next()??;
        lines.push(match patterns.get(&key) {
            Some(pattern) if pattern.contains('\t') => format!("{pattern}\t{translation}\n"),
            Some(pattern) => format!("{pattern}\t\t{translation}\n"),
            None => format!("{key:07x}\t\t{translation}\n"),
        });
    }
    // Sorted keys pack better.
    lines.sort_unstable();
    keys.next().is_none().then(|| lines.concat())
}

/// The catalog of [`joined`] lines. The keys are in one place, as in the files.
pub(super) fn packed(lines: &str) -> String {
    let (mut keys, mut records) = (String::new(), String::new());
    let mut before = 0;
    for line in lines.lines() {
        let mut columns = line.split('\t');
        let first = columns.next().unwrap_or_default();
        let plural = columns.next().unwrap_or_default();
        if first.contains('{') || plural.contains('{') {
            let (first, plural) = (unescaped(first), unescaped(plural));
            let _ = write!(records, "{first}{}{plural}", char::from(PART_END));
        } else {
            // A line that is no key has none that the program looks up.
            let key = u64::from_str_radix(first, 16).unwrap_or_default();
            push_key(&mut keys, before, key);
            before = key;
        }
        for translation in columns {
            records.push(char::from(PART_END));
            records.push_str(&unescaped(translation));
        }
        records.push(char::from(RECORD_END));
    }
    format!("{keys}{}{records}", char::from(RECORD_END))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_written() {
        for (key, written) in [
            (0, "00000"),
            (1, "00001"),
            (63, "0000o"),
            (64, "00010"),
            (0xfff_ffff, "?oooo"),
        ] {
            assert_eq!(digits(key), written);
            assert!(keys_of(written).eq([Some(key)]));
        }
        let many = vec![digits(64); OF_LINE + 1];
        let lines = key_lines(&many);
        assert_eq!(lines.lines().count(), 2);
        assert!(keys_of(&lines).eq(vec![Some(64); OF_LINE + 1]));
        for damaged in ["0000", "000000", "0000p", "0000/", "000é"] {
            assert!(keys_of(damaged).any(|key| key.is_none()), "{damaged}");
        }
    }

    #[test]
    fn translations_are_joined_with_their_sentences() {
        let patterns = "1 card\\n\t{count} cards\\n\n{name}: found\n";
        let patterns = by_key(patterns);
        let keys = ["{name}: found", "none", "1 card\n"].map(|sentence| digits(key(sentence)));
        let keys = key_lines(&keys);
        let none = format!("{:07x}\t\tkeine\n", key("none"));
        let mut lines = [
            "{name}: found\t\t{name}: da\n",
            &none,
            "1 card\\n\t{count} cards\\n\teine\t{count}\n",
        ];
        lines.sort_unstable();
        let translations = "{name}: da\nkeine\neine\t{count}\n";
        let made = joined(translations, &keys, &patterns);
        assert_eq!(made, Some(lines.concat()));
        for other in ["{name}: da\nkeine\n", "{name}: da\nkeine\neine\nzwei\n"] {
            assert!(joined(other, &keys, &patterns).is_none(), "{other}");
        }
    }
}
