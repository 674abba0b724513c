//! Address Translation Services: a device that asks the IOMMU beforehand.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the ATS Capability register (PCI Express Base Specification
    /// 6.3, section 10.5.1.2).
    AtsCapabilityFlags: u16 {
        /// It asks for pages only.
        #[doc(alias = "PCI_ATS_CAP_PAGE_ALIGNED")]
        PAGE_ALIGNED_REQUEST = 5;
        /// It forgets translations of all processes at once.
        GLOBAL_INVALIDATE = 6;
        /// It may ask in any order.
        RELAXED_ORDERING = 7;
        /// It can use the memory attributes of translations.
        MEMORY_ATTRIBUTES = 8;
    }
}

register! {
    /// The ATS Capability register, at 0x04.
    #[doc(alias = "ATSCap")]
    #[doc(alias = "PCI_ATS_CAP")]
    AtsCapabilities: u16 {
        /// How many orders to forget it can queue; 0 stands for 32.
        invalidate_queue_depth: u8 = 4:0,
        ; /// The single bits.
        flags: AtsCapabilityFlags
    }
}

flags! {
    /// The single bits of the ATS Control register (PCI Express Base Specification
    /// 6.3, section 10.5.1.3).
    AtsControlFlags: u16 {
        /// It may ask for translations (`Enable` in lspci).
        #[doc(alias = "PCI_ATS_CTRL_ENABLE")]
        ENABLE = 15;
    }
}

register! {
    /// The ATS Control register, at 0x06.
    #[doc(alias = "ATSCtl")]
    #[doc(alias = "PCI_ATS_CTRL")]
    AtsControl: u16 {
        /// The smallest piece that is translated: 4096 bytes, doubled as many times
        /// as this says.
        smallest_translation_unit: u8 = 4:0,
        ; /// The single bits.
        flags: AtsControlFlags
    }
}

/// Address Translation Services (PCI Express Base Specification 6.3, chapter 10): the
/// function asks the IOMMU for translations, keeps them, and sends requests with
/// translated addresses, which the IOMMU lets through unchecked.
///
/// The IOMMU's driver switches it on. The function is trusted then: one with wrong or
/// malicious firmware could reach all memory, whichever guest has it.
///
/// ```
/// use pci_core::config::extended::{AddressTranslationServices, AtsControlFlags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// // Id 000f, capabilities 0020, control 8000.
/// let bytes = [0x0f, 0x00, 0x01, 0x00, 0x20, 0x00, 0x00, 0x80];
/// let ats = AddressTranslationServices::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(ats.control.flags.contains(AtsControlFlags::ENABLE));
/// assert_eq!(4096_u64 << ats.control.smallest_translation_unit, 4096);
/// // 0 stands for 32.
/// assert_eq!(ats.capabilities.invalidate_queue_depth, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AddressTranslationServices {
    /// What it can, at 0x04.
    pub capabilities: AtsCapabilities,
    /// What is in use, at 0x06.
    pub control: AtsControl,
}

impl ExtendedStructure for AddressTranslationServices {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ADDRESS_TRANSLATION_SERVICES;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: AtsCapabilities::from_bits(registers.word(4)?),
            control: AtsControl::from_bits(registers.word(6)?),
        })
    }
}
