//! The parts of a plan.

use std::hash::{Hash, Hasher};

use passthru::plan;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{document, repr};

/// One file as it is and as it should be.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Edit(pub(crate) hvconf::Edit);

impl Hash for Edit {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (
            &self.0.path,
            &self.0.before,
            &self.0.after,
            self.0.mode,
            &self.0.why,
        )
            .hash(state);
    }
}

#[pymethods]
impl Edit {
    /// The file's path on the host.
    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    /// Its text now; None when there is no such file yet.
    #[getter]
    fn before(&self) -> Option<&str> {
        self.0.before.as_deref()
    }

    /// Its text afterwards.
    #[getter]
    fn after(&self) -> &str {
        &self.0.after
    }

    /// The permission bits that the file must have; None keeps those it has.
    #[getter]
    fn mode(&self) -> Option<u32> {
        self.0.mode
    }

    /// What each part of the change is for.
    #[getter]
    fn why<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.why)
    }

    /// The edit as a unified diff that `patch -p1` reads.
    fn to_patch(&self) -> String {
        plan::patch::of(&self.0)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["path", "before", "after", "mode", "why"])
    }
}

/// A command of a plan.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Command(pub(crate) plan::Command);

impl Hash for Command {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.argv, &self.0.why).hash(state);
    }
}

#[pymethods]
impl Command {
    /// The program and its arguments: never a shell's text.
    #[getter]
    fn argv<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.argv)
    }

    /// What it is for.
    #[getter]
    fn why(&self) -> &str {
        &self.0.why
    }

    /// How its effect is taken back, by `kind`: the same command `again`, another one
    /// to `run`, or files to `restore`.
    #[getter]
    fn undo<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &self.0.undo)
    }

    /// The command as a person would type it into a shell.
    fn __str__(&self) -> String {
        passthru::shown(&self.0.argv)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["argv", "why", "undo"])
    }
}

/// Something that only a person can do.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct ManualStep(pub(crate) plan::ManualStep);

impl Hash for ManualStep {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.step, &self.0.text).hash(state);
    }
}

#[pymethods]
impl ManualStep {
    /// When: `before` anything is changed, `now` with the edits, or `after-reboot`.
    #[getter]
    fn moment(&self) -> &'static str {
        self.0.moment.word()
    }

    /// The step's stable name.
    #[getter]
    fn step(&self) -> &str {
        &self.0.step
    }

    /// What to do.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    fn __str__(&self) -> &str {
        &self.0.text
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["moment", "step", "text"])
    }
}

/// How to see that something is so.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Check(pub(crate) plan::Check);

impl Hash for Check {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.argv, &self.0.expect).hash(state);
    }
}

#[pymethods]
impl Check {
    /// When: `before` anything is changed, or `after-reboot`.
    #[getter]
    fn moment(&self) -> &'static str {
        self.0.moment.word()
    }

    /// The command that looks.
    #[getter]
    fn argv<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.argv)
    }

    /// What it must show.
    #[getter]
    fn expect(&self) -> &str {
        &self.0.expect
    }

    /// The same for programs, by `kind`; None where no file tells.
    #[getter]
    fn holds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &self.0.holds)
    }

    /// The command as a person would type it into a shell.
    fn __str__(&self) -> String {
        passthru::shown(&self.0.argv)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["moment", "argv", "expect", "holds"])
    }
}

/// Something that stands in a plan's way and that no edit mends.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Blocker(pub(crate) plan::Blocker);

impl Hash for Blocker {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.0.code, &self.0.title).hash(state);
    }
}

#[pymethods]
impl Blocker {
    /// The finding's code: `explain(code)` tells more.
    #[getter]
    fn code(&self) -> &str {
        &self.0.code
    }

    /// What is so.
    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    /// What to do about it, where that is known.
    #[getter]
    fn remedy(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }

    /// The word for `passthru apply --accept` by which a person takes it upon
    /// themselves.
    #[getter]
    fn accept(&self) -> &str {
        &self.0.accept
    }

    fn __str__(&self) -> &str {
        &self.0.title
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["code", "title", "remedy", "accept"])
    }
}

/// One function of a plan, with what must be found there.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct PlannedDevice(pub(crate) plan::PlannedDevice);

impl Hash for PlannedDevice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.address.hash(state);
    }
}

#[pymethods]
impl PlannedDevice {
    /// Where it is: `0000:01:00.0`.
    #[getter]
    fn address(&self) -> String {
        self.0.address.to_string()
    }

    /// The vendor and device ids: `10de:2d04`.
    #[getter]
    fn id(&self) -> String {
        self.0.id.to_string()
    }

    /// The subsystem ids of the card, where the input shows them.
    #[getter]
    fn subsystem(&self) -> Option<String> {
        self.0.subsystem.map(|subsystem| subsystem.to_string())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(slf, &["address", "id", "subsystem"])
    }
}
