//! Sentences in the language that was chosen.

use std::sync::OnceLock;

use super::{Catalogue, Language, Text};

impl Language {
    /// The sentence in this language; in English where the catalogue lacks it.
    #[must_use]
    pub fn say(self, text: &Text) -> String {
        match self.catalogue() {
            None => text.as_str().to_owned(),
            Some(catalogue) => text.in_language(catalogue),
        }
    }

    /// The English sentences that this language translates; of those with a number, the one for 1.
    #[must_use]
    pub fn sentences(self) -> Vec<&'static str> {
        let catalogue = self.catalogue();
        catalogue.map_or_else(Vec::new, |catalogue| catalogue.sentences().collect())
    }

    /// The catalogue, read on first use; `None` for English.
    fn catalogue(self) -> Option<&'static Catalogue> {
        static CHINESE_SIMPLIFIED: OnceLock<Option<Catalogue>> = OnceLock::new();
        static GERMAN: OnceLock<Option<Catalogue>> = OnceLock::new();
        let read = || Catalogue::read(self, self.po()?).ok();
        match self {
            Self::English => None,
            Self::ChineseSimplified => CHINESE_SIMPLIFIED.get_or_init(read).as_ref(),
            Self::German => GERMAN.get_or_init(read).as_ref(),
        }
    }
}
