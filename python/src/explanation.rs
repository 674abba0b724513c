//! What a code or a setting means.

use passthru::doctor;
use pyo3::prelude::*;

/// What a finding's code or a setting means, and where that is written.
#[pyclass(frozen, eq, hash, get_all, module = "passthru")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Explanation {
    /// What it means, what it costs and what to do.
    meaning: String,
    /// Where this is written.
    source: String,
}

#[pymethods]
impl Explanation {
    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        crate::repr::of(slf, &["meaning", "source"])
    }

    fn __str__(&self) -> String {
        self.meaning.clone()
    }
}

/// Explain a finding's code (`vfio-ids-missing-function`), a setting as it is
/// typed (`amd_iommu=on`) or its name (`vfio_virqfd`).
///
/// Gives None when nothing is known of it.
#[pyfunction]
#[pyo3(signature = (what, /))]
pub(crate) fn explain(what: &str) -> Option<Explanation> {
    let (meaning, source) = doctor::explain(what)?;
    Some(Explanation { meaning, source })
}
