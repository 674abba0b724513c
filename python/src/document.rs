//! JSON documents.

use pyo3::prelude::*;
use serde::Serialize;

/// The text that the command prints for `value` with `--json`.
pub(crate) fn text(value: &impl Serialize) -> PyResult<String> {
    passthru::document::to_json(value)
        .map_err(|error| crate::errors::PassthruError::new_err(error.to_string()))
}
