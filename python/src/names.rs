//! Names for ids, ids for names.

use passthru::names::{self, names};
use pci_core::{ClassCode, PciId, SubsystemId, VendorId};
use pyo3::prelude::*;

use crate::errors::InputError;

/// The vendor's name in pci.ids.
#[pyfunction]
#[pyo3(signature = (vendor, /))]
pub(crate) fn vendor_name(vendor: u16) -> Option<&'static str> {
    names().vendor(VendorId(vendor))
}

/// The device's name in pci.ids.
#[pyfunction]
#[pyo3(signature = (vendor, device, /))]
pub(crate) fn device_name(vendor: u16, device: u16) -> Option<&'static str> {
    names().device(PciId::new(vendor, device))
}

/// The name of a device's subsystem in pci.ids.
#[pyfunction]
#[pyo3(signature = (vendor, device, subvendor, subdevice, /))]
pub(crate) fn subsystem_name(
    vendor: u16,
    device: u16,
    subvendor: u16,
    subdevice: u16,
) -> Option<&'static str> {
    names().subsystem(
        PciId::new(vendor, device),
        SubsystemId::new(subvendor, subdevice),
    )
}

/// The name that lspci prints for a device, or its replacement for an unknown name.
#[pyfunction]
#[pyo3(signature = (vendor, device, /))]
pub(crate) fn device_text(vendor: u16, device: u16) -> String {
    names().device_text(PciId::new(vendor, device)).to_string()
}

/// The name of a class, as lspci prints it, and that of its programming interface.
#[pyfunction]
#[pyo3(signature = (class_code, /))]
pub(crate) fn class_name(
    class_code: &str,
) -> PyResult<(Option<&'static str>, Option<&'static str>)> {
    let class: ClassCode = class_code
        .parse()
        .map_err(|error: pci_core::Error| InputError::new_err(format!("class: {error}")))?;
    let all = names();
    let name = all
        .class(class.base, class.sub)
        .or_else(|| all.base_class(class.base));
    Ok((name, all.prog_if(class)))
}

/// The devices whose names have these words: vendor id, device id, and both names.
#[pyfunction]
#[pyo3(signature = (words, /))]
pub(crate) fn search_names(
    py: Python<'_>,
    words: &str,
) -> Vec<(u16, u16, &'static str, &'static str)> {
    let found = py.detach(|| names().search(words));
    found
        .into_iter()
        .map(|one| (one.id.vendor.0, one.id.device.0, one.vendor, one.device))
        .collect()
}

/// The database, with its age.
#[pyfunction]
pub(crate) fn names_origin() -> String {
    names::origin()
}

/// Take the system's database where it is newer than this package's own.
#[pyfunction]
pub(crate) fn use_newer_names(py: Python<'_>) {
    py.detach(names::use_newer);
}
