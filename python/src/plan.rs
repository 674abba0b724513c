//! A plan: what is to be done, in order.

use std::hash::{Hash, Hasher};

use passthru::plan;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::document;
use crate::plan_step::{Blocker, Check, Command, Edit, ManualStep, PlannedDevice};

/// The ordered edits, commands, manual steps and checks that give a card to a
/// guest. Nothing of it has been done.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Plan(pub(crate) plan::Plan);

impl Hash for Plan {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.target, &self.0.vm).hash(state);
        for device in &self.0.devices {
            device.address.hash(state);
        }
    }
}

/// A tuple of what `wrap` makes of each item.
fn tuple<'py, T: Clone, P>(
    py: Python<'py>,
    items: &[T],
    wrap: fn(T) -> P,
) -> PyResult<Bound<'py, PyTuple>>
where
    P: IntoPyObject<'py>,
{
    PyTuple::new(py, items.iter().cloned().map(wrap).collect::<Vec<_>>())
}

#[pymethods]
impl Plan {
    /// The hypervisor that it is for.
    #[getter]
    fn target(&self) -> &'static str {
        self.0.target.word()
    }

    /// The guest that gets the card, where one was named.
    #[getter]
    fn vm(&self) -> Option<&str> {
        self.0.vm.as_deref()
    }

    /// The functions, each with what must be found there.
    #[getter]
    fn devices<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.devices, PlannedDevice)
    }

    /// How the functions are taken: `by-id` or `by-address` by vfio-pci, or
    /// `by-hypervisor`.
    #[getter]
    fn binding(&self) -> &'static str {
        self.0.binding.word()
    }

    /// The way in which that is done, a word of docs/driver-binding.md; None where the
    /// hypervisor has its own.
    #[getter]
    fn method(&self) -> Option<&'static str> {
        self.0.method.map(passthru::plan::Method::word)
    }

    /// What stands in the way and no edit mends.
    #[getter]
    fn blockers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.blockers, Blocker)
    }

    /// Paths that the input did not show and that are taken to be absent.
    #[getter]
    fn assumes_absent<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.assumes_absent)
    }

    /// Changes of files, in order.
    #[getter]
    fn edits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.edits, Edit)
    }

    /// Commands that follow the edits, in order.
    #[getter]
    fn commands<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.commands, Command)
    }

    /// What only a person can do.
    #[getter]
    fn manual<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.manual, ManualStep)
    }

    /// How to see that it worked.
    #[getter]
    fn checks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        tuple(py, &self.0.checks, Check)
    }

    /// What the host gives up.
    #[getter]
    fn loses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.loses)
    }

    /// Why a reboot is needed; None when none is.
    #[getter]
    fn reboot(&self) -> Option<&str> {
        self.0.reboot.as_deref()
    }

    /// The text that `passthru plan --json` prints, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&self.0)
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &self.0)
    }

    /// The edits as one unified diff that `patch -p1` and `git apply` read, also
    /// while there are `blockers`: look at these first.
    fn to_patch(&self) -> String {
        plan::patch::of_all(&self.0.edits)
    }

    fn __repr__(&self) -> String {
        let devices: Vec<String> = self
            .0
            .devices
            .iter()
            .map(|device| device.address.to_string())
            .collect();
        format!(
            "<passthru.Plan: {} for {}, {} edits, {} commands>",
            devices.join(", "),
            self.0.target,
            self.0.edits.len(),
            self.0.commands.len()
        )
    }
}
