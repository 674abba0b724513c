//! JSON documents: as text, and as what Python makes of that text.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use serde::Serialize;

/// The text that the command prints for `value` with `--json`.
pub(crate) fn text(value: &impl Serialize) -> PyResult<String> {
    passthru::document::to_json(value)
        .map_err(|error| crate::errors::PassthruError::new_err(error.to_string()))
}

/// That text as dicts, lists and strings.
pub(crate) fn value<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    loads(py, &text(value)?)
}

/// A text that [`text`] gave as dicts, lists and strings.
pub(crate) fn loads<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS.import(py, "json", "loads")?.call1((text,))
}
