//! Access Control Services: isolation of devices.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// Flags of the ACS Capability register (PCI Express Base Specification 6.3, section 7.7.11.2).
    AcsCapabilityFlags: u16 {
        /// ACS Source Validation: requests with a foreign requester ID are blocked (`SrcValid` in
        /// lspci).
        #[doc(alias = "PCI_ACS_SV")]
        SOURCE_VALIDATION = 0;
        /// ACS Translation Blocking: requests with translated addresses are blocked (`TransBlk`).
        #[doc(alias = "PCI_ACS_TB")]
        TRANSLATION_BLOCKING = 1;
        /// ACS P2P Request Redirect: peer-to-peer requests are redirected upstream (`ReqRedir`).
        #[doc(alias = "PCI_ACS_RR")]
        P2P_REQUEST_REDIRECT = 2;
        /// ACS P2P Completion Redirect: peer-to-peer completions are redirected upstream
        /// (`CmpltRedir`).
        #[doc(alias = "PCI_ACS_CR")]
        P2P_COMPLETION_REDIRECT = 3;
        /// ACS Upstream Forwarding: redirected requests that return to their origin are forwarded
        /// (`UpstreamFwd`).
        #[doc(alias = "PCI_ACS_UF")]
        UPSTREAM_FORWARDING = 4;
        /// ACS P2P Egress Control: peer-to-peer requests are controlled per target (`EgressCtrl`).
        #[doc(alias = "PCI_ACS_EC")]
        P2P_EGRESS_CONTROL = 5;
        /// ACS Direct Translated P2P: requests with translated addresses may go directly to a peer
        /// (`DirectTrans`).
        #[doc(alias = "PCI_ACS_DT")]
        DIRECT_TRANSLATED_P2P = 6;
        /// ACS Enhanced Capability.
        ENHANCED_CAPABILITY = 7;
    }
}

register! {
    /// ACS Capability register, at 0x04.
    #[doc(alias = "ACSCap")]
    #[doc(alias = "PCI_ACS_CAP")]
    AcsCapabilities: u16 {
        /// Egress Control Vector Size, in bits; 0 means 256.
        egress_control_vector_size: u8 = 15:8,
        ; /// The single bits.
        flags: AcsCapabilityFlags
    }
}

flags! {
    /// Flags of the ACS Control register (PCI Express Base Specification 6.3, section 7.7.11.3):
    /// enabled [capabilities](AcsCapabilityFlags).
    AcsControlFlags: u16 {
        /// ACS Source Validation Enable (`SrcValid` in lspci).
        SOURCE_VALIDATION = 0;
        /// ACS Translation Blocking Enable (`TransBlk`).
        TRANSLATION_BLOCKING = 1;
        /// ACS P2P Request Redirect Enable (`ReqRedir`).
        P2P_REQUEST_REDIRECT = 2;
        /// ACS P2P Completion Redirect Enable (`CmpltRedir`).
        P2P_COMPLETION_REDIRECT = 3;
        /// ACS Upstream Forwarding Enable (`UpstreamFwd`).
        UPSTREAM_FORWARDING = 4;
        /// ACS P2P Egress Control Enable (`EgressCtrl`).
        P2P_EGRESS_CONTROL = 5;
        /// ACS Direct Translated P2P Enable (`DirectTrans`).
        DIRECT_TRANSLATED_P2P = 6;
        /// ACS I/O Request Blocking Enable.
        IO_REQUEST_BLOCKING = 7;
        /// ACS Unclaimed Request Redirect Control.
        UNCLAIMED_REQUEST_REDIRECT = 12;
    }
}

register! {
    /// ACS Control register, at 0x06.
    #[doc(alias = "ACSCtl")]
    #[doc(alias = "PCI_ACS_CTRL")]
    AcsControl: u16 {
        /// ACS DSP Memory Target Access Control: 0 direct, 1 blocked, 2 redirected.
        dsp_memory_target_access: u8 = 9:8,
        /// ACS USP Memory Target Access Control: 0 direct, 1 blocked, 2 redirected.
        usp_memory_target_access: u8 = 11:10,
        ; /// The single bits.
        flags: AcsControlFlags
    }
}

