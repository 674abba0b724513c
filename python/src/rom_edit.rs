//! Edits of option ROMs.

use passthru::rom_document;
use pci_core::PciId;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use vbios::edit::{self, Edited, IdPatch, ImageSource, Images, NewImage, PartForm, Tail};
use vbios::ssdt::{AcpiPath, RomTable};
use vbios::{Compression, Rom};

use crate::words::Words;
use crate::{document, errors};

/// An option ROM after an edit: the document that the command prints, the whole ROM,
/// and each change with its offset, the bytes before and after, and why.
pub(crate) type Edit<'py> = (String, Bound<'py, PyBytes>, Vec<Changed<'py>>);

type Changed<'py> = (
    usize,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    String,
    String,
);

pub(crate) fn images_of(word: &str) -> PyResult<Images> {
    word.parse()
        .map_err(|error| errors::argument(format!("images: {error}")))
}

pub(crate) fn refused(error: &vbios::Error) -> PyErr {
    errors::argument(error.to_string())
}

fn edited<'py>(py: Python<'py>, result: vbios::Result<Edited>) -> PyResult<Edit<'py>> {
    let edited = result.map_err(|error| refused(&error))?;
    let json = document::text(&rom_document::edited(&edited))?;
    let changes = edited.changes.iter().map(|change| {
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes);
        (
            change.offset,
            bytes(&change.before),
            bytes(&change.after),
            change.reason.clone(),
            change.to_string(),
        )
    });
    Ok((json, PyBytes::new(py, &edited.bytes), changes.collect()))
}

/// The edit that writes these ids into the images.
pub(crate) fn patch_ids<'py>(
    py: Python<'py>,
    file: &[u8],
    ids: &str,
    images: &str,
) -> PyResult<Edit<'py>> {
    let id = id_of(ids)?;
    let patch = IdPatch {
        vendor: Some(id.vendor),
        device: Some(id.device),
        ..IdPatch::default()
    };
    edited(py, edit::patch_ids(file, images_of(images)?, &patch))
}

pub(crate) fn fix_checksum<'py>(
    py: Python<'py>,
    file: &[u8],
    images: &str,
    at: Option<usize>,
) -> PyResult<Edit<'py>> {
    edited(py, edit::fix_checksum(file, images_of(images)?, at))
}

pub(crate) fn set_last<'py>(py: Python<'py>, file: &[u8], images: &str) -> PyResult<Edit<'py>> {
    edited(py, edit::set_last(file, images_of(images)?))
}

pub(crate) fn drop<'py>(py: Python<'py>, file: &[u8], images: &str) -> PyResult<Edit<'py>> {
    edited(py, edit::drop_images(file, images_of(images)?))
}

pub(crate) fn trim<'py>(py: Python<'py>, file: &[u8], tail: &str) -> PyResult<Edit<'py>> {
    let tail = Tail::from_word(tail).ok_or_else(|| {
        errors::argument(format!(
            "tail: expected keep, pci or nvidia, found \"{tail}\""
        ))
    })?;
    edited(py, edit::trim(file, tail))
}

/// Header values of a new image.
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
        further_devices: devices
            .map_err(|error: pci_core::Error| wrong_word("device_list", &error))?,
        class: class.map_err(|error: pci_core::Error| wrong_word("class_code", &error))?,
        vendor_revision: revision,
        compression: if compress {
            Compression::UEFI
        } else {
            Compression::NONE
        },
    })
}

fn wrong_word(name: &str, error: &pci_core::Error) -> PyErr {
    errors::argument(format!("{name}: {error}"))
}

/// The edit that adds an image with `driver`.
pub(crate) fn add_efi<'py>(
    py: Python<'py>,
    file: &[u8],
    rom: &Rom,
    driver: &[u8],
    new: &NewImage,
) -> PyResult<Edit<'py>> {
    let image = new.around(driver, rom.images.first());
    let image = image.map_err(|error| refused(&error))?;
    edited(py, py.detach(|| edit::add_efi(file, &image)))
}

/// Build an option ROM from images of other ROMs and from EFI drivers, in their order.
///
/// `sources` are the bytes of each; a source that starts with `MZ` or `VZ` is a driver. The
/// fields of the new images are as in `Rom.add_efi()`: None for those of the first of the
/// ROMs.
#[pyfunction]
#[pyo3(
        signature = (sources, ids = None, *, device_list = Words::default(), class_code = None, revision = 0, compress = false),
        text_signature = "(sources, ids=None, *, device_list=(), class_code=None, revision=0, compress=False)"
    )]
#[allow(
    clippy::needless_pass_by_value,
    reason = "extracted from Python objects"
)]
pub(crate) fn build_rom<'py>(
    py: Python<'py>,
    sources: Vec<Vec<u8>>,
    ids: Option<&str>,
    device_list: Words,
    class_code: Option<&str>,
    revision: u16,
    compress: bool,
) -> PyResult<Edit<'py>> {
    let new = new_image(ids, &device_list, class_code, revision, compress)?;
    let files: Vec<&[u8]> = sources.iter().map(Vec::as_slice).collect();
    let build = || {
        let sources: Result<Vec<_>, _> = ImageSource::of_files(&files, &new).collect();
        edit::build(&sources?)
    };
    edited(py, py.detach(build))
}

/// The output of `form` for the table with the images for `device`.
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
        .map_err(|error| errors::argument(format!("device: {error}")))?;
    let rom = edit::extract_adjacent(file, images).map_err(|error| refused(&error))?;
    let table = RomTable::new(&rom, device).map_err(|error| errors::argument(error.to_string()))?;
    Ok(py.detach(|| form(&table)))
}

/// The drivers in the images, by the images' numbers.
pub(crate) fn drivers<'py>(
    py: Python<'py>,
    file: &[u8],
    images: &str,
) -> PyResult<Vec<(usize, Bound<'py, PyBytes>)>> {
    let images = images_of(images)?;
    let parts = py.detach(|| edit::extract(file, images, PartForm::Driver));
    let parts = parts.map_err(|error| refused(&error))?;
    let part = |part: edit::ImagePart| (part.number, PyBytes::new(py, &part.bytes));
    Ok(parts.into_iter().map(part).collect())
}

fn id_of(ids: &str) -> PyResult<PciId> {
    ids.parse()
        .map_err(|error| errors::argument(format!("ids: {error}")))
}
