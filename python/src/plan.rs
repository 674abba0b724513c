//! Plans, as their JSON form, and what is made of them.

use host_tree::Edit;
use passthru::plan::{self, Plan};
use pyo3::prelude::*;

use crate::{document, errors};

/// The plan of its JSON form, held to what a plan can say.
pub(crate) fn read(json: &str) -> PyResult<Plan> {
    Plan::from_json(json.as_bytes()).map_err(|error| errors::input(&error))
}

/// The JSON form of the plan in a text, as the command prints it.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn checked_plan(py: Python<'_>, json: &str) -> PyResult<String> {
    py.detach(|| document::text(&read(json)?))
}

/// The edits of a plan as a unified diff.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn plan_patch(py: Python<'_>, json: &str) -> PyResult<String> {
    py.detach(|| Ok(plan::patch::of_all(&read(json)?.edits)))
}

/// A plan as a shell script.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn plan_script(py: Python<'_>, json: &str) -> PyResult<String> {
    py.detach(|| plan::script(&read(json)?).map_err(|error| errors::plan(&error)))
}

/// A plan as an Ansible playbook.
#[pyfunction]
#[pyo3(signature = (json, /))]
pub(crate) fn plan_playbook(py: Python<'_>, json: &str) -> PyResult<String> {
    py.detach(|| plan::playbook(&read(json)?).map_err(|error| errors::plan(&error)))
}

/// One edit as a unified diff.
#[pyfunction]
#[pyo3(signature = (path, before, after, mode, /))]
pub(crate) fn edit_patch(
    path: String,
    before: Option<String>,
    after: String,
    mode: Option<u32>,
) -> String {
    let edit = match before {
        Some(before) => Edit::change(path, before, after),
        None => Edit::new_file(path, after),
    };
    plan::patch::of(&Edit { mode, ..edit })
}

/// A command as a person would type it into a shell.
#[pyfunction]
#[pyo3(signature = (argv, /))]
#[allow(
    clippy::needless_pass_by_value,
    reason = "extracted from Python objects"
)]
pub(crate) fn shown(argv: Vec<String>) -> String {
    passthru::shown(&argv)
}
