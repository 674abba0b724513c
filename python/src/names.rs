//! Names for ids, ids for names.

use passthru::names;
use pci_core::{ClassCode, PciId, SubsystemId, VendorId};
use pyo3::prelude::*;

use crate::errors::InputError;

/// A database of names.
#[pyclass(frozen, module = "passthru._passthru")]
pub(crate) struct NameDatabase(names::NameDatabase);

#[pymethods]
impl NameDatabase {
    /// The database in this package.
    #[staticmethod]
    const fn embedded() -> Self {
        Self(names::NameDatabase::embedded())
    }

    /// The system's database if it is newer than this package's, otherwise that.
    #[staticmethod]
    fn newest(py: Python<'_>) -> Self {
        Self(py.detach(names::NameDatabase::newest))
    }

    /// The vendor's name.
    #[pyo3(signature = (vendor, /))]
    fn vendor(&self, vendor: u16) -> Option<&str> {
        self.0.names().vendor(VendorId(vendor))
    }

    /// The device's name.
    #[pyo3(signature = (vendor, device, /))]
    fn device(&self, vendor: u16, device: u16) -> Option<&str> {
        self.0.names().device(PciId::new(vendor, device))
    }

    /// The name of a device's subsystem.
    #[pyo3(signature = (vendor, device, subvendor, subdevice, /))]
    fn subsystem(&self, vendor: u16, device: u16, subvendor: u16, subdevice: u16) -> Option<&str> {
        self.0.names().subsystem(
            PciId::new(vendor, device),
            SubsystemId::new(subvendor, subdevice),
        )
    }

    /// The text that lspci prints for a device.
    #[pyo3(signature = (vendor, device, /))]
    fn text(&self, vendor: u16, device: u16) -> String {
        let id = PciId::new(vendor, device);
        self.0.names().device_text(id).to_string()
    }

    /// The name of a class, as lspci prints it, and that of its programming interface.
    #[pyo3(signature = (class_code, /))]
    fn class_name(&self, class_code: &str) -> PyResult<(Option<&str>, Option<&str>)> {
        let class: ClassCode = class_code
            .parse()
            .map_err(|error: pci_core::Error| InputError::new_err(format!("class: {error}")))?;
        let all = self.0.names();
        let name = all
            .class(class.base, class.sub)
            .or_else(|| all.base_class(class.base));
        Ok((name, all.prog_if(class)))
    }

    /// The devices whose names have these words: vendor id, device id, and both names.
    #[pyo3(signature = (words, /))]
    fn search(&self, py: Python<'_>, words: &str) -> Vec<(u16, u16, &str, &str)> {
        let found = py.detach(|| self.0.names().search(words));
        found
            .into_iter()
            .map(|one| (one.id.vendor.0, one.id.device.0, one.vendor, one.device))
            .collect()
    }

    /// The version and the age of the database.
    fn origin(&self) -> String {
        self.0.origin()
    }
}