/// Access Control Services (PCI Express Base Specification 6.3, sections 6.12 and 7.7.11): whether
/// peer-to-peer requests bypass the IOMMU.
///
/// Switch ports, root ports and functions of multi-function devices may have it. The hardware
/// declares what it supports; Linux enables what it needs ([`ISOLATION`](Self::ISOLATION)) at
/// enumeration if an IOMMU is in use. The IOMMU does not see requests that ACS does not redirect to
/// the root complex; Linux puts such devices into one group. This structure therefore decides which
/// devices must be assigned together.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// use pci_core::config::{extended::AccessControlServices, extended::AcsControlFlags};
/// // ID 000d, capabilities 005f, control 001d.
/// let bytes = [0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00];
/// let acs = AccessControlServices::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(acs.control.flags.contains(AccessControlServices::ISOLATION));
/// assert!(!acs.control.flags.contains(AcsControlFlags::TRANSLATION_BLOCKING));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AccessControlServices {
    /// ACS Capability, at 0x04.
    pub capabilities: AcsCapabilities,
    /// ACS Control, at 0x06.
    pub control: AcsControl,
    /// Egress Control Vector, at 0x08: a bit per blocked target; `None` without P2P Egress Control.
    /// Bits beyond its size are 0.
    pub egress_control_vector: Option<[u32; 8]>,
}

impl AccessControlServices {
    /// The controls that Linux requires for isolation (`REQ_ACS_FLAGS` in `drivers/iommu/iommu.c`).
    /// A function of a multi-function device needs only those that it supports.
    pub const ISOLATION: AcsControlFlags = AcsControlFlags::SOURCE_VALIDATION
        .union(AcsControlFlags::P2P_REQUEST_REDIRECT)
        .union(AcsControlFlags::P2P_COMPLETION_REDIRECT)
        .union(AcsControlFlags::UPSTREAM_FORWARDING);
}

impl ExtendedStructure for AccessControlServices {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ACCESS_CONTROL_SERVICES;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let capabilities = AcsCapabilities::from_bits(registers.word(4)?);
        let egress = AcsCapabilityFlags::P2P_EGRESS_CONTROL;
        Some(Self {
            capabilities,
            control: AcsControl::from_bits(registers.word(6)?),
            egress_control_vector: if capabilities.flags.contains(egress) {
                vector(registers, capabilities.egress_control_vector_size)
            } else {
                None
            },
        })
    }
}

fn vector(registers: Registers<'_>, size: u8) -> Option<[u32; 8]> {
    let bits = if size == 0 { 256 } else { u32::from(size) };
    let mut vector = [0; 8];
    let mut left = bits;
    let mut at = 8;
    for word in &mut vector {
        if left == 0 {
            break;
        }
        let mask = u32::MAX >> (32 - left.min(32));
        *word = registers.dword(at)? & mask;
        left -= left.min(32);
        at += 4;
    }
    Some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_has_its_number_of_bits() {
        let mut bytes = [0xff; 40];
        let mut vector = |size| {
            bytes[4..6].copy_from_slice(&[0x20, size]);
            let acs = AccessControlServices::read(ConfigSpace::new(&bytes), 0).unwrap();
            acs.egress_control_vector
        };
        assert_eq!(vector(33), Some([u32::MAX, 1, 0, 0, 0, 0, 0, 0]));
        assert_eq!(vector(32), Some([u32::MAX, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(vector(0), Some([u32::MAX; 8]));
        bytes[4] = 0;
        let acs = AccessControlServices::read(ConfigSpace::new(&bytes[..8]), 0).unwrap();
        assert_eq!(acs.egress_control_vector, None);
    }
}
