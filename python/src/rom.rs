//! Option ROMs: what is in them.

use std::hash::{Hash, Hasher};
use std::path::PathBuf;

use passthru::rom_document;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use vbios::ssdt::RomTable;
use vbios::verify::{CardIds, Guest, Target};

use crate::rom_diff::RomDiff;
use crate::rom_edit::RomEdit;
use crate::rom_parts::RomParts;
use crate::rom_report::RomReport;
use crate::words::Words;
use crate::{document, errors, repr, rom_edit, rom_parts, source};

/// An option ROM, taken apart. Any bytes give one: what is wrong with them is said
/// by `verify()`, and where there are no images `images` is empty.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct Rom {
    pub(crate) file: Vec<u8>,
    rom: vbios::Rom,
}

impl Hash for Rom {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.file.hash(state);
    }
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
        py.detach(|| source::read(&path).map(Self::parse))
    }

    /// The images of PCI's chain. The document of `to_dict()` has more of each, and
    /// the images of NVIDIA's own chain.
    #[getter]
    fn images<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let images: Vec<RomImage> = self.rom.images.iter().cloned().map(RomImage).collect();
        PyTuple::new(py, images)
    }

    /// How many bytes stand before the first image: 0 where firmware finds the ROM.
    #[getter]
    fn prefix_length(&self) -> usize {
        self.rom.prefix.length
    }

    /// How many bytes stand behind the last image.
    #[getter]
    fn tail_length(&self) -> usize {
        self.rom.tail_length
    }

    /// Say who takes the ROM for a card and a guest, who does not, and why.
    ///
    /// `ids` are the card's as `vendor:device` or
    /// `vendor:device:subvendor:subdevice`, four hex digits each; `guest` is the
    /// guest's firmware: `ovmf`, `seabios` or `both`. None stands for what is not
    /// known, and is not judged.
    #[pyo3(signature = (ids = None, guest = None))]
    fn verify(
        &self,
        py: Python<'_>,
        ids: Option<&str>,
        guest: Option<&str>,
    ) -> PyResult<RomReport> {
        let ids: Option<CardIds> = ids
            .map(str::parse)
            .transpose()
            .map_err(|error| errors::InputError::new_err(format!("ids: {error}")))?;
        let guest = guest.map(guest_of).transpose()?;
        let target = Target {
            id: ids.map(|ids| ids.function),
            subsystem: ids.and_then(|ids| ids.subsystem),
            guest,
            ..Target::default()
        };
        let report = py.detach(|| vbios::verify(&self.rom, &self.file, &target));
        RomReport::new(py, report)
    }

    /// Write these ids, as `vendor:device`, into the images; checksums that were right
    /// stay right. Here and below `images` is `all`, `legacy`, `efi`, an image's number
    /// from 0, or its offset as `0xfc00`.
    #[pyo3(signature = (ids, images = "all"))]
    fn patch_ids(&self, ids: &str, images: &str) -> PyResult<RomEdit> {
        rom_edit::patch_ids(&self.file, ids, images)
    }

    /// Make the bytes of x86 images add up to 0, by the byte at the offset `at` or,
    /// without one, by that which the vendor has for it.
    #[pyo3(signature = (images = "all", at = None))]
    fn fix_checksum(&self, images: &str, at: Option<usize>) -> PyResult<RomEdit> {
        rom_edit::fix_checksum(&self.file, images, at)
    }

    /// Have the last of the images say that no other follows.
    #[pyo3(signature = (images = "all"))]
    fn set_last(&self, images: &str) -> PyResult<RomEdit> {
        rom_edit::set_last(&self.file, images)
    }

    /// Take the images out of the chain.
    #[pyo3(signature = (images))]
    fn drop(&self, images: &str) -> PyResult<RomEdit> {
        rom_edit::drop(&self.file, images)
    }

    /// Cut off what stands in front of the first image, and what stands behind the
    /// last as `tail` says: `keep`, `pci` or `nvidia`.
    #[pyo3(signature = (tail = "keep"))]
    fn trim(&self, tail: &str) -> PyResult<RomEdit> {
        rom_edit::trim(&self.file, tail)
    }

    /// Add an image with an EFI driver behind the others.
    ///
    /// `ids`, as `vendor:device`, and `class_code`, six hex digits, are those of the
    /// function that it is for: None for those of the first image. `device_list` is
    /// further devices, in hex; `revision` the vendor's own of the code. A signature
    /// stays valid whether the driver is compressed or not.
    #[pyo3(
        signature = (driver, ids = None, *, device_list = Words::default(), class_code = None, revision = 0, compress = false),
        text_signature = "($self, driver, ids=None, *, device_list=(), class_code=None, revision=0, compress=False)"
    )]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn add_efi(
        &self,
        py: Python<'_>,
        driver: Vec<u8>,
        ids: Option<&str>,
        device_list: Words,
        class_code: Option<&str>,
        revision: u16,
        compress: bool,
    ) -> PyResult<RomEdit> {
        let new = rom_edit::new_image(ids, &device_list, class_code, revision, compress)?;
        rom_edit::add_efi(py, &self.file, &self.rom, &driver, &new)
    }

    /// Take images out, each by itself.
    ///
    /// `form` is what of them: `image`, all of it; `stored`, the driver of an EFI image
    /// as it is in the file; `driver`, that driver ready to load.
    #[pyo3(signature = (images = "all", form = "image"))]
    fn extract(&self, py: Python<'_>, images: &str, form: &str) -> PyResult<RomParts> {
        rom_parts::extract(py, &self.rom, &self.file, images, form)
    }

    /// The ACPI table whose method `_ROM` hands the images to the driver of a device in
    /// a guest, given by its full name such as `\_SB.PCI0.S08.S00`: what QEMU's
    /// `-acpitable file=` takes. The images must stand next to each other.
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
    fn diff(&self, py: Python<'_>, other: &Self) -> PyResult<RomDiff> {
        let found = py.detach(|| vbios::diff(&self.rom, &self.file, &other.rom, &other.file));
        RomDiff::new(py, found)
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
    fn to_rom_parser_text(&self) -> String {
        vbios::rom_parser(&self.file).text
    }

    /// The text that `passthru rom info --json` prints, byte for byte.
    fn to_json(&self) -> PyResult<String> {
        document::text(&rom_document::info(&self.rom))
    }

    /// The document of `to_json()` as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        document::value(py, &rom_document::info(&self.rom))
    }

    fn __repr__(&self) -> String {
        format!(
            "<passthru.Rom: {} images, {} bytes>",
            self.rom.images.len(),
            self.file.len()
        )
    }
}

