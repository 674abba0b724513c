//! The translations of passthru's sentences into other languages, as its build reads them: a crate
//! of their own, since they are a quarter of all that `passthru` consists of.
//!
//! ```
//! use passthru_translations::{LANGUAGES, PATTERNS};
//!
//! let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
//! assert_eq!(names, ["de", "zh-CN"]);
//! assert!(PATTERNS.lines().all(|pattern| pattern.contains('{')));
//! ```

#![no_std]

/// A language.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Language {
    /// Its tag (BCP 47): `zh-CN`.
    pub name: &'static str,
    /// The sentences of answers, plans and screens.
    pub sentences: Catalog,
    /// The help of the command.
    pub help: Catalog,
}

/// Translations, each with the key of its sentence.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Catalog {
    /// The translations, a line each, with tabs between the forms of one.
    pub translations: &'static str,
    /// The keys of their sentences in the same order: hashes of 30 bits, five printable characters
    /// each, sixteen a line.
    pub keys: &'static str,
}

/// A language by its tag, with its files.
macro_rules! language {
    ($name:literal) => {
        Language {
            name: $name,
            sentences: Catalog {
                translations: include_str!(concat!("../catalogs/", $name, ".tsv")),
                keys: include_str!(concat!("../catalogs/", $name, ".keys")),
            },
            help: Catalog {
                translations: include_str!(concat!("../catalogs/help/", $name, ".tsv")),
                keys: include_str!(concat!("../catalogs/help/", $name, ".keys")),
            },
        }
    };
}

/// The languages, in the order of their tags.
pub const LANGUAGES: &[Language] = &[language!("de"), language!("zh-CN")];

/// The English sentences with values, such as `{path} is empty`, a line each.
pub const PATTERNS: &str = include_str!("../catalogs/patterns.tsv");
