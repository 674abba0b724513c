//! The catalog of the page: the translations of its tables are in the order of their sentences, and
//! need no keys, which would be a hundredth of the page.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::packed_catalog::{RECORD_END, key, split_at};
use crate::stanzas::{FIELD, stanzas};

/// Ends the translations of the tables.
const TABLES_END: u8 = 0x1d;

/// The keys of sentences in tables of messages, and in records of known facts, each once, in their
/// order. Some are of values that are no sentences.
pub(crate) fn keys<'a>(
    messages: impl IntoIterator<Item = &'a str>,
    records: impl IntoIterator<Item = &'a str>,
) -> Vec<u64> {
    let mut keys = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |sentence: &str| {
        let key = key(sentence);
        if known.insert(key) {
            keys.push(key);
        }
    };
    for table in messages {
        for (name, value) in stanzas(table).iter().flatten() {
            match (*name, value.split_once(": ")) {
                ("title" | "meaning", _) => add(value),
                // `step NAME: sentence`
                (_, Some((_, sentence))) => add(sentence),
                _ => {}
            }
        }
    }
    for value in records.into_iter().flat_map(|table| table.lines()) {
        for value in value
            .split(char::from(FIELD))
            .filter(|value| value.contains(' '))
        {
            add(value);
            if let Some((_, sentence)) = value.split_once(": ") {
                add(sentence);
            }
        }
    }
    keys
}

/// The catalog of joined lines, for tables with these keys.
#[allow(dead_code, reason = "the build writes it, and the page reads it")]
pub(crate) fn packed(lines: &str, keys: &[u64], pack: impl FnOnce(&str) -> String) -> String {
    let mut plain = BTreeMap::new();
    for line in lines.lines() {
        if let Some((first, translation)) = line.split_once("\t\t")
            && let Ok(key) = u64::from_str_radix(first, 16)
        {
            plain.insert(key, (line, translation));
        }
    }
    let mut catalog = String::new();
    let mut ordered = BTreeSet::new();
    for key in keys {
        // A translation with a tab or a line break stays with its key.
        if let Some((line, translation)) = plain.get(key)
            && !translation.contains(['\t', '\\'])
        {
            catalog.push_str(translation);
            ordered.insert(*line);
        }
        catalog.push(char::from(RECORD_END));
    }
    catalog.push(char::from(TABLES_END));
    let rest: Vec<&str> = lines
        .lines()
        .filter(|line| !ordered.contains(line))
        .collect();
    catalog + &pack(&rest.join("\n"))
}

/// The places of the tables' translations by their keys, and the rest of the catalog.
#[allow(dead_code, reason = "the build writes it, and the page reads it")]
pub(crate) fn split<'a>(catalog: &'a [u8], keys: &[u64]) -> (Vec<(u64, Range<usize>)>, &'a [u8]) {
    let Some((ordered, rest)) = split_at(catalog, TABLES_END) else {
        return (Vec::new(), catalog);
    };
    let mut next = 0;
    let places = memchr::memchr_iter(RECORD_END, ordered).map(|end| {
        let start = next;
        next = end + 1;
        start..end
    });
    let translated = |(_, place): &(u64, Range<usize>)| !place.is_empty();
    let all = keys.iter().copied().zip(places).filter(translated);
    (all.collect(), rest)
}

#[cfg(test)]
mod tests {
    use super::super::catalog_lines;
    use super::super::packed_catalog::records;
    use super::*;

    #[test]
    fn each_translation_is_found_by_its_key() {
        let messages = "code: a\ntitle: the first title\nmeaning: a meaning\n  in two lines\n\
                        fix: step do: do this\nline: a line\n\ncode: b\ntitle: without\n";
        let record = "code\u{1f}a fact\u{1f}step do: do that\n";
        let keys = keys([messages], [record]);
        let sentences = [
            "the first title",
            "a meaning in two lines",
            "do this",
            "a fact",
            "do that",
            "elsewhere",
        ];
        let mut lines: Vec<String> = sentences
            .iter()
            .map(|sentence| format!("{:07x}\t\t{}\n", key(sentence), sentence.to_uppercase()))
            .collect();
        lines.push("{value} is set\t\t{value} IS SET\n".to_owned());
        lines.push(format!("{:07x}\t\tTWO\\nLINES\n", key("without")));
        lines.sort_unstable();
        let catalog = packed(&lines.concat(), &keys, catalog_lines::packed);
        let (ordered, rest) = split(catalog.as_bytes(), &keys);
        assert_eq!(ordered.len(), 5);
        let start = catalog.len() - rest.len();
        let of_rest = records(rest).map(|record| {
            let pattern = std::str::from_utf8(record.pattern.0).unwrap();
            let forms = record.forms.start + start..record.forms.end + start;
            (record.key.unwrap_or_else(|| key(pattern)), forms)
        });
        let places = ordered.into_iter().chain(of_rest);
        let all: BTreeMap<u64, &str> = places
            .map(|(key, place)| (key, catalog.get(place).unwrap()))
            .collect();
        for sentence in sentences {
            assert_eq!(all[&key(sentence)], sentence.to_uppercase());
        }
        assert_eq!(all[&key("{value} is set")], "{value} IS SET");
        assert_eq!(all[&key("without")], "TWO\nLINES");
        assert_eq!(all.len(), 8);
    }
}
