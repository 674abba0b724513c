//! A host, and where it is read from.

use std::path::PathBuf;

use passthru::doctor::{self, Question};
use passthru::plan::{self, Request};
use passthru::predicted::{self, Asked};
use pci_core::tree::{DirTree, OpenError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping, PyString};

use crate::finding::Report;
use crate::plan::Plan;
use crate::source::{self, Source};
use crate::words::{self, Guest, Words};
use crate::{document, errors};

/// A host, as far as its input shows it.
///
/// It is read once, when it is made: `Host.live()`, `Host.from_directory(path)`,
/// `Host.from_files(paths)` or `Host.from_texts(texts)`. Nothing is written, no
/// device is woken and no program is run.
#[pyclass(frozen, module = "passthru")]
pub(crate) struct Host {
    source: Source,
    host: passthru::Host,
}

impl Host {
    fn read(source: Source) -> Self {
        let host = passthru::Host::read(source.tree());
        Self { source, host }
    }

    fn open(
        py: Python<'_>,
        open: impl FnOnce() -> Result<DirTree, OpenError> + Send,
    ) -> PyResult<Self> {
        py.detach(|| open().map(|tree| Self::read(Source::Directory(tree))))
            .map_err(errors::from_open)
    }

    fn of_texts(py: Python<'_>, texts: &[(String, Vec<u8>)]) -> PyResult<Self> {
        py.detach(|| Source::of_texts(texts).map(Self::read))
            .map_err(|error| errors::from_intake(&error))
    }
}

#[pymethods]
impl Host {
    /// This machine.
    #[staticmethod]
    fn live(py: Python<'_>) -> PyResult<Self> {
        Self::open(py, DirTree::live)
    }

    /// The host in a directory: a chroot, an unpacked archive, an example.
    #[staticmethod]
    #[pyo3(signature = (path))]
    fn from_directory(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::open(py, move || DirTree::open(path))
    }

    /// The host that texts and snapshots show, each under the name that evidence
    /// will call it. What a text is, is found from what it says.
    #[staticmethod]
    #[pyo3(signature = (texts))]
    fn from_texts(py: Python<'_>, texts: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let mut named = Vec::new();
        for item in texts.items()? {
            let (name, text): (String, Bound<'_, PyAny>) = item.extract()?;
            named.push((name, text_bytes(&text)?));
        }
        Self::of_texts(py, &named)
    }

    /// The host that files with texts and snapshots show.
    #[staticmethod]
    #[pyo3(signature = (paths))]
    fn from_files(py: Python<'_>, paths: Paths) -> PyResult<Self> {
        let texts = py.detach(|| {
            let named =
                |path: &PathBuf| Ok((path.to_string_lossy().into_owned(), source::read(path)?));
            paths.0.iter().map(named).collect::<PyResult<Vec<_>>>()
        })?;
        Self::of_texts(py, &texts)
    }

    /// Say what is wrong, needless or unknown, worst first, with the proof.
    ///
    /// `devices` are words as on the command line: addresses (`01:00.0`), slots
    /// (`01:00`), ids (`10de:2d04`) or words of the name (`rtx 3060`); none stand
    /// for what the host's own settings mean to pass through. `target` is
    /// `proxmox`, `libvirt` or `esxi`; None for the one that the input shows.
    #[pyo3(
        signature = (devices = Words::default(), target = None),
        text_signature = "($self, devices=(), target=None)"
    )]
    fn doctor(&self, py: Python<'_>, devices: Words, target: Option<&str>) -> PyResult<Report> {
        let target = words::target(target)?;
        let report = py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            Ok::<_, PyErr>(doctor::examine(&self.host, &Question { devices, target }))
        })?;
        Report::new(py, report)
    }

    /// Plan the edits, commands and checks that pass devices through. All
    /// functions of a card go.
    ///
    /// `vm` is the guest: its number on Proxmox VE, its name for libvirt. `bind` is how
    /// vfio-pci is to get the functions, a word of docs/driver-binding.md; None for the
    /// way that the host's facts choose.
    #[pyo3(signature = (devices, target = None, vm = None, bind = None))]
    fn plan(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
        vm: Option<Guest>,
        bind: Option<&str>,
    ) -> PyResult<Plan> {
        let target = words::target(target)?;
        let bind = bind.map(str::parse).transpose();
        let bind = bind.map_err(|error| errors::from_method(&error))?;
        let vm = vm.map(Guest::into_word);
        py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            let request = Request {
                devices,
                target,
                vm,
                bind,
            };
            plan::make(self.source.tree(), &self.host, &request)
                .map(Plan)
                .map_err(|error| errors::from_plan(&error))
        })
    }

    /// The PCI functions as dicts, by address: the `devices` of
    /// `passthru list --json`. Words choose some of them.
    #[pyo3(signature = (devices = Words::default()), text_signature = "($self, devices=())")]
    fn devices<'py>(&self, py: Python<'py>, devices: Words) -> PyResult<Bound<'py, PyAny>> {
        let chosen = if devices.is_empty() {
            self.host.devices.keys().copied().collect()
        } else {
            devices.chosen(&self.host)?
        };
        document::value(py, &passthru::document::list(&self.host, &chosen).devices)
    }

    /// The IOMMU groups as a dict: the document of `passthru groups --json`.
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &passthru::document::groups(&self.host))
    }

    /// The IOMMU groups that Linux would form, as a dict: the document of
    /// `passthru groups --predict --json`.
    ///
    /// Of `devices`, words as for `doctor`, it has what shares a group with them, why,
    /// and what would part it. `options` are kernel options that are set in addition
    /// (`pcie_acs_override=downstream`), `kernel` is another kernel's release. On the
    /// running host this wakes functions that sleep.
    #[pyo3(
        signature = (devices = Words::default(), options = Vec::new(), kernel = None),
        text_signature = "($self, devices=(), options=(), kernel=None)"
    )]
    fn predict_groups<'py>(
        &self,
        py: Python<'py>,
        devices: Words,
        options: Vec<String>,
        kernel: Option<String>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = py.detach(|| {
            let wanted = devices.chosen(&self.host)?.into_iter().collect();
            let asked = Asked {
                with: options,
                kernel,
            };
            predicted::groups(self.source.tree(), &self.host, wanted, &asked)
                .map_err(|error| errors::from_predicted(&error))
        })?;
        document::value(py, &found)
    }

    fn __repr__(&self) -> String {
        let hypervisor = self.host.system.hypervisor_text();
        let hypervisor = hypervisor.as_deref().unwrap_or("hypervisor not shown");
        format!(
            "<passthru.Host: {hypervisor}, {} PCI functions>",
            self.host.devices.len()
        )
    }
}

/// One path, or an iterable of paths.
struct Paths(Vec<PathBuf>);

impl<'py> FromPyObject<'_, 'py> for Paths {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(path) = given.extract() {
            return Ok(Self(vec![path]));
        }
        given
            .try_iter()?
            .map(|path| path?.extract())
            .collect::<PyResult<_>>()
            .map(Self)
    }
}

/// The bytes of a text that is given as `str` or `bytes`.
fn text_bytes(text: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = text.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    if text.is_instance_of::<PyString>() {
        return Ok(text.extract::<String>()?.into_bytes());
    }
    let kind = text.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "expected a text as str or bytes, found {kind}"
    )))
}