fn guest_of(word: &str) -> PyResult<Guest> {
    Guest::from_word(word).ok_or_else(|| {
        let expected = Guest::WORDS.join(", ");
        errors::InputError::new_err(format!(
            "guest: expected one of {expected}, found \"{word}\""
        ))
    })
}

/// One image of an option ROM.
#[pyclass(frozen, eq, hash, module = "passthru")]
#[derive(PartialEq, Eq)]
pub(crate) struct RomImage(vbios::Image);

impl Hash for RomImage {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0.offset, self.0.length_pcir, self.0.id).hash(state);
    }
}

#[pymethods]
impl RomImage {
    /// Where it starts in the file, in bytes.
    #[getter]
    fn offset(&self) -> usize {
        self.0.offset
    }

    /// How long it says it is, in bytes; the file may have less of it.
    #[getter]
    fn length(&self) -> usize {
        self.0.length_pcir
    }

    /// 0 for x86, 1 for Open Firmware, 2 for PA-RISC, 3 for EFI.
    #[getter]
    fn code_type(&self) -> u8 {
        self.0.code_type.0
    }

    /// The device that it is for: `10de:2d04`.
    #[getter]
    fn id(&self) -> String {
        self.0.id.to_string()
    }

    /// The processor that an EFI image is for, such as `X64`; None for others.
    #[getter]
    fn machine(&self) -> Option<String> {
        self.0.efi.map(|efi| efi.machine.to_string())
    }

    /// Whether it says that no image follows.
    #[getter]
    fn last(&self) -> bool {
        self.0.last
    }

    /// Whether the bytes of an x86 image add up to 0, as they must; None for others.
    #[getter]
    fn checksum_ok(&self) -> Option<bool> {
        self.0.checksum_ok
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let fields = [
            "offset",
            "length",
            "code_type",
            "id",
            "machine",
            "last",
            "checksum_ok",
        ];
        repr::of(slf, &fields)
    }
}
