//! How a value shows itself: its class and its fields.

use pyo3::prelude::*;

/// `Edit(path='/etc/modules', mode=None)`: the fields by name, as Python shows
/// each of them.
pub(crate) fn of<T>(value: &Bound<'_, T>, fields: &[&str]) -> PyResult<String> {
    let value = value.as_any();
    let shown: Vec<String> = fields
        .iter()
        .map(|field| Ok(format!("{field}={}", value.getattr(*field)?.repr()?)))
        .collect::<PyResult<_>>()?;
    Ok(format!(
        "{}({})",
        value.get_type().name()?,
        shown.join(", ")
    ))
}
