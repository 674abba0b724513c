//! Values as JSON text.

use serde::Serialize;

use crate::failure::{Cause, ErrorKind, into_error};
use crate::text::Text;

/// A value that cannot be written as JSON: a bug in passthru.
#[derive(Debug)]
struct JsonCause(serde_json::Error);

into_error!(JsonCause);

impl Cause for JsonCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }

    fn text(&self) -> Text {
        Text::of_english(self.0.to_string())
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// A value as JSON text, indented, with a line end.
///
/// # Errors
///
/// Any error of the JSON writer; this crate's forms cause none.
pub fn to_json(value: &impl Serialize) -> crate::Result<String> {
    let mut text = serde_json::to_string_pretty(value).map_err(JsonCause)?;
    text.push('\n');
    Ok(text)
}

/// A value as JSON text on one line, with a line end.
pub(crate) fn to_json_line(value: &impl Serialize) -> crate::Result<String> {
    let mut text = serde_json::to_string(value).map_err(JsonCause)?;
    text.push('\n');
    Ok(text)
}
