//! The data structure of an image: "PCIR", and NVIDIA's "NPDS".

use alloc::vec::Vec;
use core::fmt;

use pci_core::{ClassCode, DeviceId, PciId};

use crate::code_type::CodeType;
use crate::field::{BLOCK, u16_at};
use crate::problem::Problem;

/// Length of the structure of revision 0 (PCI Local Bus Specification 2.2, section 6.3.1.2).
const MIN_LEN: usize = 0x18;

/// Signature of an image's data structure.
///
/// ```
/// use vbios::StructureSignature;
/// assert_eq!(StructureSignature::PCIR.to_string(), "PCIR");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StructureSignature(pub [u8; 4]);

impl StructureSignature {
    /// The PCI data structure (PCI Firmware Specification 3.3, section 5.1.2).
    pub const PCIR: Self = Self(*b"PCIR");
    /// NVIDIA's own images, with the same fields (`drivers/gpu/nova-core/vbios.rs` of Linux).
    pub const NPDS: Self = Self(*b"NPDS");
    /// A third signature that NVIDIA's drivers accept (same source).
    pub const RGIS: Self = Self(*b"RGIS");

    /// Whether NVIDIA's drivers accept the signature.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self, Self::PCIR | Self::NPDS | Self::RGIS)
    }
}

impl fmt::Display for StructureSignature {
    /// The four letters; other bytes escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_ascii().fmt(f)
    }
}

/// Fields of the structure (PCI Firmware Specification 3.3, section 5.1.2).
pub(crate) struct DataStructure {
    pub(crate) signature: StructureSignature,
    pub(crate) id: PciId,
    pub(crate) class: ClassCode,
    /// Length field of the structure, in bytes.
    pub(crate) structure_length: u16,
    pub(crate) structure_revision: u8,
    pub(crate) length: usize,
    pub(crate) vendor_revision: u16,
    pub(crate) code_type: CodeType,
    pub(crate) indicator: u8,
    /// The fields of revision 3.
    pub(crate) third: Option<Third>,
}

/// The fields that revision 3 added.
pub(crate) struct Third {
    /// Device list pointer, from the structure's start; 0 for none.
    device_list: u16,
    /// Maximum run-time image length, in bytes.
    pub(crate) runtime_length: usize,
    /// Offset of the configuration utility code header in the image; 0 for none.
    pub(crate) configuration_utility: u16,
    /// Offset of the DMTF CLP entry point in the image; 0 for none.
    pub(crate) clp_entry: u16,
}

/// Offset of the structure in `image`, from the pointer at 0x18 of the header, if its signature is
/// one of `wanted`.
pub(crate) fn pointer(
    image: &[u8],
    wanted: fn(StructureSignature) -> bool,
) -> Result<usize, Problem> {
    let pointer = u16_at(image, 0x18).ok_or(Problem::HeaderCutOff)?;
    let at = usize::from(pointer);
    let signature = image.get(at..).and_then(|rest| rest.first_chunk::<4>());
    match signature {
        // A pointer into the header itself is invalid.
        _ if at < 0x1a => Err(Problem::PointerInHeader { pointer }),
        None => Err(Problem::PointerOutOfRange { pointer }),
        Some(found) if !wanted(StructureSignature(*found)) => Err(Problem::NoDataStructure {
            pointer,
            found: *found,
        }),
        Some(_) if image.len() - at < MIN_LEN => Err(Problem::PointerOutOfRange { pointer }),
        Some(_) => Ok(at),
    }
}

/// Whether a walk along the PCI chain accepts the signature.
pub(crate) fn is_pcir(signature: StructureSignature) -> bool {
    signature == StructureSignature::PCIR
}

impl DataStructure {
    /// Parses the structure at `at`, an offset returned by [`pointer`].
    pub(crate) fn read(image: &[u8], at: usize) -> Option<Self> {
        let bytes = image.get(at..)?;
        let [prog_if, sub, base] = *bytes.get(0x0d..)?.first_chunk()?;
        let structure_length = u16_at(bytes, 0x0a)?;
        let structure_revision = *bytes.get(0x0c)?;
        // Old structures use these fields otherwise, and some claim revision 3 without its length.
        let third = if structure_revision >= 3 && structure_length >= 0x1c {
            Third::read(bytes)
        } else {
            None
        };
        Some(Self {
            signature: StructureSignature(*bytes.first_chunk()?),
            id: PciId::new(u16_at(bytes, 0x04)?, u16_at(bytes, 0x06)?),
            class: ClassCode::new(base, sub, Some(prog_if)),
            structure_length,
            structure_revision,
            length: usize::from(u16_at(bytes, 0x10)?) * BLOCK,
            vendor_revision: u16_at(bytes, 0x12)?,
            code_type: CodeType(*bytes.get(0x14)?),
            indicator: *bytes.get(0x15)?,
            third,
        })
    }

    /// The further devices that the image supports, and whether the list is terminated. `image`
    /// must end at the image's end.
    pub(crate) fn device_list(&self, image: &[u8], at: usize) -> (Vec<DeviceId>, bool) {
        let mut list = Vec::new();
        let Some(third) = self.third.as_ref().filter(|third| third.device_list != 0) else {
            return (list, true);
        };
        let mut entry = at + usize::from(third.device_list);
        loop {
            match u16_at(image, entry) {
                Some(0) => return (list, true),
                Some(device) => list.push(DeviceId(device)),
                None => return (list, false),
            }
            entry += 2;
        }
    }
}

impl Third {
    fn read(structure: &[u8]) -> Option<Self> {
        Some(Self {
            device_list: u16_at(structure, 0x08)?,
            runtime_length: usize::from(u16_at(structure, 0x16)?) * BLOCK,
            configuration_utility: u16_at(structure, 0x18)?,
            clp_entry: u16_at(structure, 0x1a)?,
        })
    }
}
