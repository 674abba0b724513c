//! Option ROMs: what is in them.

use std::cell::RefCell;
use std::path::PathBuf;

use passthru::rom_document;
use passthru::rom_dump::dump;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use vbios::ssdt::RomTable;
use vbios::verify::{CardIds, Guest, Target};

use crate::rom_edit::Edit;
use crate::rom_parts::Parts;
use crate::words::Words;
use crate::{document, errors, rom_edit, rom_parts, source};

/// An image: offset, length, code type, id, machine, whether it is the last, and whether
/// its checksum is right.
type Image = (usize, usize, u8, String, Option<String>, bool, Option<bool>);

/// A parsed option ROM. Any bytes are accepted: `verify()` returns their defects, and without an
/// image `images` is empty.
#[pyclass(frozen, module = "passthru._passthru")]
pub(crate) struct Rom {
    file: Vec<u8>,
    rom: vbios::Rom,
}

impl Rom {
    fn parse(file: Vec<u8>) -> Self {
        let rom = vbios::Rom::parse(&file);
        Self { file, rom }
    }
}

#[pymethods]
impl Rom {
    /// The ROM in these bytes.
    #[staticmethod]
    #[pyo3(signature = (data))]
    fn from_bytes(py: Python<'_>, data: Vec<u8>) -> Self {
        py.detach(|| Self::parse(data))
    }

    /// The ROM in a file.
    #[staticmethod]
    #[pyo3(signature = (path))]
    fn from_file(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let bytes = source::read(py, &path)?;
        Ok(py.detach(|| Self::parse(bytes)))
    }

    /// The ROM of a card, read by the kernel's file below `root`. Exceptions of
    /// signal handlers are raised after the ROM is disabled again.
    #[staticmethod]
    #[pyo3(signature = (address, root))]
    fn dump(py: Python<'_>, address: &str, root: PathBuf) -> PyResult<Self> {
        let address = errors::address(address)?;
        py.detach(|| {
            let raised = RefCell::new(None);
            let interrupted = || {
                let signals = Python::attach(|py| py.check_signals());
                signals
                    .map_err(|error| raised.replace(Some(error)))
                    .is_err()
            };
            let read = dump(&root, address, &interrupted);
            let dumped = read.and_then(|dumped| Ok((dumped.judged()?.0, dumped.bytes)));
            match (dumped, raised.take()) {
                (Err(error), Some(raised)) if error.io_error().is_none() => Err(raised),
                (Err(error), _) => Err(errors::dump(&error)),
                (Ok((rom, file)), _) => Ok(Self { file, rom }),
            }
        })
    }

    /// The images of PCI's chain: offset, length, code type, id, machine, whether it is
    /// the last, whether its checksum is right.
    fn images(&self) -> Vec<Image> {
        let images = self.rom.images.iter();
        images
            .map(|image| {
                let machine = image.efi.map(|efi| efi.machine.to_string());
                (
                    image.offset,
                    image.length_pcir,
                    image.code_type.0,
                    image.id.to_string(),
                    machine,
                    image.last,
                    image.checksum_ok,
                )
            })
            .collect()
    }

