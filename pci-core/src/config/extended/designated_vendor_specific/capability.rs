//! The structure's head.

use crate::VendorId;
use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::register;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// The Designated Vendor-Specific Header 1 register, at 0x04 (PCI Express Base
    /// Specification 6.3, section 7.9.6.2).
    DvsecHeader: u32 {
        /// Who chose what is in it.
        vendor: u16 = 15:0,
        /// Which revision of it.
        revision: u8 = 19:16,
        /// How many bytes the whole structure has.
        length: u16 = 31:20,
        ; /// The bits that are in no field: none.
        reserved: u32
    }
}

/// Designated Vendor-Specific (PCI Express Base Specification 6.3, section 7.9.6):
/// whatever a vendor chose, who need not be the one that made the function. Its bytes
/// are in the configuration space, from the structure's offset on; those of CXL are
/// read by [`Cxl`](super::Cxl).
///
/// ```
/// use pci_core::config::extended::DesignatedVendorSpecific;
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [0x23, 0x00, 0x01, 0x00, 0x98, 0x1e, 0xc1, 0x03, 0x00, 0x00];
/// let dvsec = DesignatedVendorSpecific::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(dvsec.vendor(), DesignatedVendorSpecific::CXL);
/// // CXL's structure of a device, of 0x3c bytes.
/// assert_eq!((dvsec.id, dvsec.header.length), (0, 0x3c));
/// ```
#[doc(alias = "DVSEC")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DesignatedVendorSpecific {
    /// Who chose it and how long it is, at 0x04.
    pub header: DvsecHeader,
    /// Which of the vendor's structures it is, at 0x08.
    pub id: u16,
}

impl DesignatedVendorSpecific {
    /// The vendor id of the CXL consortium.
    pub const CXL: VendorId = VendorId(0x1e98);

    /// Who chose what is in it.
    #[must_use]
    pub const fn vendor(self) -> VendorId {
        VendorId(self.header.vendor)
    }
}

impl ExtendedStructure for DesignatedVendorSpecific {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DESIGNATED_VENDOR_SPECIFIC;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            header: DvsecHeader::from_bits(registers.dword(4)?),
            id: registers.word(8)?,
        })
    }
}
