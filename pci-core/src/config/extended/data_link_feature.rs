//! Data Link Feature: what the data link layer can.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the Data Link Feature Capabilities register.
    DataLinkFeatureCapabilityFlags: u32 {
        /// It tells the other end what it can.
        #[doc(alias = "PCI_DLF_EXCHANGE_ENABLE")]
        EXCHANGE_ENABLE = 31;
    }
}

register! {
    /// The Data Link Feature Capabilities register, at 0x04 (PCI Express Base
    /// Specification 6.3, section 7.7.4.2).
    DataLinkFeatureCapabilities: u32 {
        /// What this end can: bit 0 is scaled flow control.
        local_supported: u32 = 22:0,
        ; /// The single bits.
        flags: DataLinkFeatureCapabilityFlags
    }
}

flags! {
    /// The single bits of the Data Link Feature Status register.
    DataLinkFeatureStatusFlags: u32 {
        /// The other end told what it can.
        REMOTE_SUPPORTED_VALID = 31;
    }
}

register! {
    /// The Data Link Feature Status register, at 0x08.
    DataLinkFeatureStatus: u32 {
        /// What the other end can.
        remote_supported: u32 = 22:0,
        ; /// The single bits.
        flags: DataLinkFeatureStatusFlags
    }
}

/// Data Link Feature (PCI Express Base Specification 6.3, section 7.7.4): what the two
/// ends of a link told each other that they can beyond the basics. Mostly ports of 16 GT/s
/// and more have it. The hardware sets it.
///
/// ```
/// use pci_core::config::extended::{DataLinkFeature, DataLinkFeatureStatusFlags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [0x25, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x80];
/// let feature = DataLinkFeature::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // Both can scale flow control.
/// assert_eq!(feature.capabilities.local_supported & 1, 1);
/// assert_eq!(feature.status.remote_supported & 1, 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DataLinkFeature {
    /// What this end can, at 0x04.
    pub capabilities: DataLinkFeatureCapabilities,
    /// What the other end can, at 0x08.
    pub status: DataLinkFeatureStatus,
}

impl ExtendedStructure for DataLinkFeature {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DATA_LINK_FEATURE;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: DataLinkFeatureCapabilities::from_bits(registers.dword(4)?),
            status: DataLinkFeatureStatus::from_bits(registers.dword(8)?),
        })
    }
}
