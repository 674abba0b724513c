//! Vital Product Data: serial numbers and names of a card.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// The single bits of the VPD Address register.
    VitalProductDataFlags: u16 {
        /// A read is done, or a write has begun.
        #[doc(alias = "PCI_VPD_ADDR_F")]
        FLAG = 15;
    }
}

register! {
    /// The VPD Address register, at 0x02 (PCI Express Base Specification 6.3, section
    /// 7.9.18.1).
    #[doc(alias = "PCI_VPD_ADDR")]
    VitalProductDataAddress: u16 {
        /// Which 4 bytes are read or written.
        address: u16 = 14:0,
        ; /// The single bits.
        flags: VitalProductDataFlags
    }
}

/// The window to the Vital Product Data (PCI Local Bus Specification 3.0, section 6.4
/// and appendix I; PCI Express Base Specification 6.3, section 7.9.18): name, part and
/// serial number, which the card's maker wrote into a memory on it.
///
/// The data itself is not in configuration space: software writes an address, waits for
/// the [flag](VitalProductDataFlags::FLAG), and reads 4 bytes. Linux does that and shows
/// all of it in sysfs, as `vpd`.
///
/// ```
/// use pci_core::config::conventional::{VitalProductData, VitalProductDataFlags};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let bytes = [0x03, 0x00, 0x00, 0x80, 0x82, 0x2b, 0x00, 0x4e];
/// let vpd = VitalProductData::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // The bytes at address 0 were read: tag 82, a name of 2b bytes, which begins with N.
/// assert!(vpd.address.flags.contains(VitalProductDataFlags::FLAG));
/// assert_eq!((vpd.address.address, vpd.data.to_le_bytes()), (0, [0x82, 0x2b, 0x00, b'N']));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VitalProductData {
    /// Where the window is, at 0x02.
    pub address: VitalProductDataAddress,
    /// What it shows, at 0x04.
    pub data: u32,
}

impl ConventionalStructure for VitalProductData {
    const ID: CapabilityId = CapabilityId::VITAL_PRODUCT_DATA;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            address: VitalProductDataAddress::from_bits(registers.word(2)?),
            data: registers.dword(4)?,
        })
    }
}
