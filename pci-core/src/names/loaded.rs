//! A text with its names ready to be asked for.

use alloc::string::String;
use alloc::vec::Vec;

use super::build::BuildError;
use super::fault::{Fault, TextError};
use super::lookup::Names;
use super::text::Database;

/// A `pci.ids` text that was read at run time, such as the system's, ready for
/// lookups: the names stay where they are in the text.
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
    /// Reads a text, by the rules of [`Database::parse`].
    ///
    /// # Errors
    /// [`LoadError`] when the text breaks the rules, has no version, or is too large.
    pub fn parse(text: Vec<u8>) -> Result<Self, LoadError> {
        let head = Database::parse(&text)?.to_head()?;
        // The parser looked already; this is the owned form of it.
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

/// Why a text gives no names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// A line breaks the rules.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It has no version, or its names do not fit.
    #[error(transparent)]
    Build(#[from] BuildError),
}
