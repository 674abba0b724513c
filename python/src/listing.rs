//! The output of `lspci`; rows become Python objects on access.

use host_tree::Located;
use pci_core::lspci::write::OutputOptions;
use pci_core::lspci::{self, Fields, LazyRecords, Listing, Record};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;

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

/// A row: the fields of `passthru.lspci.Record`, in their order.
#[derive(IntoPyObject)]
struct Row(Place, Names, System);

/// Where: the address, whether the text has its domain, the first line's number and the
/// physical slot.
type Place = (Option<String>, bool, u32, Option<String>);

/// What: class, its name, vendor and device id, name, the vendor's part of it,
/// revision, subsystem, its name, and the firmware's label.
type Names = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<u8>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Driver, whether the lines are complete, modules, IOMMU group, NUMA node.
type System = (
    Option<String>,
    bool,
    Option<Vec<String>>,
    Option<u32>,
    Option<u32>,
);

fn value<T>(found: Option<Located<T>>) -> Option<T> {
    found.map(|found| found.value)
}

/// A record whose first line has this number.
fn row(record: Record, line: u32) -> Row {
    Row(
        (
            record.address.map(|address| address.to_string()),
            record.has_domain,
            line,
            value(record.physical_slot),
        ),
        (
            record.class.map(|class| class.to_string()),
            record.class_name,
            record.id.map(|id| id.to_string()),
            record.name,
            record.vendor_name,
            record.revision,
            record.subsystem.map(|id| id.value.to_string()),
            record.subsystem_name,
            value(record.device_name),
        ),
        (
            value(record.driver),
            record.fields == Fields::Whole,
            value(record.modules),
            value(record.iommu_group),
            value(record.numa_node),
        ),
    )
}

#[pymethods]
impl Rows {
    /// The row with this number, from 0.
    fn row(&self, index: usize) -> PyResult<Row> {
        let found = match &self.0 {
            Source::Lazy(records) => records.read(index).zip(records.line(index)),
            Source::Read(listing) => {
                let record = listing.records.get(index);
                record.map(|record| (record.clone(), record.head.line))
            }
        };
        found
            .map(|(record, line)| row(record, line))
            .ok_or_else(|| PyIndexError::new_err("no such row"))
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
