//! Advanced Features: Function Level Reset of functions without PCI Express.

use crate::config::capability_id::CapabilityId;
use crate::config::field::flags;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// AF Capabilities register, at 0x03.
    #[doc(alias = "PCI_AF_CAP")]
    AdvancedFeaturesCapabilities: u8 {
        /// Transactions Pending supported (`TP` in lspci).
        TRANSACTIONS_PENDING = 0;
        /// Function Level Reset supported (`FLR`). Linux uses it only together with the bit above
        /// (`pci_af_flr` in `drivers/pci/pci.c`).
        FUNCTION_LEVEL_RESET = 1;
    }
}

flags! {
    /// AF Control register, at 0x04.
    #[doc(alias = "PCI_AF_CTRL")]
    AdvancedFeaturesControl: u8 {
        /// Initiate FLR: writing 1 resets the function; reads as 0.
        INITIATE_FLR = 0;
    }
}

flags! {
    /// AF Status register, at 0x05.
    #[doc(alias = "PCI_AF_STATUS")]
    AdvancedFeaturesStatus: u8 {
        /// Transactions Pending (`TP` in lspci).
        TRANSACTIONS_PENDING = 0;
    }
}

/// Conventional PCI Advanced Features (PCI-SIG ECN "Advanced Capabilities for Conventional PCI",
/// 2006; PCI Express Base Specification 6.3, section 7.9.21): Function Level Reset for functions
/// without PCI Express, such as USB and audio controllers of older chipsets.
///
/// Linux's reset method `af_flr`: the function can be reset for a guest without its neighbors.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// use pci_core::config::conventional::AdvancedFeatures;
/// // ID, next, length 6, capabilities 03 (both TP and FLR), control, status.
/// let bytes = [0x13, 0x00, 0x06, 0x03, 0x00, 0x00];
/// let features = AdvancedFeatures::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(features.has_function_level_reset());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AdvancedFeatures {
    /// Length of the structure, at 0x02: 6 bytes.
    pub length: u8,
    /// AF Capabilities, at 0x03.
    pub capabilities: AdvancedFeaturesCapabilities,
    /// AF Control, at 0x04.
    pub control: AdvancedFeaturesControl,
    /// AF Status, at 0x05.
    pub status: AdvancedFeaturesStatus,
}

impl AdvancedFeatures {
    /// Whether Linux resets the function with it: Function Level Reset and Transactions Pending are
    /// supported (`pci_af_flr` in `drivers/pci/pci.c`).
    #[must_use]
    pub const fn has_function_level_reset(self) -> bool {
        self.capabilities.contains(
            AdvancedFeaturesCapabilities::FUNCTION_LEVEL_RESET
                .union(AdvancedFeaturesCapabilities::TRANSACTIONS_PENDING),
        )
    }
}

impl ConventionalStructure for AdvancedFeatures {
    const ID: CapabilityId = CapabilityId::ADVANCED_FEATURES;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            length: registers.byte(2)?,
            capabilities: AdvancedFeaturesCapabilities::from_bits_retain(registers.byte(3)?),
            control: AdvancedFeaturesControl::from_bits_retain(registers.byte(4)?),
            status: AdvancedFeaturesStatus::from_bits_retain(registers.byte(5)?),
        })
    }
}
