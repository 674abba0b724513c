//! Meanings of codes, settings and verdicts.

use passthru::{Verdict, doctor};
use pyo3::prelude::*;

use crate::document;

/// What a finding's code, a setting or an error text means, as JSON; None where nothing is
/// known of it.
#[pyfunction]
#[pyo3(signature = (what, /))]
pub(crate) fn explain(what: &str) -> PyResult<Option<String>> {
    let explanation = passthru::document::explanation(what).ok();
    explanation.map(|known| document::text(&known)).transpose()
}

/// The codes of all findings.
#[pyfunction]
pub(crate) fn codes() -> Vec<&'static str> {
    doctor::codes()
}

/// The words of all verdicts in the order in which findings are shown, each with
/// whether it is a problem.
#[pyfunction]
pub(crate) fn verdicts() -> Vec<(&'static str, bool)> {
    Verdict::ALL
        .iter()
        .map(|verdict| (verdict.word(), verdict.is_problem()))
        .collect()
}
