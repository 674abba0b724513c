//! Whatever the vendor of a function chose.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::register;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// The Vendor-Specific Header, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.9.5.2).
    VendorSpecificHeader: u32 {
        /// Which of the vendor's structures it is.
        id: u16 = 15:0,
        /// Which revision of it.
        revision: u8 = 19:16,
        /// How many bytes the whole structure has.
        length: u16 = 31:20,
        ; /// The bits that are in no field: none.
        reserved: u32
    }
}

/// The Vendor-Specific extended capability (PCI Express Base Specification 6.3,
/// section 7.9.5). What it means, the vendor id of the function tells together with
/// its id here. Its bytes are in the configuration space, from the structure's offset
/// on.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::VendorSpecificExtended};
/// let bytes = [0x0b, 0x00, 0x01, 0x00, 0x02, 0x00, 0x81, 0x02];
/// let structure = VendorSpecificExtended::read(ConfigSpace::new(&bytes), 0).unwrap();
/// let header = structure.header;
/// assert_eq!((header.id, header.revision, header.length), (2, 1, 0x28));
/// ```
#[doc(alias = "VSEC")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VendorSpecificExtended {
    /// What it is, at 0x04.
    pub header: VendorSpecificHeader,
}

impl ExtendedStructure for VendorSpecificExtended {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::VENDOR_SPECIFIC;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            header: VendorSpecificHeader::from_bits(registers.dword(4)?),
        })
    }
}
