//! What a finding means.

use core::fmt;

/// What a finding means for whoever wants to use the ROM. The order is the order in
/// which findings are shown; the words are those that `passthru doctor` uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum RomVerdict {
    /// The guest cannot use the ROM until this is changed.
    Blocker,
    /// Works badly, or by luck.
    Fix,
    /// A protection is given up.
    Security,
    /// The input does not say whether it matters.
    Unknown,
    /// Looks bad and is fine: leave it.
    Harmless,
}

impl RomVerdict {
    /// The word for it, as in documents: `blocker`.
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

    /// Whether it stands in the way.
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
