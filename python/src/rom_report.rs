//! Who takes an option ROM, and what is wrong with it.

use std::hash::{Hash, Hasher};

use passthru::rom_document;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyIterator, PyTuple};
use vbios::verify;

use crate::{document, repr};

/// Who takes an option ROM, and what was found, worst first.
#[pyclass(frozen, eq, hash, module = "passthru")]
pub(crate) struct RomReport {
    report: verify::Report,
    findings: Py<PyTuple>,
}

impl RomReport {
    pub(crate) fn new(py: Python<'_>, report: verify::Report) -> PyResult<Self> {
        let findings: Vec<RomFinding> = report.findings.iter().cloned().map(RomFinding).collect();
        let findings = PyTuple::new(py, findings)?.unbind();
        Ok(Self { report, findings })
    }
}

impl PartialEq for RomReport {
    fn eq(&self, other: &Self) -> bool {
        self.report == other.report
    }
}

impl Hash for RomReport {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for finding in &self.report.findings {
            (finding.code, finding.offset, &finding.text).hash(state);
        }
    }
}

#[pymethods]
impl RomReport {
    /// What each reader does with the ROM.
    #[getter]
    fn answers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(
            py,
            self.report
                .answers
                .iter()
                .cloned()
                .map(RomAnswer)
                .collect::<Vec<_>>(),
        )
    }

    /// What was found, worst first.
    #[getter]
    fn findings(&self, py: Python<'_>) -> Py<PyTuple> {
        self.findings.clone_ref(py)
    }

    /// Whether anything stands in the way: then `passthru rom verify` ends with 1.
    #[getter]
    fn has_fault(&self) -> bool {
        self.report.has_fault()
    }

    /// The text that `passthru rom verify --json` prints, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&rom_document::verification(&self.report))
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &rom_document::verification(&self.report))
    }

    fn __len__(&self) -> usize {
        self.report.findings.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.findings.bind(py).try_iter()
    }

    fn __repr__(&self) -> String {
        let faults = self.report.findings.iter().filter(|f| f.verdict.is_fault());
        format!(
            "<passthru.RomReport: {} findings, {} faults>",
            self.report.findings.len(),
            faults.count()
        )
    }
}

/// What one reader does with an option ROM.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomAnswer(verify::Answer);

impl Hash for RomAnswer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.consumer, self.0.acceptance, &self.0.because).hash(state);
    }
}

#[pymethods]
impl RomAnswer {
    /// Who reads it: `linux-sysfs`, `qemu`, `seabios`, `ovmf`, `secure-boot` or
    /// `nvidia-driver`; others may be added.
    #[getter]
    fn consumer(&self) -> &'static str {
        self.0.consumer.word()
    }

    /// What it does: `accepts`, `refuses` or `unknown`.
    #[getter]
    fn acceptance(&self) -> &'static str {
        self.0.acceptance.word()
    }

    /// Why, in a few words.
    #[getter]
    fn because(&self) -> &str {
        &self.0.because
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["consumer", "acceptance", "because"])
    }
}

/// One thing that is said of an option ROM.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomFinding(verify::Finding);

impl Hash for RomFinding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.code, self.0.offset, &self.0.text).hash(state);
    }
}

#[pymethods]
impl RomFinding {
    /// The stable name of what was found; `explain(code)` tells more.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code
    }

    /// What it means for whoever reads it.
    #[getter]
    fn verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static VERDICT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        VERDICT
            .import(py, "passthru.verdict", "Verdict")?
            .call1((self.0.verdict.word(),))
    }

    /// Whom it concerns, as for the answers; None where it concerns all.
    #[getter]
    fn consumer(&self) -> Option<&'static str> {
        self.0.consumer.map(verify::Consumer::word)
    }

    /// Where it is, in bytes from the start of the file; None for what is of no
    /// place.
    #[getter]
    fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// One sentence, with the values of this ROM.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// What to do, in one sentence; None where there is nothing to do.
    #[getter]
    fn remedy(&self) -> Option<String> {
        self.0.remedy.map(|remedy| remedy.to_string())
    }

    fn __str__(&self) -> String {
        format!("{}: {} [{}]", self.0.verdict, self.0.text, self.0.code)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let fields = ["code", "verdict", "consumer", "offset", "text", "remedy"];
        repr::of(slf, &fields)
    }
}
