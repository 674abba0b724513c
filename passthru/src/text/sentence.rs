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
        Self::new(sentence, Vec::new())
    }

    /// A word whose translation depends on its context, as `fix` of the verdicts.
    pub(crate) fn word(context: &'static str, word: &'static str) -> Self {
        let mut text = Self::new(word, Vec::new());
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
    pub(crate) fn new(pattern: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        Self::made(pattern, None, arguments)
    }

    /// A sentence that depends on a number. [`plural!`] checks that its placeholders are these
    /// arguments.
    pub(crate) fn counted(
        count: usize,
        one: &'static str,
        pattern: &'static str,
        arguments: Vec<(&'static str, Argument)>,
    ) -> Self {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        Self::made(one, Some(Plural { pattern, count }), arguments)
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
        let pattern = found.unwrap_or_else(|| source.english());
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

#[cfg(test)]
mod tests {
    use super::super::macros::{plural, text};
    use super::super::{Catalog, Language};
    use super::*;

    fn chinese(po: &str) -> Catalog {
        Catalog::read(Language::ChineseSimplified, po).unwrap()
    }

    #[test]
    fn arguments_are_ordered_as_the_translation_has_them() {
        let driver = "nouveau";
        let function: pci_core::Address = "0000:01:00.0".parse().unwrap();
        let shown = text!("{driver} has {function}", driver, function);
        assert_eq!(shown, "nouveau has 01:00.0");
        let po =
            chinese("msgid \"{driver} has {function}\"\nmsgstr \"{function} 由 {driver} 使用\"\n");
        assert_eq!(shown.in_language(&po), "01:00.0 由 nouveau 使用");
        assert_eq!(
            shown.clone().in_language(&chinese("")),
            "nouveau has 01:00.0"
        );
        assert_eq!(
            serde_json::to_string(&shown).unwrap(),
            "\"nouveau has 01:00.0\""
        );
    }

    #[test]
    fn a_number_chooses_the_pattern() {
        let shown = |count| plural!(count, "one function", "{count} functions");
        assert_eq!(shown(1), "one function");
        assert_eq!(shown(3), "3 functions");
        let po = "msgid \"one function\"\nmsgid_plural \"{count} functions\"\n\
              msgstr[0] \"{count} 个功能\"\n";
        let po = chinese(po);
        assert_eq!(shown(1).in_language(&po), "1 个功能");
        assert_eq!(shown(3).in_language(&po), "3 个功能");
    }

    #[test]
    fn two_sentences_are_translated_each_by_itself() {
        let shown = text!("off").then(&text!("on"));
        assert_eq!(shown, "off; on");
        let po = "msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n\
              msgid \"on\"\nmsgstr \"开\"\n";
        assert_eq!(shown.in_language(&chinese(po)), "off；开");
    }

    #[test]
    fn any_sentence_of_a_file_is_looked_up_in_bounded_time() {
        let po = chinese(
            "msgid \"{a}, {b}, {c}, {d}, {e} and {f} are bound to {g}\"\n\
         msgstr \"{a}{b}{c}{d}{e}{f}{g}\"\n\
         msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n",
        );
        for part in [
            "a; ",
            "a: ",
            "a, ",
            "; : ",
            " and x are bound to ",
            "\u{1b}[31m; ",
        ] {
            // Neither the time nor the stack grows with the parts.
            let _ = Text::of_english(part.repeat(200)).in_language(&po);
            let long = Text::of_english(part.repeat(100_000));
            assert_eq!(long.in_language(&po), *long);
        }
        let many = Text::of_english("a, b, c, d, e and f, and 1 and 2 are bound to nouveau");
        assert_eq!(many.in_language(&po), "abcdef, and 1 and 2nouveau");
    }

    #[test]
    fn a_sentence_in_english_alone_is_recognized() {
        let po = chinese(
            "msgid \"{driver} is bound to {function}\"\nmsgstr \"{function} 已绑定到 {driver}\"\n\
         msgid \"a display\"\nmsgstr \"显示器\"\n\
         msgid \"one function\"\nmsgid_plural \"{count} functions\"\n\
         msgstr[0] \"{count} 个功能\"\n\
         msgid \"{sentence}; {next}\"\nmsgstr \"{sentence}；{next}\"\n",
        );
        for (english, chinese) in [
            ("nouveau is bound to 01:00.0", "01:00.0 已绑定到 nouveau"),
            ("nouveau is bound to a display", "显示器 已绑定到 nouveau"),
            ("one function", "1 个功能"),
            ("3 functions", "3 个功能"),
            ("a display; 3 functions", "显示器；3 个功能"),
            ("{of others}; {{", "{of others}; {{"),
        ] {
            let read: Text = serde_json::from_str(&format!("\"{english}\"")).unwrap();
            assert_eq!(read.in_language(&po), chinese, "{english}");
            assert_eq!(read, english);
        }
    }

    #[test]
    fn the_end_of_an_unknown_sentence_is_not_a_sentence() {
        let po = chinese("msgid \"{size} memory\"\nmsgstr \"{size} 内存\"\n");
        let shown = |english: &str| Text::of_english(english).in_language(&po);
        assert_eq!(shown("16 MiB memory"), "16 MiB 内存");
        let unknown = "no framebuffer may be in its memory";
        assert_eq!(shown(unknown), unknown);
    }

    #[test]
    fn a_word_has_the_translation_of_its_context() {
        let po = chinese(
            "msgctxt \"verdict\"\nmsgid \"fix\"\nmsgstr \"需修复\"\n\n\
         msgid \"fix\"\nmsgstr \"修复\"\n",
        );
        let word = Text::word("verdict", "fix");
        assert_eq!(word, "fix");
        assert_eq!(word.in_language(&po), "需修复");
        assert_eq!(text!("fix").in_language(&po), "修复");
        assert_eq!(Text::word("kind", "fix").in_language(&po), "fix");
        assert_eq!(Text::of_english("fix").in_language(&po), "修复");
    }

    #[test]
    fn words_of_a_table_are_replaced_in_every_language() {
        let shown = Text::of_table("reset ADDRESS").with_word("ADDRESS", "01:00.0".to_owned());
        assert_eq!(shown, "reset 01:00.0");
        let po = chinese("msgid \"reset ADDRESS\"\nmsgstr \"重置 ADDRESS\"\n");
        assert_eq!(shown.in_language(&po), "重置 01:00.0");
    }
}
