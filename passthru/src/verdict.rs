//! The verdicts of a finding.

use std::fmt;

use serde::Serialize;

use crate::text::{Argument, IntoArgument, Text};

/// What a finding means for the person who reads it. The order is the order in
/// which findings are shown.
///
/// ```
/// use passthru::Verdict;
/// assert!(Verdict::Blocker < Verdict::Harmless);
/// assert!(Verdict::Security.is_problem() && !Verdict::NoEffect.is_problem());
/// assert_eq!(Verdict::NoEffect.to_string(), "no-effect");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// The assignment cannot work until this is changed.
    Blocker,
    /// The hardware or hypervisor does not support it.
    Impossible,
    /// The assignment works badly, or by luck, until this is changed.
    Fix,
    /// The setting removes a protection without a benefit.
    Security,
    /// Known of a subject that the text names; the input does not prove that it applies to this
    /// host.
    Check,
    /// The setting has no effect on this host and can be removed.
    NoEffect,
    /// Not in the input; the remedy names the command that shows it.
    Unknown,
    /// The line looks like an error but is not; no change is needed.
    Harmless,
    /// This is correct.
    Ok,
}

impl Verdict {
    /// All verdicts, in the order in which findings are shown.
    pub const ALL: [Self; 9] = [
        Self::Blocker,
        Self::Impossible,
        Self::Fix,
        Self::Security,
        Self::Check,
        Self::NoEffect,
        Self::Unknown,
        Self::Harmless,
        Self::Ok,
    ];

    /// The word for it, as in JSON: `no-effect`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Impossible => "impossible",
            Self::Fix => "fix",
            Self::Security => "security",
            Self::Check => "check",
            Self::NoEffect => "no-effect",
            Self::Unknown => "unknown",
            Self::Harmless => "harmless",
            Self::Ok => "ok",
        }
    }

    /// The word on screens.
    #[must_use]
    pub fn label(self) -> Text {
        Text::word("verdict", self.word())
    }

    /// The meaning of the verdict, a sentence without its full stop.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Blocker => "the assignment cannot work until this is changed",
            Self::Impossible => "this hardware or hypervisor does not support it",
            Self::Fix => "the assignment works badly, or by luck, until this is changed",
            Self::Security => "the setting removes a protection without a benefit",
            Self::Check => {
                "known of a subject that the text names; the input does not prove that it applies"
            }
            Self::NoEffect => "the setting has no effect on this host and can be removed",
            Self::Unknown => "not in the input; the remedy names the command that shows it",
            Self::Harmless => "the line looks like an error but is not; no change is needed",
            Self::Ok => "this is correct",
        }
    }

    /// The verdict with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Whether the verdict requires a change: the command then ends with status 1.
    #[must_use]
    pub const fn is_problem(self) -> bool {
        matches!(
            self,
            Self::Blocker | Self::Impossible | Self::Fix | Self::Security
        )
    }

    /// Whether the finding may require a change.
    pub(crate) const fn may_need_change(self) -> bool {
        self.is_problem() || matches!(self, Self::Check)
    }

    /// Whether the verdict is of a state that prevents the assignment or disturbs it.
    pub(crate) const fn is_fault(self) -> bool {
        matches!(self, Self::Blocker | Self::Impossible | Self::Fix)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl IntoArgument for Verdict {
    fn argument(&self) -> Argument {
        Argument::Text(self.label())
    }
}
