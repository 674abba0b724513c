//! The PCI data structure ("PCIR") that each image carries.

use alloc::vec::Vec;

use pci_core::{ClassCode, DeviceId, PciId};

use crate::code_type::CodeType;
use crate::field::{BLOCK, u16_at};
use crate::problem::Problem;

/// The structure of revision 0 is this long (PCI Local Bus Specification 2.2,
/// section 6.3.1.2).
const SHORTEST: usize = 0x18;

/// The fields of the structure (PCI Firmware Specification 3.3, section 5.1.2).
pub(crate) struct DataStructure {
    pub(crate) id: PciId,
    pub(crate) class: ClassCode,
    pub(crate) structure_revision: u8,
    pub(crate) length: usize,
    pub(crate) vendor_revision: u16,
    pub(crate) code_type: CodeType,
    pub(crate) last: bool,
    /// Where the device list starts, from the structure's start; 0 for none.
    device_list: u16,
}

/// Where the structure starts in `image`, whose header points at it from 0x18.
pub(crate) fn pointer(image: &[u8]) -> Result<usize, Problem> {
    let pointer = u16_at(image, 0x18).ok_or(Problem::HeaderCutOff)?;
    let at = usize::from(pointer);
    let signature = image.get(at..).and_then(|rest| rest.first_chunk::<4>());
    match signature {
        // A pointer into the header itself cannot be meant.
        _ if at < 0x1a => Err(Problem::PointerInHeader { pointer }),
        Some(b"PCIR") if image.len() - at >= SHORTEST => Ok(at),
        Some(b"PCIR") | None => Err(Problem::PointerOutOfRange { pointer }),
        Some(found) => Err(Problem::NoDataStructure {
            pointer,
            found: *found,
        }),
    }
}

impl DataStructure {
    /// Reads the structure at `at`, a place that [`pointer`] gave.
    pub(crate) fn read(image: &[u8], at: usize) -> Option<Self> {
        let bytes = image.get(at..)?;
        let [prog_if, sub, base] = *bytes.get(0x0d..)?.first_chunk()?;
        let structure_revision = *bytes.get(0x0c)?;
        // Old structures use the field for vital product data, and some claim
        // revision 3 without having its length.
        let with_list = structure_revision >= 3 && u16_at(bytes, 0x0a)? >= 0x1c;
        Some(Self {
            id: PciId::new(u16_at(bytes, 0x04)?, u16_at(bytes, 0x06)?),
            class: ClassCode::new(base, sub, Some(prog_if)),
            structure_revision,
            length: usize::from(u16_at(bytes, 0x10)?) * BLOCK,
            vendor_revision: u16_at(bytes, 0x12)?,
            code_type: CodeType(*bytes.get(0x14)?),
            last: bytes.get(0x15)? & 0x80 != 0,
            device_list: if with_list { u16_at(bytes, 0x08)? } else { 0 },
        })
    }

    /// The further devices that the image serves, and whether the list's end was
    /// found. `image` must end where the image ends.
    pub(crate) fn device_list(&self, image: &[u8], at: usize) -> (Vec<DeviceId>, bool) {
        let mut list = Vec::new();
        if self.device_list == 0 {
            return (list, true);
        }
        let mut entry = at + usize::from(self.device_list);
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
