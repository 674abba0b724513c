//! Parts of files, taken out: of option ROMs, and option ROMs of other files.

use std::hash::{Hash, Hasher};

use passthru::rom_document;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyTuple};
use serde::Serialize;
use vbios::edit::{self, Form};
use vbios::{Rom, Vfct};

use crate::rom_edit::{images_of, refused};
use crate::{document, errors};

/// What was taken out of a file: the images of an option ROM or their drivers, or the
/// option ROMs in another file.
#[pyclass(frozen, eq, hash, module = "passthru")]
pub(crate) struct RomParts {
    json: String,
    parts: Py<PyTuple>,
}

impl RomParts {
    /// The parts, and the document that the command prints of them.
    fn new(py: Python<'_>, parts: Vec<RomPart>, document: &impl Serialize) -> PyResult<Self> {
        Ok(Self {
            json: document::text(document)?,
            parts: PyTuple::new(py, parts)?.unbind(),
        })
    }
}

impl PartialEq for RomParts {
    fn eq(&self, other: &Self) -> bool {
        Python::attach(|py| {
            let (parts, others) = (self.parts.bind(py), other.parts.bind(py));
            self.json == other.json && parts.eq(others).unwrap_or(false)
        })
    }
}

impl Hash for RomParts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.json.hash(state);
    }
}

#[pymethods]
impl RomParts {
    /// The parts, in the order of the file.
    #[getter]
    fn parts(&self, py: Python<'_>) -> Py<PyTuple> {
        self.parts.clone_ref(py)
    }

    /// The text that the command prints with `--json`, byte for byte: `passthru rom
    /// extract`, `carve` or `vfct`.
    fn to_json(&self) -> &str {
        &self.json
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::loads(py, &self.json)
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.parts.bind(py).len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.parts.bind(py).try_iter()
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<passthru.RomParts: {} parts>", self.__len__(py))
    }
}

/// One part that was taken out of a file.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct RomPart {
    offset: usize,
    bytes: Vec<u8>,
}

#[pymethods]
impl RomPart {
    /// Where it was in the file, in bytes; of a driver, where its image starts.
    #[getter]
    fn offset(&self) -> usize {
        self.offset
    }

    /// Its bytes.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bytes)
    }

    fn __repr__(&self) -> String {
        format!(
            "<passthru.RomPart: {} bytes at {:#x}>",
            self.bytes.len(),
            self.offset
        )
    }
}

/// The images of `rom`, or the drivers in them.
pub(crate) fn extract(
    py: Python<'_>,
    rom: &Rom,
    file: &[u8],
    images: &str,
    form: &str,
) -> PyResult<RomParts> {
    let images = images_of(images)?;
    let form = Form::from_word(form).ok_or_else(|| {
        errors::InputError::new_err(format!(
            "form: expected image, stored or driver, found \"{form}\""
        ))
    })?;
    let taken = py.detach(|| edit::extract(file, images, form));
    let taken = taken.map_err(|error| refused(&error))?;
    let document = rom_document::extracted(&taken);
    let part = |part: edit::Part| RomPart {
        offset: rom.images.get(part.number).map_or(0, |image| image.offset),
        bytes: part.bytes,
    };
    RomParts::new(py, taken.into_iter().map(part).collect(), &document)
}

/// Find the option ROMs inside another file, such as the firmware of a board. Firmware
/// has most of them compressed; such are not found.
#[pyfunction]
#[pyo3(signature = (firmware))]
pub(crate) fn carve_roms(py: Python<'_>, firmware: Vec<u8>) -> PyResult<RomParts> {
    let carved = py.detach(|| vbios::carve(&firmware));
    let part = |found: &vbios::Carved| {
        let rest = firmware.get(found.offset..).unwrap_or_default();
        RomPart {
            offset: found.offset,
            bytes: rest.get(..found.length).unwrap_or_default().to_vec(),
        }
    };
    let parts = carved.iter().map(part).collect();
    RomParts::new(py, parts, &rom_document::carved(&carved))
}

/// Take the video BIOSes out of an ACPI table VFCT, by which AMD's firmware hands them
/// to the operating system: on Linux `/sys/firmware/acpi/tables/VFCT`.
#[pyfunction]
#[pyo3(signature = (table))]
pub(crate) fn vfct_roms(py: Python<'_>, table: Vec<u8>) -> PyResult<RomParts> {
    let vfct =
        Vfct::parse(&table).map_err(|error| errors::InputError::new_err(error.to_string()))?;
    let part = |image: &vbios::VfctImage| RomPart {
        offset: image.offset,
        bytes: image.bytes(&table).to_vec(),
    };
    let parts = vfct.images.iter().map(part).collect();
    RomParts::new(py, parts, &rom_document::vfct(&vfct))
}
