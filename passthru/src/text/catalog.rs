//! The sentences of a language.

use std::cell::Cell;
use std::ops::Range;
use std::sync::OnceLock;

use list_order::Order as _;

use super::Language;
#[cfg(test)]
use super::catalog_lines::{by_key, joined, packed};
use super::packed_catalog::{self, PART_END};
use super::pattern::{Piece, pieces};
#[cfg(test)]
use super::placeholders;
#[cfg(test)]
use super::po::{self, Entry, PoCause};
use super::short_characters::Characters;
#[cfg(test)]
use super::short_characters::coded;

/// The longest sentence, in bytes, whose pattern is looked up: longer than any of ours with its
/// values.
const MAX_LENGTH: usize = 4096;
/// The most lookups for one sentence: itself, and the sentences in its values.
const MAX_LOOKUPS: u32 = 64;

/// The translations of one language.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    language: Language,
    /// The catalog of the build. A translation is read from its code when it is printed.
    coded: Vec<u8>,
    characters: Characters,
    /// The keys, sorted, each with the place of its translations in the text.
    entries: Vec<(u64, Range<usize>)>,
    /// The start of the records, behind the translations of the page's tables.
    start: usize,
    /// The patterns with values, those with the most letters first; made on first use.
    patterns: OnceLock<Vec<Pattern>>,
}

/// A pattern with values.
#[derive(Clone, Debug)]
struct Pattern {
    letters: usize,
    text: String,
    /// Whether it is the plural of its entry.
    is_plural: bool,
    /// Whether its entry has a plural.
    has_plural: bool,
    /// The key of its entry.
    key: u64,
}

impl Pattern {
    /// The characters before its first value.
    fn start(&self) -> &str {
        let end = self.text.find(['{', '}']).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or_default()
    }
}

impl Catalog {
    /// The catalog of a PO file, which each sentence of the language must be correct in.
    ///
    /// # Errors
    ///
    /// With the line, if the text is not a PO file, if a sentence occurs twice, if its number of
    /// forms is not the language's, or if a translation's placeholders are not the sentence's.
    #[cfg(test)]
    pub(super) fn read(language: Language, text: &str) -> Result<Self, PoCause> {
        for entry in po::read(text)? {
            let is_translated = entry.translations.iter().any(|form| !form.is_empty());
            if !entry.is_fuzzy && !entry.id.is_empty() && is_translated {
                check(language, &entry)?;
            }
        }
        let lines = po::lines(text)?;
        let patterns: Vec<String> = lines.patterns.into_iter().collect();
        let patterns = patterns.join("\n");
        let joined = joined(&lines.translations, &lines.keys, &by_key(&patterns));
        // Each translation has its key.
        let joined = joined.unwrap_or_default();
        let coded = coded(&packed(&joined)).unwrap_or_default();
        Ok(Self::of_build(language, coded))
    }

    /// The catalog of a language that the build made.
    pub(super) fn of_build(language: Language, coded: Vec<u8>) -> Self {
        let (characters, text) = Characters::split(&coded);
        let of_text = coded.len() - text.len();
        let (tables, rest) = tables(text);
        let start = coded.len() - rest.len();
        let at = |place: Range<usize>, start| place.start + start..place.end + start;
        let tables = tables.into_iter();
        let mut entries: Vec<_> = tables
            .map(|(key, place)| (key, at(place, of_text)))
            .collect();
        entries.extend(packed_catalog::records(rest).map(|record| {
            let of_pattern = || packed_catalog::key(&characters.text(record.pattern.0));
            let key = record.key.unwrap_or_else(of_pattern);
            (key, at(record.forms, start))
        }));
        entries.sort_unstable_by_key(|(key, _)| *key);
        Self {
            language,
            coded,
            characters,
            entries,
            start,
            patterns: OnceLock::new(),
        }
    }

    /// The translation of a pattern; with a number, the form for it.
    pub(super) fn translation(&self, pattern: &str, count: Option<u64>) -> Option<String> {
        self.form(packed_catalog::key(pattern), count)
    }

    /// The translation of an entry: its only one, or the form for a number.
    fn form(&self, key: u64, count: Option<u64>) -> Option<String> {
        let at = self.entries.binary_search_by_key(&key, |(key, _)| *key);
        let (_, forms) = self.entries.get(at.ok()?)?;
        let forms = self.coded.get(forms.clone())?;
        let form = match count.filter(|_| forms.contains(&PART_END)) {
            Some(count) => self.language.form(count),
            None => 0,
        };
        let form = forms.split(|byte| *byte == PART_END).nth(form)?;
        Some(self.characters.text(form))
    }

