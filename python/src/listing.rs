//! What `lspci` printed, read once; rows become Python objects when they are asked for.

use pci_core::Located;
use pci_core::lspci::write::Options;
use pci_core::lspci::{self, DamageKind, Fields, Listing, Record};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;

use crate::errors;

/// The rows of a listing.
#[pyclass(frozen, module = "passthru._passthru")]
pub(crate) struct Rows(Listing);

/// A row: the fields of `passthru.lspci.Record`, in their order.
#[derive(IntoPyObject)]
struct Row<'a>(Place<'a>, Names<'a>, System<'a>);

/// Where: the address, whether the text has its domain, the first line's number and the
/// physical slot.
type Place<'a> = (Option<String>, bool, u32, Option<&'a str>);

/// What: class, its name, vendor and device id, name, the vendor's part of it,
/// revision, subsystem, its name, and the firmware's label.
type Names<'a> = (
    Option<String>,
    Option<&'a str>,
    Option<String>,
    Option<&'a str>,
    Option<&'a str>,
    Option<u8>,
    Option<String>,
    Option<&'a str>,
    Option<&'a str>,
);

/// Who has it: driver, whether the lines are whole, modules, IOMMU group, NUMA node.
type System<'a> = (
    Option<&'a str>,
    bool,
    Option<&'a [String]>,
    Option<u32>,
    Option<u32>,
);

fn text(found: Option<&Located<String>>) -> Option<&str> {
    found.map(|found| found.value.as_str())
}

fn row(record: &Record) -> Row<'_> {
    Row(
        (
            record.address.map(|address| address.to_string()),
            record.has_domain,
            record.head.line,
            text(record.physical_slot.as_ref()),
        ),
        (
            record.class.map(|class| class.to_string()),
            record.class_name.as_deref(),
            record.id.map(|id| id.to_string()),
            record.name.as_deref(),
            record.vendor_name.as_deref(),
            record.revision,
            record.subsystem.as_ref().map(|id| id.value.to_string()),
            record.subsystem_name.as_deref(),
            text(record.device_name.as_ref()),
        ),
        (
            text(record.driver.as_ref()),
            record.fields == Fields::Whole,
            record.modules.as_ref().map(|found| found.value.as_slice()),
            record.iommu_group.as_ref().map(|found| found.value),
            record.numa_node.as_ref().map(|found| found.value),
        ),
    )
}

/// What is wrong with a line, in a word.
const fn kind(kind: DamageKind) -> &'static str {
    match kind {
        DamageKind::LostLineBreaks => "lost-line-breaks",
        DamageKind::CutName => "cut-name",
        DamageKind::OrphanField => "orphan-field",
        DamageKind::Rewritten => "rewritten",
        _ => "other",
    }
}

#[pymethods]
impl Rows {
    /// The row with this number, from 0.
    fn row(&self, index: usize) -> PyResult<Row<'_>> {
        let record = self.0.records.get(index);
        record
            .map(row)
            .ok_or_else(|| PyIndexError::new_err("no such row"))
    }

    /// What was damaged: the number of the line, and how.
    fn damage(&self) -> Vec<(u32, &'static str)> {
        let damage = self.0.damage.iter();
        damage.map(|one| (one.line, kind(one.kind))).collect()
    }

    fn __len__(&self) -> usize {
        self.0.records.len()
    }
}

/// Read what `lspci` printed, in any of its forms.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn parse_lspci(py: Python<'_>, text: &str) -> Rows {
    py.detach(|| Rows(lspci::parse(text)))
}

/// The options that words such as `-nnk` stand for, and the release that is asked for.
pub(crate) fn options(words: &[String], pciutils: Option<&str>) -> PyResult<Options> {
    let mut options =
        passthru::lspci::options(&words.join(" ")).map_err(|error| errors::input(&error))?;
    if let Some(release) = pciutils {
        options.version = release
            .parse()
            .map_err(|error| errors::argument(format!("pciutils: {error}")))?;
    }
    Ok(options)
}

/// What lspci prints for a dump that `lspci -x` and its longer forms printed.
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
        passthru::lspci::of_dump(text, &options, passthru::names::names())
            .map_err(|error| errors::input(&error))
    })
}
