//! Edits of option ROMs.

use std::hash::{Hash, Hasher};

use passthru::rom_document;
use pci_core::{IdError, PciId};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use vbios::edit::{self, Change, EditError, Edited, Form, IdPatch, Images, NewImage, Source, Tail};
use vbios::ssdt::{AcpiPath, RomTable};
use vbios::{Compression, Rom};

use crate::words::Words;
use crate::{document, errors, repr};

/// An option ROM after an edit, and what the edit changed.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomEdit(Edited);

impl Hash for RomEdit {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.bytes.hash(state);
    }
}

#[pymethods]
impl RomEdit {
    /// The whole ROM after the edit.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.bytes)
    }

    /// What is different from the source, in the order of offsets: replacing each
    /// `before` in it by its `after` gives `data`.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let changes: Vec<RomChange> = self.0.changes.iter().cloned().map(RomChange).collect();
        PyTuple::new(py, changes)
    }

    /// The text that the command prints with `--json`, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&rom_document::edited(&self.0))
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &rom_document::edited(&self.0))
    }

    fn __repr__(&self) -> String {
        format!(
            "<passthru.RomEdit: {} changes, {} bytes>",
            self.0.changes.len(),
            self.0.bytes.len()
        )
    }
}

/// One run of bytes that an edit changed.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomChange(Change);

impl Hash for RomChange {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.offset, &self.0.before, &self.0.after).hash(state);
    }
}

#[pymethods]
impl RomChange {
    /// Where it is in the source, in bytes.
    #[getter]
    fn offset(&self) -> usize {
        self.0.offset
    }

    /// The bytes of the source; empty where bytes were put in.
    #[getter]
    fn before<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.before)
    }

    /// The bytes that stand there now; empty where bytes were taken out.
    #[getter]
    fn after<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.after)
    }

    /// Why.
    #[getter]
    fn why(&self) -> &str {
        &self.0.why
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(this: &Bound<'_, Self>) -> PyResult<String> {
        repr::of(this, &["offset", "before", "after", "why"])
    }
}

pub(crate) fn images_of(word: &str) -> PyResult<Images> {
    word.parse()
        .map_err(|error| errors::InputError::new_err(format!("images: {error}")))
}

pub(crate) fn refused(error: &EditError) -> PyErr {
    errors::InputError::new_err(error.to_string())
}

fn edited(result: Result<Edited, EditError>) -> PyResult<RomEdit> {
    result.map(RomEdit).map_err(|error| refused(&error))
}

/// The edit that writes these ids into the images.
pub(crate) fn patch_ids(file: &[u8], ids: &str, images: &str) -> PyResult<RomEdit> {
    let id = id_of(ids)?;
    let patch = IdPatch {
        vendor: Some(id.vendor),
        device: Some(id.device),
        ..IdPatch::default()
    };
    edited(edit::patch_ids(file, images_of(images)?, &patch))
}

pub(crate) fn fix_checksum(file: &[u8], images: &str, at: Option<usize>) -> PyResult<RomEdit> {
    edited(edit::fix_checksum(file, images_of(images)?, at))
}

pub(crate) fn set_last(file: &[u8], images: &str) -> PyResult<RomEdit> {
    edited(edit::set_last(file, images_of(images)?))
}

pub(crate) fn drop(file: &[u8], images: &str) -> PyResult<RomEdit> {
    edited(edit::drop_images(file, images_of(images)?))
}

pub(crate) fn trim(file: &[u8], tail: &str) -> PyResult<RomEdit> {
    let tail = Tail::from_word(tail).ok_or_else(|| {
        errors::InputError::new_err(format!(
            "tail: expected keep, pci or nvidia, found \"{tail}\""
        ))
    })?;
    edited(edit::trim(file, tail))
}

