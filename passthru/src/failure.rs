//! Why a call failed, in one form for programs of any language: what an error of this
//! crate says of itself, taken apart.

use std::fmt;
use std::ops::Range;

use hvconf::binding::method::MethodError;
use hvconf::convert::UnknownFormat;
use hvconf::guest::UnknownSystem;
use pci_core::lspci::dump::DumpError;
use pci_core::names::{LoadError, TextError};
use pci_core::tree::{OpenError, SnapshotError};
use serde::{Serialize, Serializer};

use crate::apply::{ApplyError, JournalError};
use crate::conversion::ConversionError;
use crate::document::NotExplained;
use crate::guest_work::GuestError;
use crate::intake::{IntakeError, TextKind};
use crate::lspci::{LspciError, OptionError};
use crate::page::PageError;
use crate::plan::{NotWritten, PlanError, ReadError, WishError};
use crate::predicted::PredictedError;
use crate::select::SelectError;
use crate::target::{Target, UnknownTarget};
use crate::verify::NothingToVerify;

/// What kind of failure it is: a stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureCode {
    /// A fault in passthru itself.
    Internal,
    /// An argument cannot be what it is: missing, too large, of another kind.
    BadArgument,
    /// A string is not UTF-8.
    NotUtf8,
    /// A directory or file cannot be opened.
    CannotOpen,
    /// A text is empty, binary, damaged or of no known kind.
    BadText,
    /// A word chooses no device, or more than one card.
    BadDevice,
    /// There is no such target.
    UnknownTarget,
    /// What was asked cannot be asked.
    BadRequest,
    /// No plan can be made for this host, or the input does not show enough of it.
    NoPlan,
    /// The groups cannot be predicted.
    NoPrediction,
    /// The host is not as it must be; nothing was changed.
    Refused,
    /// Another passthru is at work.
    Busy,
    /// A transaction waits to be finished, or there is none.
    Transaction,
    /// The system refused something.
    System,
    /// A command of a plan failed.
    Command,
    /// The input does not show what was asked.
    NotShown,
    /// Nothing is known of what was asked.
    NotKnown,
    /// The target cannot express it.
    NotExpressible,
}

impl FailureCode {
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
        Self::NotKnown,
        Self::NotExpressible,
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
            Self::NotKnown => "not-known",
            Self::NotExpressible => "not-expressible",
        }
    }
}

impl Serialize for FailureCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// Why a call failed.
///
/// ```
/// use passthru::{Failure, FailureCode, intake::Intake};
/// let error = Intake::new().add("notes.txt", b"\nhello\n").unwrap_err();
/// let failure = Failure::from(&error);
/// assert_eq!(failure.code, FailureCode::BadText);
/// assert_eq!(failure.file.as_deref(), Some("notes.txt"));
/// assert_eq!(failure.line, Some(2));
/// assert_eq!(failure.to_string(), error.to_string());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "schema", rename = "passthru-failure/1")]
#[non_exhaustive]
pub struct Failure {
    /// What kind of failure.
    pub code: FailureCode,
    /// What was expected, what was found and where, without a full stop.
    pub message: String,
    /// The file or text that it is about.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
    /// The bytes that are wrong, from 0: of that line, or where there is none of the
    /// word that was given.
    pub span: Option<Range<usize>>,
    /// What could be given instead, or what to do.
    pub help: Option<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    /// A failure of this kind, with nothing but its words.
    #[must_use]
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            file: None,
            line: None,
            span: None,
            help: None,
        }
    }

    /// The same, about a file or a text.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same, at a line, from 1.
    #[must_use]
    pub const fn at_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, at bytes of that line, or of the word that was given.
    #[must_use]
    pub const fn at_bytes(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, where a JSON reader stopped.
    fn at_json(self, error: &serde_json::Error) -> Self {
        // A reader that knows no place says 0.
        let column = error.column().saturating_sub(1);
        match u32::try_from(error.line()) {
            Ok(line @ 1..) => self.at_line(line).at_bytes(column..column + 1),
            _ => self,
        }
    }
}

impl From<&OpenError> for Failure {
    fn from(error: &OpenError) -> Self {
        let failure = Self::new(FailureCode::CannotOpen, error.to_string());
        match error {
            OpenError::Directory { path, .. } | OpenError::Manifest { path, .. } => {
                failure.in_file(path.to_string_lossy())
            }
        }
    }
}

