//! The JSON form of errors of the crates below this one.

use super::document::Failure;
use super::kind::ErrorKind;

impl From<&host_tree::Error> for Failure {
    fn from(error: &host_tree::Error) -> Self {
        let mut failure = Self::new(ErrorKind::CannotOpen, error.to_string());
        failure.file = error.path().map(|path| path.to_string_lossy().into_owned());
        failure
    }
}

impl From<&hvconf::Error> for Failure {
    fn from(error: &hvconf::Error) -> Self {
        let code = match error.kind() {
            hvconf::ErrorKind::Format => ErrorKind::UnknownTarget,
            hvconf::ErrorKind::System => ErrorKind::BadRequest,
            _ if error.is_of_target() => ErrorKind::Unsupported,
            _ => ErrorKind::BadText,
        };
        let mut failure = Self::new(code, error.to_string());
        failure.line = error.line();
        failure
    }
}

impl From<&hostconf::Error> for Failure {
    fn from(error: &hostconf::Error) -> Self {
        let code = match error.kind() {
            hostconf::ErrorKind::Method | hostconf::ErrorKind::Release => ErrorKind::BadRequest,
            _ => ErrorKind::BadText,
        };
        let mut failure = Self::new(code, error.to_string());
        failure.file = error.path().map(str::to_owned);
        failure.line = error.line();
        failure
    }
}

impl From<&pci_core::Error> for Failure {
    fn from(error: &pci_core::Error) -> Self {
        let mut failure = Self::new(ErrorKind::BadText, error.to_string());
        failure.line = error.line();
        failure.span = error.offset().map(|at| at..at.saturating_add(1));
        failure
    }
}

#[cfg(test)]
mod tests;
