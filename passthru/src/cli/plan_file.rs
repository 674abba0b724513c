//! The plan in a file.

use std::path::Path;

use super::input;
use super::outcome::usage;
use crate::plan::{Plan, ReadCause};
use crate::render;
use crate::text::{Text, text};

/// Reads a plan.
pub(super) fn read(path: &Path) -> Result<Plan, (Text, u8)> {
    let text = input::file_bytes(path).map_err(usage)?;
    Plan::from_json(&text).map_err(|error| {
        let mut sentence = text!(
            "{path}: {error}",
            path = path.display().to_string(),
            error = error.text()
        );
        // serde_json counts lines and columns from 1; 0 means none.
        if let Some(ReadCause::Form(form)) = error.cause() {
            let line = form.line().checked_sub(1);
            let mut lines = text.split(|byte| *byte == b'\n');
            if let Some(line) = line.and_then(|line| lines.nth(line)) {
                let line = String::from_utf8_lossy(line);
                let quote = render::caret(&line, form.column().saturating_sub(1));
                sentence = text!("{error}\n{quote}", error = sentence, quote);
            }
        }
        usage(sentence)
    })
}
