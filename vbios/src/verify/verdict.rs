//! Verdict of a finding.

use core::fmt;

/// Verdict of a finding, in the order of display; the words are those of `passthru doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum RomVerdict {
    /// The guest cannot use the ROM until this is fixed.
    Blocker,
    /// Works badly, or by chance.
    Fix,
    /// Reduces protection.
    Security,
    /// Not determined by the input.
    Unknown,
    /// Looks like a problem, is harmless.
    Harmless,
}

impl RomVerdict {
    /// The word in documents: `blocker`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Fix => "fix",
            Self::Security => "security",
            Self::Unknown => "unknown",
            Self::Harmless => "harmless",
        }
    }

    /// Whether the finding must be fixed.
    #[must_use]
    pub const fn is_problem(self) -> bool {
        matches!(self, Self::Blocker | Self::Fix | Self::Security)
    }
}

impl fmt::Display for RomVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
