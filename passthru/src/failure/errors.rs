//! Conversion of each error of this crate, and of those below it, to that form.

use super::code::FailureCode;
use super::form::Failure;
use crate::apply::{ApplyError, JournalError};
use crate::conversion::ConversionError;
use crate::document::NotExplained;
use crate::guest_setup::GuestError;
use crate::input::{InputError, TextKind};
use crate::lspci::{LspciError, OptionError};
use crate::page::PageError;
use crate::plan::{NotWritten, PlanError, ReadError, VmOptionError};
use crate::predicted::PredictedError;
use crate::select::SelectError;
use crate::target::{Target, UnknownTarget};
use crate::verify::NothingToVerify;

impl From<&host_tree::Error> for Failure {
    fn from(error: &host_tree::Error) -> Self {
        let failure = Self::new(FailureCode::CannotOpen, error.to_string());
        match error.path() {
            Some(path) => failure.in_file(path.to_string_lossy()),
            None => failure,
        }
    }
}

impl From<&InputError> for Failure {
    fn from(error: &InputError) -> Self {
        let failure = Self::new(FailureCode::BadText, error.to_string());
        match error {
            InputError::Empty { name } | InputError::Binary { name, .. } => {
                failure.in_file(name).with_help(TextKind::names())
            }
            InputError::Snapshot { name, error } => {
                let failure = failure.in_file(name);
                match (error.line(), error.column()) {
                    (Some(line), Some(column)) => {
                        failure.at_line(line).at_bytes(column..column + 1)
                    }
                    _ => failure,
                }
            }
            InputError::NothingUsable { name, line, .. } => failure
                .in_file(name)
                .at_line(*line)
                .with_help(TextKind::names()),
            InputError::MixedSnapshot { name, hosts, .. } => {
                failure.in_file(name).with_help(hosts.join(", "))
            }
            InputError::NoMachine { hosts, .. } => {
                let failure = Self::new(FailureCode::BadRequest, error.to_string());
                if hosts.is_empty() {
                    return failure;
                }
                failure.with_help(hosts.join(", "))
            }
            InputError::Nothing => failure,
        }
    }
}

impl From<&SelectError> for Failure {
    fn from(error: &SelectError) -> Self {
        let failure = Self::new(FailureCode::BadDevice, error.to_string());
        match error {
            SelectError::NoMatch { near, .. } if !near.is_empty() => {
                failure.with_help(near.join(", "))
            }
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

impl From<&hvconf::Error> for Failure {
    fn from(error: &hvconf::Error) -> Self {
        let code = match error.kind() {
            hvconf::ErrorKind::Format => FailureCode::UnknownTarget,
            hvconf::ErrorKind::System => FailureCode::BadRequest,
            _ if error.is_of_target() => FailureCode::Unsupported,
            _ => FailureCode::BadText,
        };
        let mut failure = Self::new(code, error.to_string());
        failure.line = error.line();
        failure
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

impl From<&hostconf::Error> for Failure {
    fn from(error: &hostconf::Error) -> Self {
        let code = match error.kind() {
            hostconf::ErrorKind::Method | hostconf::ErrorKind::Release => FailureCode::BadRequest,
            _ => FailureCode::BadText,
        };
        let mut failure = Self::new(code, error.to_string());
        failure.file = error.path().map(str::to_owned);
        failure.line = error.line();
        failure
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
            PlanError::Unnamed(found) => match found.first() {
                Some(first) => failure.in_file(first.path()),
                None => failure,
            },
            PlanError::LoaderNotShown { look, .. } => failure.with_help(look),
            PlanError::BadGuest { vm, expected, .. } => {
                failure.at_bytes(0..vm.len()).with_help(expected.as_str())
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
            | ApplyError::NothingToUndo
            | ApplyError::NothingToKeep
            | ApplyError::NotConfirmable(_) => new(FailureCode::Transaction),
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
            GuestError::Guest(_) => Self::new(FailureCode::Unsupported, error.to_string()),
        }
    }
}

impl From<&VmOptionError> for Failure {
    fn from(error: &VmOptionError) -> Self {
        Self::new(FailureCode::BadRequest, error.to_string())
            .at_bytes(0..error.option.len())
            .with_help(error.expected.as_str())
    }
}

impl From<&ConversionError> for Failure {
    fn from(error: &ConversionError) -> Self {
        let code = if error.is_of_target() {
            FailureCode::Unsupported
        } else {
            FailureCode::BadText
        };
        let (ConversionError::NoFormat { name } | ConversionError::Convert { name, .. }) = error;
        Self::new(code, error.to_string()).in_file(name)
    }
}

impl From<&NotExplained> for Failure {
    fn from(error: &NotExplained) -> Self {
        Self::new(FailureCode::NoEntry, error.to_string())
            .with_help(crate::doctor::codes().join(", "))
    }
}

impl From<&pci_core::Error> for Failure {
    fn from(error: &pci_core::Error) -> Self {
        let mut failure = Self::new(FailureCode::BadText, error.to_string());
        failure.line = error.line();
        failure.span = error.offset().map(|at| at..at.saturating_add(1));
        failure
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
            LspciError::NotShown | LspciError::Unreadable(_) => {
                Self::new(FailureCode::NotShown, error.to_string())
            }
            LspciError::Dump(error) => Self::from(error),
            LspciError::Write(_) => Self::new(FailureCode::Internal, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_apart_from_the_words() {
        let host = crate::Host::read(&host_tree::MemoryTree::partial());
        let error = crate::select::devices(&host, "0000:01:00.9").unwrap_err();
        let failure = Failure::from(&error);
        assert_eq!(failure.code, FailureCode::BadDevice);
        assert_eq!(failure.span, Some(11..12), "{failure:?}");
        let error = crate::plan::Plan::from_json(b"{\n  \"schema\": 1,\n").unwrap_err();
        let failure = Failure::from(&error);
        assert_eq!(failure.line, Some(2), "{failure:?}");
        let text = b"# Version: 2026.01.01\n10de\n";
        let error = pci_core::names::Database::parse(text).unwrap_err();
        assert_eq!(Failure::from(&error).line, Some(2));
    }
}
