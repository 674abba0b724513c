//! In what two option ROMs differ.

use std::hash::{Hash, Hasher};

use passthru::rom_document;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyTuple};
use vbios::Difference;

use crate::{document, repr};

/// The fields in which two option ROMs differ; none where they are the same.
#[pyclass(frozen, eq, hash, module = "passthru")]
pub(crate) struct RomDiff {
    found: Vec<Difference>,
    differences: Py<PyTuple>,
}

impl RomDiff {
    pub(crate) fn new(py: Python<'_>, found: Vec<Difference>) -> PyResult<Self> {
        let differences: Vec<RomDifference> = found.iter().cloned().map(RomDifference).collect();
        let differences = PyTuple::new(py, differences)?.unbind();
        Ok(Self { found, differences })
    }
}

impl PartialEq for RomDiff {
    fn eq(&self, other: &Self) -> bool {
        self.found == other.found
    }
}

impl Hash for RomDiff {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for difference in &self.found {
            RomDifference::hash_of(difference, state);
        }
    }
}

#[pymethods]
impl RomDiff {
    /// The differences, in the order of the first ROM.
    #[getter]
    fn differences(&self, py: Python<'_>) -> Py<PyTuple> {
        self.differences.clone_ref(py)
    }

    /// The text that `passthru rom diff --json` prints, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&rom_document::differences(&self.found))
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &rom_document::differences(&self.found))
    }

    fn __len__(&self) -> usize {
        self.found.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.differences.bind(py).try_iter()
    }

    fn __repr__(&self) -> String {
        format!("<passthru.RomDiff: {} differences>", self.found.len())
    }
}

/// One field in which two option ROMs differ.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomDifference(Difference);

impl RomDifference {
    fn hash_of<H: Hasher>(difference: &Difference, state: &mut H) {
        let Difference {
            place,
            field,
            left,
            right,
        } = difference;
        (place, field, left, right).hash(state);
    }
}

impl Hash for RomDifference {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Self::hash_of(&self.0, state);
    }
}

#[pymethods]
impl RomDifference {
    /// Where: `prefix`, `EFI image 1`, `board`, `tail`.
    #[getter]
    fn place(&self) -> &str {
        &self.0.place
    }

    /// Which field there.
    #[getter]
    fn field(&self) -> &str {
        self.0.field
    }

    /// What the first ROM has; None where it has nothing of the kind.
    #[getter]
    fn left(&self) -> Option<&str> {
        self.0.left.as_deref()
    }

    /// What the second ROM has.
    #[getter]
    fn right(&self) -> Option<&str> {
        self.0.right.as_deref()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(this: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(this, &["place", "field", "left", "right"])
    }
}
