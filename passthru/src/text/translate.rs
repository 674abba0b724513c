//! Sentences in the language that was chosen.

use std::sync::OnceLock;

use super::{Catalog, Language, Text};

impl Language {
    /// The sentence in this language; in English where the catalog lacks it.
    #[must_use]
    pub fn say(self, text: &Text) -> String {
        match self.catalog() {
            None => text.as_str().to_owned(),
            Some(catalog) => text.in_language(catalog),
        }
    }

    /// The catalog, read on first use; `None` for English.
    fn catalog(self) -> Option<&'static Catalog> {
        static CHINESE_SIMPLIFIED: OnceLock<Option<Catalog>> = OnceLock::new();
        static GERMAN: OnceLock<Option<Catalog>> = OnceLock::new();
        let read = || Some(Catalog::of_build(self, self.built_catalog()?));
        match self {
            Self::English => None,
            Self::ChineseSimplified => CHINESE_SIMPLIFIED.get_or_init(read).as_ref(),
            Self::German => GERMAN.get_or_init(read).as_ref(),
        }
    }
}
