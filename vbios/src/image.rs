//! An image of a ROM.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use crate::checksum::is_balanced;
use crate::code_type::CodeType;
use crate::data_structure::{DataStructure, StructureSignature, is_pcir, pointer};
use crate::efi::EfiHeader;
use crate::field::{BLOCK, u16_at};
use crate::nvidia::Extension;
use crate::pnp::{self, PnpHeader};
use crate::problem::{ImageFinding, Problem};
use crate::signature::Signature;

/// An image: its place, header and data structure.
///
/// It has three lengths, which differ in NVIDIA ROMs: the data structure's length leads to the next
/// image of the PCI chain, NVIDIA's extension to the next of NVIDIA's chain, and the header's
/// initialization size is the part that a BIOS sums and runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Image {
    /// Offset in the file, in bytes.
    pub offset: usize,
    /// The first two bytes.
    pub signature: Signature,
    /// Image length in the data structure, in bytes; the file may contain less.
    pub length_pcir: usize,
    /// Length in NVIDIA's extension, in bytes.
    pub length_npde: Option<usize>,
    /// Initialization size in the header, in bytes: the byte at 2 of an x86 image, the word there
    /// of an EFI image.
    pub length_header: Option<usize>,
    /// Offset of the data structure in the image, in bytes.
    pub structure_offset: usize,
    /// Signature of the data structure.
    pub structure_signature: StructureSignature,
    /// Revision of the data structure: 0 or 3.
    pub structure_revision: u8,
    /// Length of the data structure, in bytes.
    pub structure_length: u16,
    /// Code type.
    pub code_type: CodeType,
    /// IDs of its device.
    pub id: PciId,
    /// Further device IDs of the same vendor (data structure revision 3).
    pub device_list: Vec<DeviceId>,
    /// Class code of the device.
    pub class_code: ClassCode,
    /// Vendor's revision level of the code.
    pub vendor_revision: u16,
    /// Last-image indicator.
    pub last: bool,
    /// Maximum run-time image length, in bytes (data structure revision 3); 0 if unspecified.
    pub runtime_length: Option<usize>,
    /// Offset of the configuration utility code header in the image (data structure revision 3).
    pub configuration_utility: Option<u16>,
    /// Offset of the DMTF CLP entry point in the image (data structure revision 3).
    pub clp_entry: Option<u16>,
    /// Whether the bytes of an x86 image add up to 0 over its initialization size, as required.
    /// `None` for other images, and if the file lacks some of the bytes.
    pub checksum_ok: Option<bool>,
    /// NVIDIA's extension of the data structure.
    pub extension: Option<Extension>,
    /// Plug and Play expansion headers of an x86 image.
    pub pnp: Vec<PnpHeader>,
    /// Offset of the FCode program of an Open Firmware image (PCI Bus Binding to Open Firmware 2.1,
    /// section 9).
    pub fcode_offset: Option<u16>,
    /// Header of an EFI image.
    pub efi: Option<EfiHeader>,
}