impl From<&IntakeError> for Failure {
    fn from(error: &IntakeError) -> Self {
        let failure = Self::new(FailureCode::BadText, error.to_string());
        match error {
            IntakeError::Empty { name } | IntakeError::Binary { name, .. } => {
                failure.in_file(name).with_help(TextKind::NAMES)
            }
            IntakeError::Snapshot { name, error } => {
                let failure = failure.in_file(name);
                match error {
                    SnapshotError::Json(error) => failure.at_json(error),
                    _ => failure,
                }
            }
            IntakeError::NotRecognised { name, line, .. } => failure
                .in_file(name)
                .at_line(*line)
                .with_help(TextKind::NAMES),
            IntakeError::MixedSnapshot { name, hosts, .. } => {
                failure.in_file(name).with_help(hosts.join(", "))
            }
            IntakeError::NoMachine { hosts, .. } => {
                let failure = Self::new(FailureCode::BadRequest, error.to_string());
                if hosts.is_empty() {
                    return failure;
                }
                failure.with_help(hosts.join(", "))
            }
            IntakeError::Nothing => failure,
        }
    }
}

impl From<&SelectError> for Failure {
    fn from(error: &SelectError) -> Self {
        let failure = Self::new(FailureCode::BadDevice, error.to_string());
        match error {
            SelectError::NotThere { shown, .. } | SelectError::NoMatch { shown, .. } => {
                if shown.is_empty() {
                    return failure;
                }
                let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
                failure.with_help(shown.join(", "))
            }
            SelectError::Ambiguous { slots, .. } => {
                let slots: Vec<String> = slots.iter().map(ToString::to_string).collect();
                failure.with_help(slots.join(", "))
            }
            SelectError::NoAddress {
                word,
                expected,
                offset,
            } => failure
                .at_bytes(*offset..word.len().max(*offset))
                .with_help(*expected),
        }
    }
}

impl From<&UnknownTarget> for Failure {
    fn from(error: &UnknownTarget) -> Self {
        let targets = Target::ALL.map(Target::word).join(", ");
        Self::new(FailureCode::UnknownTarget, error.to_string())
            .at_bytes(0..error.0.len())
            .with_help(targets)
    }
}

impl From<&UnknownFormat> for Failure {
    fn from(error: &UnknownFormat) -> Self {
        Self::new(FailureCode::UnknownTarget, error.to_string())
    }
}

impl From<&PredictedError> for Failure {
    fn from(error: &PredictedError) -> Self {
        let code = if error.is_usage() {
            FailureCode::BadRequest
        } else {
            FailureCode::NoPrediction
        };
        Self::new(code, error.to_string())
    }
}

impl From<&MethodError> for Failure {
    fn from(error: &MethodError) -> Self {
        Self::new(FailureCode::BadRequest, error.to_string())
    }
}

impl From<&PlanError> for Failure {
    fn from(error: &PlanError) -> Self {
        let code = if error.is_usage() {
            FailureCode::BadRequest
        } else {
            FailureCode::NoPlan
        };
        let failure = Self::new(code, error.to_string());
        match error {
            PlanError::FileNotShown { path }
            | PlanError::InitramfsWithoutUdev { path }
            | PlanError::RootIsReadOnly { path, .. }
            | PlanError::Edit { path, .. }
            | PlanError::Unreadable { path, .. } => failure.in_file(path),
            PlanError::LoaderNotShown { look, .. } => failure.with_help(look),
            PlanError::BadGuest { vm, expected, .. } => {
                failure.at_bytes(0..vm.len()).with_help(*expected)
            }
            PlanError::SeveralMachines { hosts, .. } if !hosts.is_empty() => {
                failure.with_help(hosts.join(", "))
            }
            PlanError::NoTarget => failure.with_help(Target::ALL.map(Target::word).join(", ")),
            _ => failure,
        }
    }
}

impl From<&ReadError> for Failure {
    fn from(error: &ReadError) -> Self {
        let failure = Self::new(FailureCode::BadText, error.to_string());
        match error {
            ReadError::Form(error) => failure.at_json(error),
            ReadError::Path { path, .. }
            | ReadError::Twice { path }
            | ReadError::State { path }
            | ReadError::Mode { path, .. } => failure.in_file(path),
            _ => failure,
        }
    }
}

impl From<&NotWritten> for Failure {
    fn from(error: &NotWritten) -> Self {
        Self::new(FailureCode::NoPlan, error.to_string())
    }
}