    /// The translation of a sentence with an unknown pattern: by the matching pattern with the most
    /// letters. `None` for a sentence that is too long, or has too many parts: plans are read from
    /// files of others.
    pub(super) fn recognized(&self, english: &str) -> Option<String> {
        let lookups = Cell::new(MAX_LOOKUPS);
        (english.len() <= MAX_LENGTH)
            .then(|| self.found(english, &lookups))
            .flatten()
    }

    fn found(&self, english: &str, lookups: &Cell<u32>) -> Option<String> {
        lookups.set(lookups.get().checked_sub(1)?);
        if let Some(exact) = self.translation(english, Some(1)) {
            return Some(fill(&exact, |_| Some("1".to_owned())));
        }
        let found = self.patterns().iter().find_map(|pattern| {
            if !english.starts_with(pattern.start()) {
                return None;
            }
            let captures = captures(&pattern.text, english)?;
            // The end of another sentence has few letters after its first value; a value with a
            // colon is a name and the start of a sentence.
            let is_end = pattern.letters < 10 && pattern.text.starts_with('{');
            let has_start = |(_, value): &(&str, &str)| value.contains(": ");
            if is_end
                && (captures.first().is_some_and(has_start) || self.begins_with_words(&captures))
            {
                return None;
            }
            let number = captures.iter().find(|(name, _)| *name == "count");
            let count = match number.and_then(|(_, value)| value.parse().ok()) {
                Some(count) => Some(count),
                None if pattern.is_plural => Some(2),
                None => pattern.has_plural.then_some(1),
            };
            Some((pattern.key, count, captures))
        });
        let Some((key, count, captures)) = found else {
            return self.found_after(english, lookups);
        };
        let pattern = self.form(key, count)?;
        Some(fill(&pattern, |name| {
            let value = captures.iter().find(|(known, _)| *known == name);
            let value = value.map(|(_, value)| *value);
            value.map(|value| {
                self.found(value, lookups)
                    .unwrap_or_else(|| value.to_owned())
            })
        }))
    }
}

impl Catalog {
    /// The patterns with values. Punctuation between values is not a sentence.
    fn patterns(&self) -> &[Pattern] {
        self.patterns.get_or_init(|| {
            let mut patterns = Vec::new();
            let records = self.coded.get(self.start..).unwrap_or_default();
            for record in packed_catalog::records(records) {
                if record.key.is_some() {
                    continue;
                }
                let (one, plural) = record.pattern;
                let (one, plural) = (self.characters.text(one), self.characters.text(plural));
                let key = packed_catalog::key(&one);
                for (text, is_plural) in [(&one, false), (&plural, true)] {
                    let letters = letters(text);
                    if text.contains('{') && letters > 2 {
                        patterns.push(Pattern {
                            letters,
                            text: text.to_owned(),
                            is_plural,
                            has_plural: !plural.is_empty(),
                            key,
                        });
                    }
                }
            }
            patterns.order_by(|one: &Pattern, other| {
                let by_letters = other.letters.cmp(&one.letters);
                by_letters.then_with(|| one.text.cmp(&other.text))
            });
            patterns
        })
    }

    /// Whether the first value is several words that are not a sentence.
    fn begins_with_words(&self, captures: &Captures<'_>) -> bool {
        let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase());
        captures.first().is_some_and(|(_, value)| {
            let words = value.split(' ').filter(is_word).count();
            words > 3 && self.translation(value, Some(1)).is_none()
        })
    }

    /// The translation of two sentences, or of a sentence after a name.
    fn found_after(&self, english: &str, lookups: &Cell<u32>) -> Option<String> {
        for (between, pattern) in [("; ", "{sentence}; {next}"), (": ", "{name}: {sentence}")] {
            let Some((first, next)) = english.split_once(between) else {
                continue;
            };
            let (before, after) = (self.found(first, lookups), self.found(next, lookups));
            if before.is_none() && after.is_none() {
                continue;
            }
            let first = before.unwrap_or_else(|| first.to_owned());
            let next = after.unwrap_or_else(|| next.to_owned());
            let translated = self.translation(pattern, None);
            return Some(fill(
                translated.as_deref().unwrap_or(pattern),
                |name| match (between, name) {
                    ("; ", "sentence") | (": ", "name") => Some(first.clone()),
                    _ => Some(next.clone()),
                },
            ));
        }
        None
    }
}