impl Image {
    /// Whether the image supports `id`, by its own ID or its device list.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.id == id || (self.id.vendor == id.vendor && self.device_list.contains(&id.device))
    }

    /// The bytes of the image in `file`, by its data structure's length.
    #[must_use]
    pub fn bytes<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        let rest = file.get(self.offset..).unwrap_or_default();
        rest.get(..self.length_pcir).unwrap_or(rest)
    }

    /// Offset of the next image of the PCI chain in the file, in bytes.
    #[must_use]
    pub const fn end_pcir(&self) -> usize {
        self.offset.saturating_add(self.length_pcir)
    }

    /// Length in NVIDIA's chain, in bytes: from its extension, or else its data structure.
    #[must_use]
    pub(crate) fn length_nvidia(&self) -> usize {
        let length = self.length_npde.filter(|length| *length > 0);
        length.unwrap_or(self.length_pcir)
    }

    /// Whether it is marked as the last image of NVIDIA's chain: by its extension, or else its data
    /// structure, unless the extension shortens the image
    /// (`src/nvidia/src/kernel/gpu/gsp/arch/turing/kernel_gsp_vbios_tu102.c` of
    /// open-gpu-kernel-modules, `s_locateExpansionRoms`).
    #[must_use]
    pub fn last_nvidia(&self) -> bool {
        match self.extension {
            None => self.last,
            Some(extension) if extension.has_last() => extension.last,
            Some(_) => self.last && self.length_nvidia() >= self.length_pcir,
        }
    }

    /// Whether `file` has an image at `offset` that may start a chain.
    pub(crate) fn is_at(file: &[u8], offset: usize) -> bool {
        Self::peek(file, offset).is_some_and(|(length, _)| length > 0)
    }

    /// Length of the image at `offset` of `file` by its data structure, in bytes, and its
    /// last-image indicator; `None` if there is none.
    pub(crate) fn peek(file: &[u8], offset: usize) -> Option<(usize, bool)> {
        let rest = file.get(offset..)?;
        if !rest.starts_with(&[0x55, 0xaa]) {
            return None;
        }
        let at = pointer(rest, is_pcir).ok()?;
        let length = usize::from(u16_at(rest, at + 0x10)?) * BLOCK;
        Some((length, rest.get(at + 0x15)? & 0x80 != 0))
    }

    /// Parses the image at `offset` of `file` for the PCI chain, and adds its problems to
    /// `findings`.
    ///
    /// # Errors
    ///
    /// If there is no readable data structure.
    pub(crate) fn read(
        file: &[u8],
        offset: usize,
        findings: &mut Vec<ImageFinding>,
    ) -> Result<Self, Problem> {
        let rest = file.get(offset..).unwrap_or_default();
        let at = pointer(rest, is_pcir)?;
        let structure = DataStructure::read(rest, at).ok_or(Problem::HeaderCutOff)?;
        let mut report = |problem| findings.push(ImageFinding { offset, problem });
        if at % 4 != 0 {
            report(Problem::PointerNotAligned {
                pointer: u16::try_from(at).unwrap_or(u16::MAX),
            });
        }
        if structure.length == 0 {
            report(Problem::ZeroLength);
        } else if structure.length > rest.len() {
            report(Problem::PastTheEnd {
                length: structure.length,
                available: rest.len(),
            });
        }
        let bytes = rest.get(..structure.length).unwrap_or(rest);
        Ok(Self::of(bytes, offset, at, &structure, &mut report))
    }

    /// Parses the image at `offset` of `file` for NVIDIA's chain, which allows other signatures.
    pub(crate) fn read_nvidia(file: &[u8], offset: usize) -> Option<Self> {
        let rest = file.get(offset..)?;
        if !Signature(u16_at(rest, 0)?).is_known() {
            return None;
        }
        let at = pointer(rest, StructureSignature::is_known).ok()?;
        let structure = DataStructure::read(rest, at)?;
        let extension = Extension::read(rest, at, structure.structure_length);
        // At most the chain's step, so that no byte is read twice.
        let length = extension.map_or(structure.length, |extension| extension.length);
        let bytes = rest.get(..length).unwrap_or(rest);
        Some(Self::of(bytes, offset, at, &structure, &mut |_| ()))
    }

    fn of(
        image: &[u8],
        offset: usize,
        at: usize,
        structure: &DataStructure,
        report: &mut impl FnMut(Problem),
    ) -> Self {
        let (device_list, closed) = structure.device_list(image, at);
        if !closed {
            report(Problem::DeviceListOpen);
        }
        let (code_type, length) = (structure.code_type, structure.length);
        let x86 = (code_type == CodeType::X86).then(|| blocks(image.get(2).copied()));
        let x86 = x86.flatten();
        let checksum_ok = x86.and_then(|size| checksum(image, size, length, report));
        let efi = (code_type == CodeType::EFI)
            .then(|| EfiHeader::read(image))
            .flatten();
        if let Some(header) = &efi {
            check_efi(header, length, report);
        }
        let pnp = match code_type {
            CodeType::X86 => pnp::headers(image),
            _ => Vec::new(),
        };
        let fcode_offset = match code_type {
            CodeType::OPEN_FIRMWARE => u16_at(image, 2),
            _ => None,
        };
        let extension = Extension::read(image, at, structure.structure_length);
        let third = structure.third.as_ref();
        Self {
            offset,
            signature: Signature(u16_at(image, 0).unwrap_or_default()),
            length_pcir: length,
            length_npde: extension.map(|extension| extension.length),
            length_header: x86.or(efi.map(|efi| efi.size)),
            structure_offset: at,
            structure_signature: structure.signature,
            structure_revision: structure.structure_revision,
            structure_length: structure.structure_length,
            code_type,
            id: structure.id,
            device_list,
            class_code: structure.class,
            vendor_revision: structure.vendor_revision,
            last: structure.indicator & 0x80 != 0,
            runtime_length: third.map(|third| third.runtime_length),
            configuration_utility: third
                .map(|third| third.configuration_utility)
                .filter(|pointer| *pointer != 0),
            clp_entry: third
                .map(|third| third.clp_entry)
                .filter(|pointer| *pointer != 0),
            checksum_ok,
            extension,
            pnp,
            fcode_offset,
            efi,
        }
    }
}

fn blocks(count: Option<u8>) -> Option<usize> {
    count.map(|count| usize::from(count) * BLOCK)
}

fn checksum(
    image: &[u8],
    size: usize,
    length: usize,
    report: &mut impl FnMut(Problem),
) -> Option<bool> {
    if size == 0 {
        report(Problem::ZeroInitSize);
        return None;
    }
    if size > length {
        report(Problem::InitSizePastImage { size, length });
        return None;
    }
    let balanced = is_balanced(image.get(..size)?);
    if !balanced {
        report(Problem::Checksum);
    }
    Some(balanced)
}

/// The checks of UEFI's PCI bus driver before it loads a driver
/// (`MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c` of edk2).
fn check_efi(header: &EfiHeader, length: usize, report: &mut impl FnMut(Problem)) {
    if !header.signature_ok {
        report(Problem::EfiSignature);
    }
    if !header.subsystem.is_driver() {
        report(Problem::EfiSubsystem {
            subsystem: header.subsystem,
        });
    }
    if !header.compression.is_known() {
        report(Problem::EfiCompression {
            compression: header.compression,
        });
    }
    if header.size > length {
        report(Problem::InitSizePastImage {
            size: header.size,
            length,
        });
    }
    if usize::from(header.payload_offset) >= header.size {
        report(Problem::EfiPayloadOutside {
            payload_offset: header.payload_offset,
        });
    }
}