/// What a new image is to say of itself.
pub(crate) fn new_image(
    ids: Option<&str>,
    device_list: &Words,
    class_code: Option<&str>,
    revision: u16,
    compress: bool,
) -> PyResult<NewImage> {
    let class = class_code.map(str::parse).transpose();
    let devices: Result<_, _> = device_list.iter().map(str::parse).collect();
    Ok(NewImage {
        id: ids.map(id_of).transpose()?,
        further_devices: devices.map_err(|error: IdError| wrong_word("device_list", &error))?,
        class: class.map_err(|error: IdError| wrong_word("class_code", &error))?,
        vendor_revision: revision,
        compression: if compress {
            Compression::UEFI
        } else {
            Compression::NONE
        },
    })
}

fn wrong_word(name: &str, error: &IdError) -> PyErr {
    errors::InputError::new_err(format!("{name}: {error}"))
}

/// The edit that adds an image with `driver`.
pub(crate) fn add_efi(
    py: Python<'_>,
    file: &[u8],
    rom: &Rom,
    driver: &[u8],
    new: &NewImage,
) -> PyResult<RomEdit> {
    let image = new.around(driver, rom.images.first());
    let image = image.map_err(|error| refused(&error))?;
    edited(py.detach(|| edit::add_efi(file, &image)))
}

/// Make an option ROM of the images of other ROMs and of EFI drivers, in their order.
///
/// `sources` are the bytes of each; what starts with `MZ` or `VZ` is a driver. What is
/// said of the new images is as in `Rom.add_efi()`: None for what the first of the
/// ROMs has.
#[pyfunction]
#[pyo3(
        signature = (sources, ids = None, *, device_list = Words::default(), class_code = None, revision = 0, compress = false),
        text_signature = "(sources, ids=None, *, device_list=(), class_code=None, revision=0, compress=False)"
    )]
#[allow(
    clippy::needless_pass_by_value,
    reason = "extracted from Python objects"
)]
pub(crate) fn build_rom(
    py: Python<'_>,
    sources: Vec<Vec<u8>>,
    ids: Option<&str>,
    device_list: Words,
    class_code: Option<&str>,
    revision: u16,
    compress: bool,
) -> PyResult<RomEdit> {
    let new = new_image(ids, &device_list, class_code, revision, compress)?;
    let files: Vec<&[u8]> = sources.iter().map(Vec::as_slice).collect();
    let build = || {
        let sources: Result<Vec<_>, _> = Source::of_files(&files, &new).collect();
        edit::build(&sources?)
    };
    edited(py.detach(build))
}

/// What `form` makes of the table with the images for `device`.
pub(crate) fn ssdt<T: Send>(
    py: Python<'_>,
    file: &[u8],
    device: &str,
    images: &str,
    form: impl FnOnce(&RomTable<'_>) -> T + Send,
) -> PyResult<T> {
    let images = images_of(images)?;
    let device: AcpiPath = device
        .parse()
        .map_err(|error| errors::InputError::new_err(format!("device: {error}")))?;
    let rom = edit::extract_adjacent(file, images).map_err(|error| refused(&error))?;
    let table = RomTable::new(&rom, device)
        .map_err(|error| errors::InputError::new_err(error.to_string()))?;
    Ok(py.detach(|| form(&table)))
}

/// The drivers in the images, by the images' numbers.
pub(crate) fn drivers<'py>(
    py: Python<'py>,
    file: &[u8],
    images: &str,
) -> PyResult<Vec<(usize, Bound<'py, PyBytes>)>> {
    let images = images_of(images)?;
    let parts = py.detach(|| edit::extract(file, images, Form::Driver));
    let parts = parts.map_err(|error| refused(&error))?;
    let part = |part: edit::Part| (part.number, PyBytes::new(py, &part.bytes));
    Ok(parts.into_iter().map(part).collect())
}

fn id_of(ids: &str) -> PyResult<PciId> {
    ids.parse()
        .map_err(|error| errors::InputError::new_err(format!("ids: {error}")))
}