/// The places of the translations of tables, and the rest of the catalog.
#[cfg(not(target_family = "wasm"))]
fn tables(catalog: &[u8]) -> (Vec<(u64, Range<usize>)>, &[u8]) {
    (Vec::new(), catalog)
}

/// The places of the translations of tables, and the rest of the catalog.
#[cfg(target_family = "wasm")]
fn tables(catalog: &[u8]) -> (Vec<(u64, Range<usize>)>, &[u8]) {
    let messages: Vec<String> = crate::messages::tables().collect();
    let keys = super::page_catalog::keys(
        messages.iter().map(String::as_str),
        crate::known_facts::tables(),
    );
    super::page_catalog::split(catalog, &keys)
}

/// The values of placeholders, in the order of the pattern.
type Captures<'a> = Vec<(&'a str, &'a str)>;

/// The letters of a pattern outside of its placeholders.
fn letters(pattern: &str) -> usize {
    let letters = pieces(pattern).into_iter().map(|piece| match piece {
        Piece::Characters(text) => text.chars().filter(|c| c.is_alphabetic()).count(),
        Piece::Placeholder(_) => 0,
    });
    letters.sum()
}

/// The values with which a pattern is the sentence; `None` for a pattern without placeholders.
fn captures<'a>(pattern: &'a str, sentence: &'a str) -> Option<Captures<'a>> {
    if !pattern.contains('{') {
        return None;
    }
    let mut captures = Vec::new();
    let mut rest = sentence;
    let mut open: Option<&str> = None;
    let pieces = pieces(pattern);
    for (number, piece) in pieces.iter().enumerate() {
        match (*piece, open.take()) {
            (Piece::Placeholder(name), previous) => {
                if let Some(previous) = previous {
                    let end = rest.chars().next()?.len_utf8();
                    let (value, after) = rest.split_at_checked(end)?;
                    captures.push((previous, value));
                    rest = after;
                }
                open = Some(name);
            }
            (Piece::Characters(text), None) => rest = rest.strip_prefix(text)?,
            (Piece::Characters(text), Some(name)) => {
                // The first place that leaves a value, or at the end of the pattern the last.
                let first = rest.chars().next()?.len_utf8();
                let at = if number + 1 == pieces.len() {
                    rest.len().checked_sub(text.len())?
                } else {
                    first + rest.get(first..)?.find(text)?
                };
                let (value, after) = rest.split_at_checked(at).filter(|_| at >= first)?;
                captures.push((name, value));
                rest = after.strip_prefix(text)?;
            }
        }
    }
    match open {
        Some(name) if !rest.is_empty() => captures.push((name, rest)),
        None if rest.is_empty() => {}
        _ => return None,
    }
    Some(captures)
}

/// The pattern with its placeholders replaced.
fn fill(pattern: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let filled = pieces(pattern).into_iter().map(|piece| match piece {
        Piece::Characters(text) => text.to_owned(),
        Piece::Placeholder(name) => value(name).unwrap_or_default(),
    });
    filled.collect()
}

/// Whether the translations have as many forms as the language, and the placeholders of the
/// sentence.
#[cfg(test)]
fn check(language: Language, entry: &Entry) -> Result<(), PoCause> {
    let error = |expected: &str, found: &str| PoCause::new(entry.line, expected, found);
    let forms = entry.plural.as_ref().map_or(1, |_| language.forms());
    if entry.translations.len() != forms {
        let expected = format!("{forms} forms");
        return Err(error(&expected, &entry.translations.len().to_string()));
    }
    let sorted = |pattern| {
        let mut names = placeholders(pattern);
        names.order();
        names.dedup();
        names
    };
    let wanted = sorted(entry.plural.as_deref().unwrap_or(&entry.id));
    for translation in &entry.translations {
        let found = sorted(translation);
        // A form for one number may have that in words.
        let without = |names: &[&str]| names.iter().filter(|name| **name != "count").count();
        let is_counted = entry.plural.is_some() && found.iter().all(|name| wanted.contains(name));
        let is_same = found == wanted || is_counted && without(&found) == without(&wanted);
        if !is_same {
            let expected = format!("the placeholders {}", wanted.join(", "));
            return Err(error(&expected, &found.join(", ")));
        }
    }
    Ok(())
}
