//! The result of a command: its text and its exit status.

use std::path::Path;

use super::input::file_bytes;
use crate::document;
use crate::text::{Text, text};

/// No blocker, fix, security or impossible finding.
pub const OK: u8 = 0;

/// At least one blocker, fix, security or impossible finding; or no plan can be
/// made.
pub const FAULTS: u8 = 1;

/// Wrong usage or unreadable input.
pub const USAGE: u8 = 2;

/// The text to print, and the exit status.
pub(in crate::cli) type Outcome = Result<(String, u8), (Text, u8)>;

/// An error, as a text for people.
pub(in crate::cli) trait IntoText {
    fn into_text(self) -> Text;
}

impl IntoText for Text {
    fn into_text(self) -> Text {
        self
    }
}

impl IntoText for crate::Error {
    fn into_text(self) -> Text {
        self.text()
    }
}

/// Errors whose sentences the catalog recognizes.
macro_rules! of_sentences {
    ($($error:ty),* $(,)?) => {
        $(impl IntoText for $error {
            fn into_text(self) -> Text {
                Text::of_english(self.to_string())
            }
        })*
    };
}

of_sentences!(
    String,
    host_tree::Error,
    iommu::Error,
    serde_json::Error,
    std::io::Error,
    std::string::FromUtf8Error,
    vbios::Error,
);

/// An error of usage or input.
pub(in crate::cli) fn usage(error: impl IntoText) -> (Text, u8) {
    (error.into_text(), USAGE)
}

/// A document as JSON.
pub(in crate::cli) fn to_json(value: &impl serde::Serialize) -> Result<String, (Text, u8)> {
    document::to_json(value).map_err(usage)
}

/// An error of usage or input about a file.
pub(in crate::cli) fn file_error(file: &Path, error: impl IntoText) -> (Text, u8) {
    usage(text!(
        "{path}: {error}",
        path = file.display().to_string(),
        error = error.into_text()
    ))
}

/// The bytes of a file; `-` is standard input.
pub(in crate::cli) fn read_file(file: &Path) -> Result<Vec<u8>, (Text, u8)> {
    file_bytes(file).map_err(usage)
}
