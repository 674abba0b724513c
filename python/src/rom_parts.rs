//! Parts extracted from files: images from option ROMs, and option ROMs from other files.

use passthru::rom_document;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use vbios::edit::{self, PartForm};
use vbios::{Rom, Vfct};

use crate::rom_edit::{images_of, refused};
use crate::{document, errors};

/// The parts of a file: the document of the command, and each part with its offset and its
/// bytes.
pub(crate) type Parts<'py> = (String, Vec<(usize, Bound<'py, PyBytes>)>);

/// The images of `rom`, or the drivers in them.
pub(crate) fn extract<'py>(
    py: Python<'py>,
    rom: &Rom,
    file: &[u8],
    images: &str,
    form: &str,
) -> PyResult<Parts<'py>> {
    let images = images_of(images)?;
    let form = PartForm::from_word(form).ok_or_else(|| {
        errors::argument(format!(
            "form: expected image, stored or driver, found \"{form}\""
        ))
    })?;
    let taken = py.detach(|| edit::extract(file, images, form));
    let taken = taken.map_err(|error| refused(&error))?;
    let json = document::text(&rom_document::extracted(&taken))?;
    let part = |part: &edit::ImagePart| {
        let image = rom.images.get(part.number);
        let offset = image.map_or(0, |image| image.offset);
        (offset, PyBytes::new(py, &part.bytes))
    };
    Ok((json, taken.iter().map(part).collect()))
}

/// The option ROMs inside another file.
#[pyfunction]
#[pyo3(signature = (firmware, /))]
pub(crate) fn carve_roms<'py>(
    py: Python<'py>,
    firmware: &Bound<'py, PyBytes>,
) -> PyResult<Parts<'py>> {
    let bytes = firmware.as_bytes();
    let carved = py.detach(|| vbios::carve(bytes));
    let part = |found: &vbios::Carved| {
        let rest = bytes.get(found.offset..).unwrap_or_default();
        let part = rest.get(..found.length).unwrap_or_default();
        (found.offset, PyBytes::new(py, part))
    };
    let json = document::text(&rom_document::carved(&carved))?;
    Ok((json, carved.iter().map(part).collect()))
}

/// The video BIOSes of an ACPI table VFCT.
#[pyfunction]
#[pyo3(signature = (table, /))]
pub(crate) fn vfct_roms<'py>(py: Python<'py>, table: &Bound<'py, PyBytes>) -> PyResult<Parts<'py>> {
    let bytes = table.as_bytes();
    let vfct = Vfct::parse(bytes).map_err(|error| errors::argument(error.to_string()))?;
    let images = vfct.images.iter();
    let parts = images.map(|image| (image.offset, PyBytes::new(py, image.bytes(bytes))));
    Ok((document::text(&rom_document::vfct(&vfct))?, parts.collect()))
}
