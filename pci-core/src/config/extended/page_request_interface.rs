//! Page Request Interface: a device that asks for pages that are not there.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::flags;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The Page Request Control register, at 0x04 (PCI Express Base Specification
    /// 6.3, section 10.5.2.2).
    #[doc(alias = "PRICtl")]
    #[doc(alias = "PCI_PRI_CTRL")]
    PriControl: u16 {
        /// It may ask for pages (`Enable` in lspci).
        ENABLE = 0;
        /// Writing 1 forgets what it asked for (`Reset`).
        RESET = 1;
    }
}

flags! {
    /// The Page Request Status register, at 0x06 (PCI Express Base Specification 6.3,
    /// section 10.5.2.3).
    #[doc(alias = "PRISta")]
    #[doc(alias = "PCI_PRI_STATUS")]
    PriStatus: u16 {
        /// It was answered that asking failed (`RF` in lspci).
        RESPONSE_FAILURE = 0;
        /// It was answered something it had not asked (`UPRGI`).
        UNEXPECTED_PAGE_REQUEST_GROUP_INDEX = 1;
        /// It waits for no answer (`Stopped`).
        STOPPED = 8;
        /// Answers must name the process where the question did (`PASID`).
        PRG_RESPONSE_PASID_REQUIRED = 15;
    }
}

/// Page Request Interface (PCI Express Base Specification 6.3, sections 10.4 and
/// 10.5.2): with it and [ATS](super::AddressTranslationServices) a device can use memory
/// that is not pinned: it asks for a page that is not there, and waits.
///
/// The IOMMU's driver switches it on. Memory that a device without it may use cannot be
/// swapped out: all memory of a guest that has one stays in the host's.
///
/// ```
/// use pci_core::config::extended::{PageRequestInterface, PriControl, PriStatus};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [
///     0x13, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x01, // control 0001, status 0100
///     0x00, 0x02, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00,
/// ];
/// let pri = PageRequestInterface::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(pri.control.contains(PriControl::ENABLE));
/// assert!(pri.status.contains(PriStatus::STOPPED));
/// assert_eq!((pri.outstanding_capacity, pri.outstanding_allocation), (512, 32));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PageRequestInterface {
    /// What is in use, at 0x04.
    pub control: PriControl,
    /// What happened, at 0x06.
    pub status: PriStatus,
    /// How many pages it can have asked for at a time, at 0x08.
    pub outstanding_capacity: u32,
    /// How many pages it may have asked for at a time, at 0x0c.
    pub outstanding_allocation: u32,
}

impl ExtendedStructure for PageRequestInterface {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PAGE_REQUEST_INTERFACE;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            control: PriControl::from_bits_retain(registers.word(4)?),
            status: PriStatus::from_bits_retain(registers.word(6)?),
            outstanding_capacity: registers.dword(8)?,
            outstanding_allocation: registers.dword(0xc)?,
        })
    }
}
