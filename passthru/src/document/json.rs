//! Values as JSON text.

use serde::Serialize;

/// A value as JSON text, indented, with a line end.
///
/// # Errors
///
/// Any error of the JSON writer; this crate's forms cause none.
pub fn to_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
