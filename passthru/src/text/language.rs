//! The languages that people can choose.

use crate::packed::unpacked_bytes;

/// A language of output for people. JSON is in English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// The language of the sources.
    #[default]
    English,
    /// Simplified Chinese, as in mainland China.
    ChineseSimplified,
    /// German, as in Germany, Austria and Switzerland. A build for WebAssembly has no German
    /// catalog, and says all in English.
    German,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 3] = [Self::English, Self::ChineseSimplified, Self::German];

    /// Its tag (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::ChineseSimplified => "zh-CN",
            Self::German => "de",
        }
    }

    /// The language of a tag or of a locale's name: `zh-CN`, `zh_CN.UTF-8`, `de`, `C`. `None`
    /// for one without a catalog.
    ///
    /// ```
    /// use passthru::text::Language;
    /// assert_eq!(Language::of_locale("zh_CN.UTF-8"), Some(Language::ChineseSimplified));
    /// assert_eq!(Language::of_locale("de_AT.UTF-8"), Some(Language::German));
    /// assert_eq!(Language::of_locale("C.UTF-8"), Some(Language::English));
    /// assert_eq!(Language::of_locale("zh_TW.UTF-8"), None);
    /// assert_eq!(Language::of_locale(""), None);
    /// ```
    #[must_use]
    pub fn of_locale(name: &str) -> Option<Self> {
        let name = name.split(['.', '@']).next().unwrap_or_default();
        let name = name.replace('_', "-").to_ascii_lowercase();
        let mut parts = name.split('-');
        match (parts.next(), parts.next()) {
            (Some("c" | "posix"), None) | (Some("en"), _) => Some(Self::English),
            (Some("zh"), None | Some("cn" | "sg" | "hans")) => Some(Self::ChineseSimplified),
            (Some("de"), _) => Some(Self::German),
            _ => None,
        }
    }

    /// The language that the environment names: the first of `LC_ALL`, `LC_MESSAGES` and
    /// `LANG` that is set and not empty (POSIX.1-2024, 8.2). English where that has no
    /// catalog.
    #[must_use]
    pub(crate) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
        let mut values = names.filter_map(|name| variable(name).filter(|value| !value.is_empty()));
        let locale = values.next();
        let language = locale.as_deref().and_then(Self::of_locale);
        language.unwrap_or_default()
    }

    /// The catalog that the build made of the language's PO file; `None` for English.
    pub(super) fn built_catalog(self) -> Option<Vec<u8>> {
        let packed: &[u8] = match self {
            Self::English => return None,
            Self::ChineseSimplified => {
                include_bytes!(concat!(env!("OUT_DIR"), "/zh-CN.catalog.deflate"))
            }
            Self::German => include_bytes!(concat!(env!("OUT_DIR"), "/de.catalog.deflate")),
        };
        Some(unpacked_bytes(packed))
    }

    /// Number of forms of a sentence with a number.
    #[must_use]
    pub const fn forms(self) -> usize {
        match self {
            Self::English | Self::German => 2,
            Self::ChineseSimplified => 1,
        }
    }

    /// The form for a number, from 0 (GNU gettext manual, 11.2.6).
    pub(super) fn form(self, count: u64) -> usize {
        match self {
            Self::English | Self::German => usize::from(count != 1),
            Self::ChineseSimplified => 0,
        }
    }
}

#[cfg(test)]
mod tests;
