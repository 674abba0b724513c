//! One image of a ROM.

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

/// One image: its place and what its header and data structure say.
///
/// Three fields tell how long it is, and they differ where the ROM is NVIDIA's:
/// the data structure's length leads along PCI's chain, NVIDIA's extension along
/// NVIDIA's, and the header tells how much of it a BIOS sums up and runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Image {
    /// Where it starts, in bytes from the start of the file.
    pub offset: usize,
    /// The two bytes that it starts with.
    pub signature: Signature,
    /// How long its data structure says it is, in bytes; the file may have less of
    /// it.
    pub length_pcir: usize,
    /// How long NVIDIA's extension says it is, in bytes.
    pub length_npde: Option<usize>,
    /// The initialisation size in the header, in bytes: of an x86 image the byte at
    /// 2, of an EFI image the word there.
    pub length_header: Option<usize>,
    /// Where its data structure starts, in bytes from the image's start.
    pub structure_offset: usize,
    /// The name of its data structure.
    pub structure_signature: StructureSignature,
    /// The revision of the data structure: 0 or 3.
    pub structure_revision: u8,
    /// How long the data structure says it is, in bytes.
    pub structure_length: u16,
    /// Which kind of machine it is for.
    pub code_type: CodeType,
    /// The device it is for.
    pub id: PciId,
    /// Further devices of the same vendor it is for (data structure revision 3).
    pub device_list: Vec<DeviceId>,
    /// The class of that device.
    pub class_code: ClassCode,
    /// The vendor's own revision of the code.
    pub vendor_revision: u16,
    /// Whether it says that no image follows.
    pub last: bool,
    /// The longest that it may be at run time, in bytes (data structure revision
    /// 3); 0 where it does not say.
    pub runtime_length: Option<usize>,
    /// Where its configuration utility's header is, from the image's start (data
    /// structure revision 3).
    pub configuration_utility: Option<u16>,
    /// Where its DMTF CLP entry point is, from the image's start (data structure
    /// revision 3).
    pub clp_entry: Option<u16>,
    /// Whether an x86 image's bytes add up to 0 over its initialisation size, as
    /// they must. `None` for other images, which have no such duty, and where the
    /// file has not all of those bytes.
    pub checksum_ok: Option<bool>,
    /// NVIDIA's extension of the data structure.
    pub extension: Option<Extension>,
    /// The Plug and Play expansion headers of an x86 image.
    pub pnp: Vec<PnpHeader>,
    /// Where the `FCode` program of an Open Firmware image starts, from the image's
    /// start (PCI Bus Binding to Open Firmware 2.1, section 9).
    pub fcode_offset: Option<u16>,
    /// The header of an EFI image.
    pub efi: Option<EfiHeader>,
}

impl Image {
    /// Whether the image says that it is for `id`, by its own id or its list.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.id == id || (self.id.vendor == id.vendor && self.device_list.contains(&id.device))
    }

    /// What `file` has of the image by its data structure's length.
    #[must_use]
    pub fn bytes<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        let rest = file.get(self.offset..).unwrap_or_default();
        rest.get(..self.length_pcir).unwrap_or(rest)
    }

    /// Where the next image of PCI's chain starts, in bytes from the file's start.
    #[must_use]
    pub const fn end_pcir(&self) -> usize {
        self.offset.saturating_add(self.length_pcir)
    }

    /// How long it is in NVIDIA's chain, in bytes: as its extension says, else as
    /// its data structure does.
    #[must_use]
    pub(crate) fn length_nvidia(&self) -> usize {
        self.length_npde.unwrap_or(self.length_pcir)
    }

    /// Whether it is the last of NVIDIA's chain: as its extension says, else as its
    /// data structure does (`drivers/gpu/nova-core/vbios.rs` of Linux, which also
    /// ends the chain with a notebook image).
    #[must_use]
    pub fn last_nvidia(&self) -> bool {
        self.code_type == CodeType::NVIDIA_NBSI
            || self.extension.map_or(self.last, |extension| extension.last)
    }

    /// Whether `file` has at `offset` an image that could be the first of a
    /// chain.
    pub(crate) fn is_at(file: &[u8], offset: usize) -> bool {
        Self::glance(file, offset).is_some_and(|(length, _)| length > 0)
    }

    /// How long the image at `offset` of `file` is by its data structure, in bytes,
    /// and whether it says that it is the last; `None` where there is none.
    pub(crate) fn glance(file: &[u8], offset: usize) -> Option<(usize, bool)> {
        let rest = file.get(offset..)?;
        if !rest.starts_with(&[0x55, 0xaa]) {
            return None;
        }
        let at = pointer(rest, is_pcir).ok()?;
        let length = usize::from(u16_at(rest, at + 0x10)?) * BLOCK;
        Some((length, rest.get(at + 0x15)? & 0x80 != 0))
    }

    /// Reads the image at `offset` of `file` for PCI's chain, and adds what is wrong
    /// with it to `findings`.
    ///
    /// # Errors
    ///
    /// When there is no readable data structure.
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

    /// Reads the image at `offset` of `file` for NVIDIA's chain, where it may start
    /// and name its structure in NVIDIA's own way.
    pub(crate) fn read_nvidia(file: &[u8], offset: usize) -> Option<Self> {
        let rest = file.get(offset..)?;
        if !Signature(u16_at(rest, 0)?).is_known() {
            return None;
        }
        let at = pointer(rest, StructureSignature::is_known).ok()?;
        let structure = DataStructure::read(rest, at)?;
        let extension = Extension::read(rest, at, structure.structure_length);
        // No more than the chain goes on by, so that no byte is looked at twice.
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

/// The checks that UEFI's bus driver makes before it loads a driver
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
