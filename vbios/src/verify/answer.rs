//! What one reader of a ROM does with it.

use alloc::string::String;

use super::consumer::Consumer;

/// What one reader does with the ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RomAnswer {
    /// Who reads it.
    pub consumer: Consumer,
    /// Whether it takes it.
    pub acceptance: Acceptance,
    /// Why, in a few words.
    pub reason: String,
}

/// Whether a reader takes a ROM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Acceptance {
    /// By all of its rules that can be checked.
    Accepts,
    /// By one of its rules.
    Refuses,
    /// The input does not say.
    Unknown,
}

impl Acceptance {
    /// The word for it, as in documents: `accepts`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::Refuses => "refuses",
            Self::Unknown => "unknown",
        }
    }
}
