//! The output of `lspci`; rows become Python objects on access.

use host_tree::Located;
use pci_core::lspci::write::OutputOptions;
use pci_core::lspci::{self, Fields, LazyRecords, Listing, Record};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{IntoPyObjectExt, intern};

use crate::errors;

/// The rows of a listing.
#[pyclass(frozen, module = "passthru._passthru")]
pub(crate) struct Rows(Source);

/// Where rows come from.
enum Source {
    /// `-vmm`, whose records are read one by one.
    Lazy(LazyRecords),
    /// Any other text.
    Read(Listing),
}

fn value<T>(found: Option<Located<T>>) -> Option<T> {
    found.map(|found| found.value)
}

/// A record whose first line has this number: the values of the fields of
/// `passthru.lspci.Record`, in their order.
fn row(py: Python<'_>, record: Record, line: u32) -> PyResult<[Bound<'_, PyAny>; 18]> {
    let modules = value(record.modules);
    let modules = modules
        .map(|modules| PyTuple::new(py, modules))
        .transpose()?;
    Ok([
        record
            .address
            .map(|one| one.to_string())
            .into_bound_py_any(py)?,
        record.has_domain.into_bound_py_any(py)?,
        line.into_bound_py_any(py)?,
        value(record.physical_slot).into_bound_py_any(py)?,
        record
            .class
            .map(|class| class.to_string())
            .into_bound_py_any(py)?,
        record.class_name.into_bound_py_any(py)?,
        record.id.map(|id| id.to_string()).into_bound_py_any(py)?,
        record.name.into_bound_py_any(py)?,
        record.vendor_name.into_bound_py_any(py)?,
        record.revision.into_bound_py_any(py)?,
        record
            .subsystem
            .map(|id| id.value.to_string())
            .into_bound_py_any(py)?,
        record.subsystem_name.into_bound_py_any(py)?,
        value(record.device_name).into_bound_py_any(py)?,
        value(record.driver).into_bound_py_any(py)?,
        (record.fields == Fields::Whole).into_bound_py_any(py)?,
        modules.into_bound_py_any(py)?,
        value(record.iommu_group).into_bound_py_any(py)?,
        value(record.numa_node).into_bound_py_any(py)?,
    ])
}

impl Rows {
    /// The record with this number, and the number of its first line.
    fn read(&self, index: usize) -> Option<(Record, u32)> {
        match &self.0 {
            Source::Lazy(records) => records.read(index).zip(records.line(index)),
            Source::Read(listing) => {
                let record = listing.records.get(index)?;
                Some((record.clone(), record.head.line))
            }
        }
    }
}

#[pymethods]
impl Rows {
    /// The values of the row with this number, from 0.
    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyTuple>> {
        let (record, line) = self
            .read(index)
            .ok_or_else(|| PyIndexError::new_err("no such row"))?;
        PyTuple::new(py, row(py, record, line)?)
    }

    /// All rows as dicts with these keys, with the modules as one text.
    fn dicts<'py>(
        &self,
        py: Python<'py>,
        columns: &Bound<'py, PyTuple>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let keys: Vec<_> = columns.iter().collect();
        let records = (0..self.__len__()).map_while(|index| self.read(index));
        let dict = |(mut record, line): (Record, u32)| {
            let modules = record.modules.take().map(|modules| modules.value.join(" "));
            let dict = PyDict::new(py);
            for (key, value) in keys.iter().zip(row(py, record, line)?) {
                dict.set_item(key, value)?;
            }
            dict.set_item(intern!(py, "modules"), modules)?;
            Ok(dict)
        };
        records.map(dict).collect()
    }

    /// Damage: the number of the line, and its kind.
    fn damage(&self) -> Vec<(u32, &'static str)> {
        match &self.0 {
            Source::Lazy(_) => Vec::new(),
            Source::Read(listing) => {
                let damage = listing.damage.iter();
                damage.map(|one| (one.line, one.kind.word())).collect()
            }
        }
    }

    fn __len__(&self) -> usize {
        match &self.0 {
            Source::Lazy(records) => records.len(),
            Source::Read(listing) => listing.records.len(),
        }
    }
}

/// Read what `lspci` printed, in any of its forms.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn parse_lspci(py: Python<'_>, text: String) -> Rows {
    py.detach(|| {
        Rows(match LazyRecords::find(text) {
            Ok(records) => Source::Lazy(records),
            Err(text) => Source::Read(lspci::parse(&text)),
        })
    })
}

/// The options that words such as `-nnk` stand for, and the release that is asked for.
pub(crate) fn options(words: &[String], pciutils: Option<&str>) -> PyResult<OutputOptions> {
    let mut options =
        passthru::lspci::options(&words.join(" ")).map_err(|error| errors::input(&error))?;
    if let Some(release) = pciutils {
        options.version = release
            .parse()
            .map_err(|error| errors::argument(format!("pciutils: {error}")))?;
    }
    Ok(options)
}

/// The output of lspci for a dump of `lspci -x` or its longer forms.
#[pyfunction]
#[pyo3(signature = (text, options, pciutils, /))]
#[allow(
    clippy::needless_pass_by_value,
    reason = "extracted from Python objects"
)]
pub(crate) fn lspci_dump(
    py: Python<'_>,
    text: &str,
    options: Vec<String>,
    pciutils: Option<&str>,
) -> PyResult<String> {
    let options = self::options(&options, pciutils)?;
    py.detach(|| {
        passthru::lspci::from_dump(text, &options, pci_core::Names::embedded())
            .map_err(|error| errors::input(&error))
    })
}
