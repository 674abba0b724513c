//! What the doctor says.

use std::hash::{Hash, Hasher};

use passthru::Verdict;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyIterator, PyTuple};

use crate::{document, repr};

/// One line that proves something.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Evidence(pci_core::Evidence);

#[pymethods]
impl Evidence {
    /// The file's path on the host, or the command whose output it is.
    #[getter]
    fn source(&self) -> &str {
        &self.0.source
    }

    /// The line's number in that source, from 1; None for what is no line.
    #[getter]
    fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The text itself, without its line end.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// The source, with the line's number behind a colon where there is one.
    #[getter]
    fn place(&self) -> String {
        self.0.place()
    }

    fn __str__(&self) -> String {
        format!("{}: {}", self.0.place(), self.0.text)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["source", "line", "text"])
    }
}

/// One thing that is said of a host.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Finding(passthru::Finding);

impl Hash for Finding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (
            self.0.code,
            &self.0.devices,
            &self.0.title,
            &self.0.evidence,
        )
            .hash(state);
    }
}

#[pymethods]
impl Finding {
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

    /// The addresses of the functions that it is about; empty when it is about
    /// the host.
    #[getter]
    fn devices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.devices.iter().map(ToString::to_string))
    }

    /// One sentence, with the names and values of this host.
    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    /// Codes of findings that are consequences of this one.
    #[getter]
    fn cause_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.cause_of)
    }

    /// The lines that prove it.
    #[getter]
    fn evidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let evidence: Vec<Evidence> = self.0.evidence.iter().cloned().map(Evidence).collect();
        PyTuple::new(py, evidence)
    }

    /// What to do, in one sentence; None where there is nothing to do.
    #[getter]
    fn remedy(&self) -> Option<String> {
        self.0.remedy.as_ref().map(ToString::to_string)
    }

    /// The finding as in `passthru doctor --json`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &self.0)
    }

    fn __str__(&self) -> String {
        format!("{}: {} [{}]", self.0.verdict, self.0.title, self.0.code)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(
            slf,
            &[
                "code", "verdict", "devices", "title", "cause_of", "evidence", "remedy",
            ],
        )
    }
}

/// All findings of one look, worst first.
#[pyclass(frozen, eq, hash, module = "passthru")]
pub(crate) struct Report {
    report: passthru::doctor::Report,
    findings: Py<PyTuple>,
}

impl Report {
    pub(crate) fn new(py: Python<'_>, report: passthru::doctor::Report) -> PyResult<Self> {
        let findings: Vec<Finding> = report.findings.iter().cloned().map(Finding).collect();
        let findings = PyTuple::new(py, findings)?.unbind();
        Ok(Self { report, findings })
    }
}

impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        self.report == other.report
    }
}

impl Hash for Report {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for finding in &self.report.findings {
            (finding.code, &finding.devices, &finding.title).hash(state);
        }
    }
}

#[pymethods]
impl Report {
    /// What was found: worst first, and among equals in the order in which
    /// things depend on each other.
    #[getter]
    fn findings(&self, py: Python<'_>) -> Py<PyTuple> {
        self.findings.clone_ref(py)
    }

    /// Whether anything stands in the way: then `passthru doctor` ends with 1.
    #[getter]
    fn has_fault(&self) -> bool {
        self.report.has_fault()
    }

    /// The text that `passthru doctor --json` prints, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&self.report)
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &self.report)
    }

    fn __len__(&self) -> usize {
        self.report.findings.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.findings.bind(py).try_iter()
    }

    fn __repr__(&self) -> String {
        let faults = self
            .report
            .findings
            .iter()
            .filter(|f| f.verdict.is_fault())
            .count();
        format!(
            "<passthru.Report: {} findings, {faults} faults>",
            self.report.findings.len()
        )
    }
}

/// The words of all verdicts in the order in which findings are shown, each with
/// whether it stands in the way.
#[pyfunction]
pub(crate) fn verdicts() -> Vec<(&'static str, bool)> {
    Verdict::ALL
        .iter()
        .map(|verdict| (verdict.word(), verdict.is_fault()))
        .collect()
}
