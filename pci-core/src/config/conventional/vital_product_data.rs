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
/// and appendix I; PCI Express Base Specification 6.3, section 7.9.18). The data
/// itself is not in configuration space: sysfs shows it as `vpd`.
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
