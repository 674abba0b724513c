//! Processing hints: where data will be used.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the TPH Requester Capability register.
    TphCapabilityFlags: u32 {
        /// It can send hints without steering tags.
        NO_ST_MODE = 0;
        /// Tags can go by the interrupt vector.
        INTERRUPT_VECTOR_MODE = 1;
        /// Tags can go by whatever the device chooses.
        DEVICE_SPECIFIC_MODE = 2;
        /// It can send tags of 16 bits.
        EXTENDED_TPH_REQUESTER = 8;
    }
}

code! {
    /// Where the table of steering tags is.
    StTableLocation: u8 {
        /// Nowhere.
        NONE = 0, "none";
        /// In this structure, from 0x0c on.
        TPH_REQUESTER = 1, "TPH capability structure";
        /// In the table of MSI-X.
        MSI_X = 2, "MSI-X table";
    }
}

register! {
    /// The TPH Requester Capability register, at 0x04 (PCI Express Base Specification
    /// 6.3, section 7.9.13.2).
    #[doc(alias = "PCI_TPH_CAP")]
    TphCapabilities: u32 {
        /// Where the table of steering tags is.
        st_table_location: StTableLocation = 10:9,
        /// One less than how many entries it has.
        st_table_size: u16 = 26:16,
        ; /// The single bits.
        flags: TphCapabilityFlags
    }
}

register! {
    /// The TPH Requester Control register, at 0x08.
    TphControl: u32 {
        /// How tags are chosen: 0 none, 1 by the interrupt vector, 2 by the device.
        st_mode_select: u8 = 2:0,
        /// Whether hints are sent: 0 none, 1 with tags of 8 bits, 3 with tags of 8 or
        /// 16 bits.
        requester_enable: u8 = 9:8,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

/// TPH Requester (PCI Express Base Specification 6.3, sections 6.17 and 7.9.13): the
/// function can tell by which processor or cache its data will be used, by a hint that
/// the platform gave it, a steering tag. The function's driver switches it on. It makes
/// things faster, and nothing else.
///
/// ```
/// use pci_core::config::extended::{StTableLocation, TphRequester};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [0x17, 0x00, 0x01, 0x00, 0x03, 0x04, 0x0f, 0x00, 0x01, 0x01, 0x00, 0x00];
/// let tph = TphRequester::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(tph.capabilities.st_table_location, StTableLocation::MSI_X);
/// assert_eq!(tph.capabilities.st_table_size + 1, 16);
/// assert_eq!(tph.control.map(|control| control.requester_enable), Some(1));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TphRequester {
    /// What it can, at 0x04.
    pub capabilities: TphCapabilities,
    /// What is in use, at 0x08, where it was shown.
    pub control: Option<TphControl>,
}

impl ExtendedStructure for TphRequester {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::TPH_REQUESTER;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: TphCapabilities::from_bits(registers.dword(4)?),
            control: registers.dword(8).map(TphControl::from_bits),
        })
    }
}
