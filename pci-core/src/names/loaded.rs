//! A `pci.ids` text with an index.

use alloc::string::String;
use alloc::vec::Vec;

use super::fault::{Fault, TextError};
use super::lookup::Names;
use super::text::Database;
use crate::error::Result;

/// A `pci.ids` text that was read at run time, such as the system's, indexed for lookups: the names
/// stay in the text.
///
/// ```
/// use pci_core::names::LoadedNames;
/// let text = "# Version: 2026.10.25\n10de  NVIDIA Corporation\n\t2d04  GB206\n";
/// let loaded = LoadedNames::parse(text.into())?;
/// assert_eq!(loaded.names().version(), "2026.10.25");
/// assert_eq!(loaded.names().device("10de:2d04".parse()?), Some("GB206"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LoadedNames {
    text: String,
    head: Vec<u8>,
}

impl LoadedNames {
    /// Parses a text by the rules of [`Database::parse`]. Without a version, or with one in another
    /// form, as before 2009, [`version`](Names::version) is empty.
    ///
    /// # Errors
    /// If the text has a syntax error, or is too large.
    pub fn parse(text: Vec<u8>) -> Result<Self> {
        let head = Database::parse(&text)?.to_head()?;
        // Already validated by the parser; this only converts it to the owned form.
        let text = String::from_utf8(text).map_err(|_| TextError {
            line: 1,
            fault: Fault::NotUtf8,
        })?;
        Ok(Self { text, head })
    }

    /// The names.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        Names::of_text(&self.head, &self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_a_version_has_names() {
        for head in [
            "",
            "# $Id: pci.ids,v 1.62 $\n",
            "# Version: 1.2\n# Date: today\n",
        ] {
            let text = alloc::format!("{head}10de  NVIDIA\n\t2d04  GB206\n");
            let loaded = LoadedNames::parse(text.into()).unwrap();
            let names = loaded.names();
            assert_eq!(names.device("10de:2d04".parse().unwrap()), Some("GB206"));
            assert_eq!((names.version(), names.age_in_days(20_000)), ("", None));
        }
        let dated = LoadedNames::parse(b"# Date: today\n10de  NVIDIA\n".to_vec()).unwrap();
        assert_eq!(dated.names().date(), "today");
    }
}