impl From<&ApplyError> for Failure {
    fn from(error: &ApplyError) -> Self {
        let new = |code| Self::new(code, error.to_string());
        match error {
            ApplyError::System { path, .. } => new(FailureCode::System).in_file(path),
            ApplyError::Journal { path, error } => {
                let failure = new(FailureCode::BadText).in_file(path);
                match error {
                    JournalError::Line { line, .. } => failure.at_line(*line),
                    _ => failure,
                }
            }
            ApplyError::Busy => new(FailureCode::Busy),
            ApplyError::Refused(_) | ApplyError::NotNow(_) => new(FailureCode::Refused),
            ApplyError::Unfinished { .. }
            | ApplyError::NothingToResume
            | ApplyError::NothingToUndo => new(FailureCode::Transaction),
            ApplyError::Command { failed } => {
                new(FailureCode::Command).with_help(failed.output.clone())
            }
        }
    }
}

impl From<&NothingToVerify> for Failure {
    fn from(error: &NothingToVerify) -> Self {
        let code = match error {
            NothingToVerify::NoPlan => FailureCode::Transaction,
            NothingToVerify::Journal(_) => FailureCode::BadText,
        };
        Self::new(code, error.to_string())
    }
}

impl From<&PageError> for Failure {
    fn from(error: &PageError) -> Self {
        match error {
            PageError::Select(error) => error.into(),
            PageError::Plan(error) => error.into(),
        }
    }
}

impl From<&GuestError> for Failure {
    fn from(error: &GuestError) -> Self {
        match error {
            GuestError::Devices(error) => error.into(),
            GuestError::Guest(_) => Self::new(FailureCode::NotExpressible, error.to_string()),
        }
    }
}

impl From<&WishError> for Failure {
    fn from(error: &WishError) -> Self {
        Self::new(FailureCode::BadRequest, error.to_string())
            .at_bytes(0..error.wish.len())
            .with_help(error.expected)
    }
}

impl From<&UnknownSystem> for Failure {
    fn from(error: &UnknownSystem) -> Self {
        Self::new(FailureCode::BadRequest, error.to_string())
    }
}

impl From<&ConversionError> for Failure {
    fn from(error: &ConversionError) -> Self {
        let code = if error.is_of_target() {
            FailureCode::NotExpressible
        } else {
            FailureCode::BadText
        };
        let (ConversionError::NoFormat { name } | ConversionError::Convert { name, .. }) = error;
        Self::new(code, error.to_string()).in_file(name)
    }
}

impl From<&NotExplained> for Failure {
    fn from(error: &NotExplained) -> Self {
        Self::new(FailureCode::NotKnown, error.to_string())
            .with_help(crate::doctor::codes().join(", "))
    }
}

impl From<&DumpError> for Failure {
    fn from(error: &DumpError) -> Self {
        let column = usize::try_from(error.column).unwrap_or(usize::MAX).max(1) - 1;
        Self::new(FailureCode::BadText, error.to_string())
            .at_line(error.line)
            .at_bytes(column..column.saturating_add(1))
    }
}

impl From<&OptionError> for Failure {
    fn from(error: &OptionError) -> Self {
        Self::new(FailureCode::BadRequest, error.to_string())
            .at_bytes(0..error.word.len())
            .with_help(error.expected.clone())
    }
}

impl From<&LspciError> for Failure {
    fn from(error: &LspciError) -> Self {
        match error {
            LspciError::NotShown => Self::new(FailureCode::NotShown, error.to_string()),
            LspciError::Dump(error) => Self::from(error),
            LspciError::Write(_) => Self::new(FailureCode::Internal, error.to_string()),
        }
    }
}

impl From<&LoadError> for Failure {
    fn from(error: &LoadError) -> Self {
        let failure = Self::new(FailureCode::BadText, error.to_string());
        match error {
            LoadError::Text(TextError { line, .. }) => failure.at_line(*line),
            LoadError::Build(_) => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_words_of_their_own() {
        let mut words = FailureCode::ALL.map(FailureCode::word).to_vec();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), FailureCode::ALL.len());
    }

    #[test]
    fn a_place_is_told_apart_from_the_words() {
        let host = crate::Host::read(&pci_core::tree::MemoryTree::partial());
        let error = crate::select::devices(&host, "0000:01:00.9").unwrap_err();
        let failure = Failure::from(&error);
        assert_eq!(failure.code, FailureCode::BadDevice);
        assert_eq!(failure.span, Some(11..12), "{failure:?}");
        let error = crate::plan::Plan::from_json(b"{\n  \"schema\": 1,\n").unwrap_err();
        let failure = Failure::from(&error);
        assert_eq!(failure.line, Some(2), "{failure:?}");
        let error = LoadError::from(
            pci_core::names::Database::parse(b"# Version: 2026.01.01\n10de\n").unwrap_err(),
        );
        assert_eq!(Failure::from(&error).line, Some(2));
    }
}
