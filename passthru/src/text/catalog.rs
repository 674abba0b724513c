//! The sentences of a language.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::pattern::{Piece, pieces};
use super::po::{self, CONTEXT_END, Entry, PoCause};
use super::{Language, placeholders};

/// The longest sentence, in bytes, whose pattern is looked up: longer than any of ours with its
/// values.
const MAX_LENGTH: usize = 4096;
/// The most lookups for one sentence: itself, and the sentences in its values.
const MAX_LOOKUPS: u32 = 64;

/// The translations of one language.
#[derive(Clone, Debug)]
pub(crate) struct Catalog {
    language: Language,
    entries: BTreeMap<String, Sentence>,
    /// The patterns with values, those with the most letters first; made on first use.
    patterns: OnceLock<Vec<Pattern>>,
}

/// A pattern with values.
#[derive(Clone, Debug)]
struct Pattern {
    letters: usize,
    text: String,
    is_plural: bool,
    /// The key of its entry.
    key: String,
}

impl Pattern {
    /// The characters before its first value.
    fn start(&self) -> &str {
        let end = self.text.find(['{', '}']).unwrap_or(self.text.len());
        self.text.get(..end).unwrap_or_default()
    }
}

/// A sentence's plural in English, and its translations by plural form.
#[derive(Clone, Debug)]
struct Sentence {
    plural: Option<String>,
    forms: Vec<String>,
}

impl Catalog {
    /// Reads a PO file (GNU gettext manual, 10.1). Entries without a translation and those
    /// marked `fuzzy` are passed over.
    ///
    /// # Errors
    ///
    /// With the line, if the text is not a PO file, if a sentence occurs twice, if its number of
    /// forms is not the language's, or if a translation's placeholders are not the sentence's.
    pub(super) fn read(language: Language, text: &str) -> Result<Self, PoCause> {
        let mut entries = BTreeMap::new();
        for entry in po::read(text)? {
            // The header has no sentence.
            let is_meant = !entry.is_fuzzy && !entry.id.is_empty();
            if !is_meant || entry.translations.iter().all(String::is_empty) {
                continue;
            }
            check(language, &entry)?;
            let line = entry.line;
            let sentence = Sentence {
                plural: entry.plural,
                forms: entry.translations,
            };
            if entries.insert(entry.id, sentence).is_some() {
                return Err(PoCause::new(
                    line,
                    "a sentence that has no entry yet",
                    "a second entry",
                ));
            }
        }
        let patterns = OnceLock::new();
        Ok(Self {
            language,
            entries,
            patterns,
        })
    }

    /// The English sentences that have a translation; of those with a number, the one for 1. A
    /// word with a context is `context\u{4}word`.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The translation of a pattern; with a number, the form for it.
    pub(super) fn translation(&self, pattern: &str, count: Option<u64>) -> Option<&str> {
        self.entries.get(pattern)?.form(self.language, count)
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
            return Some(fill(exact, |_| Some("1".to_owned())));
        }
        let found = self.patterns().iter().find_map(|pattern| {
            if !english.starts_with(pattern.start()) {
                return None;
            }
            let captures = captures(&pattern.text, english)?;
            // The end of another sentence has few letters after its first value.
            let is_end = pattern.letters < 10 && pattern.text.starts_with('{');
            if is_end && self.begins_with_words(&captures) {
                return None;
            }
            let sentence = self.entries.get(&pattern.key)?;
            let number = captures.iter().find(|(name, _)| *name == "count");
            let count = match number.and_then(|(_, value)| value.parse().ok()) {
                Some(count) => Some(count),
                None if pattern.is_plural => Some(2),
                None => sentence.plural.as_ref().map(|_| 1),
            };
            Some((sentence, count, captures))
        });
        let Some((sentence, count, captures)) = found else {
            return self.found_after(english, lookups);
        };
        let pattern = sentence.form(self.language, count)?;
        Some(fill(pattern, |name| {
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
    /// The patterns with values. Punctuation between values is not a sentence, and a word with a
    /// context is not looked up.
    fn patterns(&self) -> &[Pattern] {
        self.patterns.get_or_init(|| {
            let entries = self.entries.iter();
            let entries = entries.filter(|(key, _)| !key.contains(CONTEXT_END));
            let forms = entries.flat_map(|(key, sentence)| {
                let plural = sentence.plural.as_deref().map(|plural| (key, plural, true));
                [(key, key.as_str(), false)].into_iter().chain(plural)
            });
            let patterns = forms.filter(|(_, text, _)| text.contains('{'));
            let patterns = patterns.map(|(key, text, is_plural)| Pattern {
                letters: letters(text),
                text: text.to_owned(),
                is_plural,
                key: key.clone(),
            });
            let mut patterns: Vec<Pattern> =
                patterns.filter(|pattern| pattern.letters > 2).collect();
            patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.letters));
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
            let pattern = self.translation(pattern, None).unwrap_or(pattern);
            return Some(fill(pattern, |name| match (between, name) {
                ("; ", "sentence") | (": ", "name") => Some(first.clone()),
                _ => Some(next.clone()),
            }));
        }
        None
    }
}

impl Sentence {
    fn form(&self, language: Language, count: Option<u64>) -> Option<&str> {
        let form = match &self.plural {
            Some(_) => count.map_or(0, |count| language.form(count)),
            None => 0,
        };
        self.forms.get(form).map(String::as_str)
    }
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
fn check(language: Language, entry: &Entry) -> Result<(), PoCause> {
    let error = |expected: &str, found: &str| PoCause::new(entry.line, expected, found);
    let forms = entry.plural.as_ref().map_or(1, |_| language.forms());
    if entry.translations.len() != forms {
        let expected = format!("{forms} forms");
        return Err(error(&expected, &entry.translations.len().to_string()));
    }
    let sorted = |pattern| {
        let mut names = placeholders(pattern);
        names.sort_unstable();
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