    /// The bytes of the file.
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.file)
    }

    /// Number of bytes before the first image: 0 if firmware finds the ROM.
    fn prefix_length(&self) -> usize {
        self.rom.prefix.length
    }

    /// Number of bytes after the last image.
    fn tail_length(&self) -> usize {
        self.rom.tail_length
    }

    /// Which consumers accept the ROM for a card and a guest, which refuse it, and why.
    ///
    /// `ids` are the card's IDs as `vendor:device` or
    /// `vendor:device:subvendor:subdevice`, four hex digits each; `guest` is the
    /// guest's firmware: `ovmf`, `seabios` or `both`. None is unknown:
    /// the verdict then does not depend on it.
    #[pyo3(signature = (ids = None, guest = None))]
    fn verify(&self, py: Python<'_>, ids: Option<&str>, guest: Option<&str>) -> PyResult<String> {
        let ids: Option<CardIds> = ids
            .map(str::parse)
            .transpose()
            .map_err(|error| errors::argument(format!("ids: {error}")))?;
        let guest = guest.map(guest_of).transpose()?;
        let target = Target {
            id: ids.map(|ids| ids.function),
            subsystem: ids.and_then(|ids| ids.subsystem),
            guest,
            ..Target::default()
        };
        py.detach(|| {
            let report = vbios::verify(&self.rom, &self.file, &target);
            document::text(&rom_document::verification(&report))
        })
    }

    /// Write these ids, as `vendor:device`, into the images; checksums that were right
    /// stay right. Here and below `images` is `all`, `legacy`, `efi`, an image's number
    /// from 0, or its offset as `0xfc00`.
    #[pyo3(signature = (ids, images = "all"))]
    fn patch_ids<'py>(&self, py: Python<'py>, ids: &str, images: &str) -> PyResult<Edit<'py>> {
        rom_edit::patch_ids(py, &self.file, ids, images)
    }

    /// Make the bytes of x86 images add up to 0, by the byte at the offset `at` or,
    /// without one, by that which the vendor has for it.
    #[pyo3(signature = (images = "all", at = None))]
    fn fix_checksum<'py>(
        &self,
        py: Python<'py>,
        images: &str,
        at: Option<usize>,
    ) -> PyResult<Edit<'py>> {
        rom_edit::fix_checksum(py, &self.file, images, at)
    }

    /// Have the last of the images say that no other follows.
    #[pyo3(signature = (images = "all"))]
    fn set_last<'py>(&self, py: Python<'py>, images: &str) -> PyResult<Edit<'py>> {
        rom_edit::set_last(py, &self.file, images)
    }

    /// Remove the images from the chain.
    #[pyo3(signature = (images))]
    fn drop<'py>(&self, py: Python<'py>, images: &str) -> PyResult<Edit<'py>> {
        rom_edit::drop(py, &self.file, images)
    }

    /// Cut off the bytes before the first image, and those after the last image as in
    /// `tail`: `keep`, `pci` or `nvidia`.
    #[pyo3(signature = (tail = "keep"))]
    fn trim<'py>(&self, py: Python<'py>, tail: &str) -> PyResult<Edit<'py>> {
        rom_edit::trim(py, &self.file, tail)
    }

    /// Add an image with an EFI driver after the others.
    ///
    /// `ids`, as `vendor:device`, and `class_code`, six hex digits, are those of the
    /// function; None for those of the first image. `device_list` has further device IDs,
    /// in hex; `revision` is the vendor's revision of the code. A signature remains valid
    /// whether the driver is compressed or not.
    #[pyo3(
        signature = (driver, ids = None, *, device_list = Words::default(), class_code = None, revision = 0, compress = false),
        text_signature = "($self, driver, ids=None, *, device_list=(), class_code=None, revision=0, compress=False)"
    )]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn add_efi<'py>(
        &self,
        py: Python<'py>,
        driver: Vec<u8>,
        ids: Option<&str>,
        device_list: Words,
        class_code: Option<&str>,
        revision: u16,
        compress: bool,
    ) -> PyResult<Edit<'py>> {
        let new = rom_edit::new_image(ids, &device_list, class_code, revision, compress)?;
        rom_edit::add_efi(py, &self.file, &self.rom, &driver, &new)
    }

    /// Extract images, each as a part.
    ///
    /// `form` selects the content: `image`, the whole image; `stored`, the driver of an EFI
    /// image as in the file; `driver`, that driver ready to load.
    #[pyo3(signature = (images = "all", form = "image"))]
    fn extract<'py>(&self, py: Python<'py>, images: &str, form: &str) -> PyResult<Parts<'py>> {
        rom_parts::extract(py, &self.rom, &self.file, images, form)
    }

    /// The ACPI table whose method `_ROM` returns the images to the driver of a device in
    /// a guest, named by its full path such as `\_SB.PCI0.S08.S00`, for QEMU's
    /// `-acpitable file=`. The images must be adjacent.
    #[pyo3(signature = (device, images = "all"))]
    fn ssdt<'py>(
        &self,
        py: Python<'py>,
        device: &str,
        images: &str,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let table = |table: &RomTable<'_>| table.to_aml();
        let bytes = rom_edit::ssdt(py, &self.file, device, images, table)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The source of the table of `ssdt()`, for `iasl`.
    #[pyo3(signature = (device, images = "all"))]
    fn ssdt_source(&self, py: Python<'_>, device: &str, images: &str) -> PyResult<String> {
        rom_edit::ssdt(py, &self.file, device, images, |table| table.to_asl())
    }

    /// Say in which fields another ROM differs from this one.
    #[pyo3(signature = (other))]
    fn diff(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<String> {
        let other = other.get();
        py.detach(|| {
            let found = vbios::diff(&self.rom, &self.file, &other.rom, &other.file);
            document::text(&rom_document::differences(&found))
        })
    }

    /// The EFI drivers in the images, ready to load, by the images' numbers.
    #[pyo3(signature = (images = "efi"))]
    fn drivers<'py>(
        &self,
        py: Python<'py>,
        images: &str,
    ) -> PyResult<Vec<(usize, Bound<'py, PyBytes>)>> {
        rom_edit::drivers(py, &self.file, images)
    }

    /// The text that Alex Williamson's rom-parser prints of it.
    fn to_rom_parser_text(&self, py: Python<'_>) -> String {
        py.detach(|| vbios::rom_parser(&self.file).text)
    }

    /// The text that `passthru rom info --json` prints, byte for byte.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| document::text(&rom_document::info(&self.rom)))
    }
}

fn guest_of(word: &str) -> PyResult<Guest> {
    Guest::from_word(word).ok_or_else(|| {
        let expected = Guest::WORDS.join(", ");
        errors::argument(format!(
            "guest: expected one of {expected}, found \"{word}\""
        ))
    })
}
