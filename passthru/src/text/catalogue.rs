//! The sentences of a language.

use std::collections::HashMap;

use super::po::{self, Entry, PoError};
use super::{Language, placeholders};

/// The translations of one language.
#[derive(Clone, Debug)]
pub struct Catalogue {
    language: Language,
    entries: HashMap<String, Vec<String>>,
}

impl Catalogue {
    /// Reads a PO file (GNU gettext manual, 10.1). Entries without a translation and those
    /// marked `fuzzy` are passed over.
    ///
    /// ```
    /// use passthru::text::{Catalogue, Language};
    /// let po = "msgid \"{group} is whole\"\nmsgstr \"{gruop} 完整\"\n";
    /// let error = Catalogue::read(Language::ChineseSimplified, po).unwrap_err();
    /// assert_eq!(error.line(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// With the line, where the text is no PO file, where a sentence is there twice, where its
    /// number of forms is not that of the language, or where a translation's placeholders are
    /// not those of the sentence.
    pub fn read(language: Language, text: &str) -> Result<Self, PoError> {
        let mut entries = HashMap::new();
        for entry in po::read(text)? {
            // The header has no sentence.
            let is_meant = !entry.is_fuzzy && !entry.id.is_empty();
            if !is_meant || entry.translations.iter().all(String::is_empty) {
                continue;
            }
            check(language, &entry)?;
            let line = entry.line;
            if entries.insert(entry.id, entry.translations).is_some() {
                return Err(PoError::new(
                    line,
                    "a sentence that has no entry yet",
                    "a second entry",
                ));
            }
        }
        Ok(Self { language, entries })
    }

    /// The English sentences that have a translation; of those with a number, the one for 1.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The translation of a pattern; with a number, the form for it.
    pub(super) fn translation(&self, pattern: &str, count: Option<u64>) -> Option<&str> {
        let forms = self.entries.get(pattern)?;
        let form = count.map_or(0, |count| self.language.form(count));
        forms.get(form).map(String::as_str)
    }
}

/// Whether the translations have as many forms as the language, and the placeholders of the
/// sentence.
fn check(language: Language, entry: &Entry) -> Result<(), PoError> {
    let error = |expected: &str, found: &str| PoError::new(entry.line, expected, found);
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
