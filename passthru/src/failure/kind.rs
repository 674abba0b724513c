//! Kinds of errors, each with a stable word.

use serde::{Serialize, Serializer};

/// The kind of an [`Error`](super::Error): a stable word in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A bug in passthru.
    Internal,
    /// An invalid argument: missing, too large, of another kind.
    BadArgument,
    /// A string is not UTF-8.
    NotUtf8,
    /// A directory or file cannot be opened.
    CannotOpen,
    /// A text is empty, binary, damaged or of no known kind.
    BadText,
    /// A word chooses no device, or more than one card.
    BadDevice,
    /// Unknown target.
    UnknownTarget,
    /// An impossible request.
    BadRequest,
    /// No plan can be made for this host, or the input does not show enough of it.
    NoPlan,
    /// The groups cannot be predicted.
    NoPrediction,
    /// The host is not in the required state; nothing was changed.
    Refused,
    /// Another passthru is at work.
    Busy,
    /// A transaction waits to be finished, or there is none.
    Transaction,
    /// The system refused something.
    System,
    /// A command of a plan failed.
    Command,
    /// The requested fact is not in the input.
    NotShown,
    /// There is no entry for the request.
    NoEntry,
    /// The target cannot express it.
    Unsupported,
}

impl ErrorKind {
    /// All codes, in the order of their numbers in C.
    pub const ALL: [Self; 18] = [
        Self::Internal,
        Self::BadArgument,
        Self::NotUtf8,
        Self::CannotOpen,
        Self::BadText,
        Self::BadDevice,
        Self::UnknownTarget,
        Self::BadRequest,
        Self::NoPlan,
        Self::NoPrediction,
        Self::Refused,
        Self::Busy,
        Self::Transaction,
        Self::System,
        Self::Command,
        Self::NotShown,
        Self::NoEntry,
        Self::Unsupported,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::BadArgument => "bad-argument",
            Self::NotUtf8 => "not-utf8",
            Self::CannotOpen => "cannot-open",
            Self::BadText => "bad-text",
            Self::BadDevice => "bad-device",
            Self::UnknownTarget => "unknown-target",
            Self::BadRequest => "bad-request",
            Self::NoPlan => "no-plan",
            Self::NoPrediction => "no-prediction",
            Self::Refused => "refused",
            Self::Busy => "busy",
            Self::Transaction => "transaction",
            Self::System => "system",
            Self::Command => "command",
            Self::NotShown => "not-shown",
            Self::NoEntry => "no-entry",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests;
