//! Alternative Routing-ID Interpretation: more functions than 8.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the ARI Capability and Control registers: what there is of
    /// function groups, and what is in use.
    AriFlags: u16 {
        /// Function groups for virtual channels (`MFVC` in lspci).
        #[doc(alias = "PCI_ARI_CAP_MFVC")]
        MFVC_FUNCTION_GROUPS = 0;
        /// Function groups for access control (`ACS`).
        #[doc(alias = "PCI_ARI_CAP_ACS")]
        ACS_FUNCTION_GROUPS = 1;
    }
}

register! {
    /// The ARI Capability register, at 0x04.
    #[doc(alias = "ARICap")]
    AriCapabilities: u16 {
        /// The number of the next function, 0 for none.
        next_function: u8 = 15:8,
        ; /// The single bits.
        flags: AriFlags
    }
}

register! {
    /// The ARI Control register, at 0x06.
    #[doc(alias = "ARICtl")]
    AriControl: u16 {
        /// The group that the function is in.
        function_group: u8 = 6:4,
        ; /// The single bits.
        flags: AriFlags
    }
}

/// Alternative Routing-ID Interpretation (PCI Express Base Specification 6.3,
/// sections 6.13 and 7.8.8): device and function number are one number of 8 bits, so
/// that a device can have 256 functions, most of them virtual ones. The port above
/// must forward it ([`ARI_FORWARDING`](crate::config::conventional::express::DeviceControl2Flags::ARI_FORWARDING)):
/// Linux switches that on in the port where both can. Where the port cannot, a card has
/// fewer virtual functions than it could.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::AlternativeRoutingId};
/// // Id 000e, capabilities 0100, control 0000.
/// let bytes = [0x0e, 0x00, 0x01, 0x00, 0x00, 0x01, 0x00, 0x00];
/// let ari = AlternativeRoutingId::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(ari.capabilities.next_function, 1);
/// assert_eq!(ari.control.function_group, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AlternativeRoutingId {
    /// What it can and which function is next, at 0x04.
    pub capabilities: AriCapabilities,
    /// What is in use, at 0x06.
    pub control: AriControl,
}

impl ExtendedStructure for AlternativeRoutingId {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ALTERNATIVE_ROUTING_ID;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: AriCapabilities::from_bits(registers.word(4)?),
            control: AriControl::from_bits(registers.word(6)?),
        })
    }
}
