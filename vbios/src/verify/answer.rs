//! A consumer's answer to a ROM.

use alloc::string::String;

use super::consumer::Consumer;

/// A consumer's answer to a ROM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RomAnswer {
    /// The consumer.
    pub consumer: Consumer,
    /// Whether it accepts the ROM.
    pub acceptance: Acceptance,
    /// Reason, in a few words.
    pub reason: String,
}

/// Whether a consumer accepts a ROM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Acceptance {
    /// Accepted by all rules that can be checked.
    Accepts,
    /// Rejected by one of its rules.
    Refuses,
    /// Not determined by the input.
    Unknown,
}

impl Acceptance {
    /// The word in documents: `accepts`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::Refuses => "refuses",
            Self::Unknown => "unknown",
        }
    }
}
