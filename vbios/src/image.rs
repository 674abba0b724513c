//! One image of a ROM.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use crate::checksum::is_balanced;
use crate::code_type::CodeType;
use crate::data_structure::{DataStructure, pointer};
use crate::efi::EfiHeader;
use crate::field::BLOCK;
use crate::problem::{Finding, Problem};

/// One image: its place and what its header and data structure say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Where it starts, in bytes from the start of the file.
    pub offset: usize,
    /// How long it says it is, in bytes; the file may have less of it.
    pub length: usize,
    /// Which kind of machine it is for.
    pub code_type: CodeType,
    /// The device it is for.
    pub id: PciId,
    /// Further devices of the same vendor it is for (data structure revision 3).
    pub device_list: Vec<DeviceId>,
    /// The class of that device.
    pub class: ClassCode,
    /// The vendor's own revision of the code.
    pub vendor_revision: u16,
    /// The revision of the data structure: 0 or 3.
    pub structure_revision: u8,
    /// Whether it says that no image follows.
    pub last: bool,
    /// Whether an x86 image's bytes add up to 0 over its initialisation size, as
    /// they must. `None` for other images, which have no such duty, and where the
    /// file has not all of those bytes.
    pub checksum_ok: Option<bool>,
    /// The header of an EFI image.
    pub efi: Option<EfiHeader>,
}

impl Image {
    /// Whether the image says that it is for `id`, by its own id or its list.
    #[must_use]
    pub fn matches(&self, id: PciId) -> bool {
        self.id == id || (self.id.vendor == id.vendor && self.device_list.contains(&id.device))
    }

    /// Whether `file` has at `offset` an image that could be the first of a
    /// chain.
    pub(crate) fn is_at(file: &[u8], offset: usize) -> bool {
        let Some(rest) = file.get(offset..) else {
            return false;
        };
        rest.starts_with(&[0x55, 0xaa])
            && pointer(rest)
                .ok()
                .and_then(|at| DataStructure::read(rest, at))
                .is_some_and(|structure| structure.length > 0)
    }

    /// Reads the image at `offset` of `file`, and adds what is wrong with it to
    /// `findings`.
    ///
    /// # Errors
    ///
    /// When there is no readable data structure.
    pub(crate) fn read(
        file: &[u8],
        offset: usize,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Problem> {
        let rest = file.get(offset..).unwrap_or_default();
        let at = pointer(rest)?;
        let structure = DataStructure::read(rest, at).ok_or(Problem::HeaderCutOff)?;
        let mut report = |problem| findings.push(Finding { offset, problem });
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
        let image = rest.get(..structure.length).unwrap_or(rest);
        let (device_list, closed) = structure.device_list(image, at);
        if !closed {
            report(Problem::DeviceListOpen);
        }
        let checksum_ok = (structure.code_type == CodeType::X86)
            .then(|| checksum(image, structure.length, &mut report))
            .flatten();
        let efi = (structure.code_type == CodeType::EFI)
            .then(|| EfiHeader::read(image))
            .flatten();
        if let Some(header) = &efi {
            check_efi(header, structure.length, &mut report);
        }
        Ok(Self {
            offset,
            length: structure.length,
            code_type: structure.code_type,
            id: structure.id,
            device_list,
            class: structure.class,
            vendor_revision: structure.vendor_revision,
            structure_revision: structure.structure_revision,
            last: structure.last,
            checksum_ok,
            efi,
        })
    }
}

fn checksum(image: &[u8], length: usize, report: &mut impl FnMut(Problem)) -> Option<bool> {
    let size = usize::from(*image.get(2)?) * BLOCK;
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
