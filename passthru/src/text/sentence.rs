//! One sentence, with its values.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Catalog;
use super::packed_catalog::in_context;
use super::pattern::{Piece, pieces};

/// A sentence: in English as it is compared, hashed and written into JSON, and in each
/// language that has a catalog with it.
///
/// ```
/// use passthru::text::Text;
/// let text = Text::of_table("the firmware has the IOMMU off");
/// assert_eq!(text, "the firmware has the IOMMU off");
/// ```
#[derive(Clone)]
pub struct Text {
    english: String,
    /// `None` of a sentence that is known in English alone. Boxed: errors have texts, and a
    /// `Result` is as large as its error.
    source: Option<Box<Source>>,
}

/// The parts of a sentence.
#[derive(Clone)]
struct Source {
    /// The context of a word with several meanings (gettext's `msgctxt`).
    context: Option<&'static str>,
    pattern: &'static str,
    plural: Option<Plural>,
    arguments: Vec<(&'static str, Argument)>,
    words: Vec<(String, String)>,
}

/// The pattern for any other number than one, and the number.
#[derive(Clone, Copy, Debug)]
struct Plural {
    pattern: &'static str,
    count: u64,
}

impl Text {
    /// A sentence of a table of this crate.
    #[must_use]
    pub fn of_table(sentence: &'static str) -> Self {
        Self::new(sentence, &[], [])
    }

    /// A word whose translation depends on its context, as `fix` of the verdicts.
    pub(crate) fn word(context: &'static str, word: &'static str) -> Self {
        let mut text = Self::new(word, &[], []);
        if let Some(source) = &mut text.source {
            source.context = Some(context);
        }
        text
    }

    /// A sentence that is known in English alone: read from JSON, or of a library without
    /// catalogs. The catalog finds its pattern.
    #[must_use]
    pub fn of_english(english: impl Into<String>) -> Self {
        Self {
            english: english.into(),
            source: None,
        }
    }

    /// A sentence with arguments. [`text!`] checks that its placeholders are these.
    /// Never inlined: the two thousand calls are shorter so.
    #[inline(never)]
    pub(crate) fn new<const N: usize>(
        pattern: &'static str,
        names: &'static [&'static str; N],
        values: [Argument; N],
    ) -> Self {
        Self::made(pattern, None, named(names, values))
    }

    /// A sentence that depends on a number. [`plural!`] checks that its placeholders are these
    /// arguments.
    #[inline(never)]
    pub(crate) fn counted<const N: usize>(
        count: usize,
        one: &'static str,
        pattern: &'static str,
        names: &'static [&'static str; N],
        values: [Argument; N],
    ) -> Self {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Self::made(one, Some(Plural { pattern, count }), named(names, values))
    }

    fn made(
        pattern: &'static str,
        plural: Option<Plural>,
        arguments: Vec<(&'static str, Argument)>,
    ) -> Self {
        let source = Source {
            context: None,
            pattern,
            plural,
            arguments,
            words: Vec::new(),
        };
        Self {
            english: source.filled(source.english(), None),
            source: Some(Box::new(source)),
        }
    }

    /// The sentence with a word that is the same in every language, such as `ADDRESS` of a
    /// table's text or a command between backticks, replaced by a value.
    #[must_use]
    pub(crate) fn with_word(mut self, word: &str, value: String) -> Self {
        if self.english.contains(word) {
            self.english = self.english.replace(word, &value);
            if let Some(source) = &mut self.source {
                source.words.push((word.to_owned(), value));
            }
        }
        self
    }

    /// The sentence in English.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.english
    }

    /// The sentence in the language of the catalog, or in English where that lacks it.
    #[must_use]
    pub(crate) fn in_language(&self, catalog: &Catalog) -> String {
        let Some(source) = &self.source else {
            let found = catalog.recognized(&self.english);
            return found.unwrap_or_else(|| self.english.clone());
        };
        let count = source.plural.map(|plural| plural.count);
        let found = match source.context {
            None => catalog.translation(source.pattern, count),
            Some(context) => catalog.translation(&in_context(context, source.pattern), count),
        };
        let pattern = found.as_deref().unwrap_or_else(|| source.english());
        source.filled(pattern, Some(catalog))
    }
}

impl Source {
    /// The English pattern.
    fn english(&self) -> &'static str {
        match self.plural {
            Some(plural) if plural.count != 1 => plural.pattern,
            _ => self.pattern,
        }
    }

    fn filled(&self, pattern: &str, catalog: Option<&Catalog>) -> String {
        let mut filled = String::with_capacity(2 * pattern.len());
        for piece in pieces(pattern) {
            let name = match piece {
                Piece::Characters(characters) => {
                    filled.push_str(characters);
                    continue;
                }
                Piece::Placeholder(name) => name,
            };
            match self.arguments.iter().find(|(own, _)| *own == name) {
                Some((_, Argument::Characters(characters))) => filled.push_str(characters),
                Some((_, Argument::Text(text))) => match catalog {
                    Some(catalog) => filled.push_str(&text.in_language(catalog)),
                    None => filled.push_str(text),
                },
                None => {
                    filled.push('{');
                    filled.push_str(name);
                    filled.push('}');
                }
            }
        }
        for (word, value) in &self.words {
            filled = filled.replace(word, value);
        }
        filled
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.english)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.english, f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.english.cmp(&other.english)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.english.hash(state);
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.english)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::of_english)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.english
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.english == *other
    }
}

/// A value in a sentence.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Argument {
    /// Characters that are the same in every language: an address, a path, a count.
    Characters(String),
    /// A sentence or fragment with a separate translation.
    Text(Text),
}

/// The values, each with its name.
fn named<const N: usize>(
    names: &'static [&'static str; N],
    values: [Argument; N],
) -> Vec<(&'static str, Argument)> {
    names.iter().copied().zip(values).collect()
}

#[cfg(test)]
mod tests;
