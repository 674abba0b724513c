//! Access Control Services: whether devices can be kept apart.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the ACS Capability register (PCI Express Base Specification
    /// 6.3, section 7.7.11.2).
    AcsCapabilityFlags: u16 {
        /// Requests with another's requester ID are refused (`SrcValid` in lspci).
        #[doc(alias = "PCI_ACS_SV")]
        SOURCE_VALIDATION = 0;
        /// Requests with translated addresses are refused (`TransBlk`).
        #[doc(alias = "PCI_ACS_TB")]
        TRANSLATION_BLOCKING = 1;
        /// Requests to a neighbour go up to the root complex first (`ReqRedir`).
        #[doc(alias = "PCI_ACS_RR")]
        P2P_REQUEST_REDIRECT = 2;
        /// So do the answers of a neighbour (`CmpltRedir`).
        #[doc(alias = "PCI_ACS_CR")]
        P2P_COMPLETION_REDIRECT = 3;
        /// Requests that come back down to where they came from are forwarded
        /// (`UpstreamFwd`).
        #[doc(alias = "PCI_ACS_UF")]
        UPSTREAM_FORWARDING = 4;
        /// Which neighbours may be reached can be chosen for each (`EgressCtrl`).
        #[doc(alias = "PCI_ACS_EC")]
        P2P_EGRESS_CONTROL = 5;
        /// Requests with translated addresses may go straight to a neighbour
        /// (`DirectTrans`).
        #[doc(alias = "PCI_ACS_DT")]
        DIRECT_TRANSLATED_P2P = 6;
        /// There are the enhanced controls.
        ENHANCED_CAPABILITY = 7;
    }
}

register! {
    /// The ACS Capability register, at 0x04.
    #[doc(alias = "ACSCap")]
    #[doc(alias = "PCI_ACS_CAP")]
    AcsCapabilities: u16 {
        /// How many bits the egress control vector has; 0 stands for 256.
        egress_control_vector_size: u8 = 15:8,
        ; /// The single bits.
        flags: AcsCapabilityFlags
    }
}

flags! {
    /// The single bits of the ACS Control register (PCI Express Base Specification
    /// 6.3, section 7.7.11.3): what is in effect of the [capabilities](AcsCapabilityFlags).
    AcsControlFlags: u16 {
        /// `SrcValid` in lspci.
        SOURCE_VALIDATION = 0;
        /// `TransBlk`.
        TRANSLATION_BLOCKING = 1;
        /// `ReqRedir`.
        P2P_REQUEST_REDIRECT = 2;
        /// `CmpltRedir`.
        P2P_COMPLETION_REDIRECT = 3;
        /// `UpstreamFwd`.
        UPSTREAM_FORWARDING = 4;
        /// `EgressCtrl`.
        P2P_EGRESS_CONTROL = 5;
        /// `DirectTrans`.
        DIRECT_TRANSLATED_P2P = 6;
        /// Requests to I/O ports are refused.
        IO_REQUEST_BLOCKING = 7;
        /// Requests that no one takes go up to the root complex.
        UNCLAIMED_REQUEST_REDIRECT = 12;
    }
}

register! {
    /// The ACS Control register, at 0x06.
    #[doc(alias = "ACSCtl")]
    #[doc(alias = "PCI_ACS_CTRL")]
    AcsControl: u16 {
        /// What happens to requests to the memory of downstream ports: 0 straight, 1
        /// refused, 2 redirected.
        dsp_memory_target_access: u8 = 9:8,
        /// What happens to requests to the memory of the upstream port: 0 straight, 1
        /// refused, 2 redirected.
        usp_memory_target_access: u8 = 11:10,
        ; /// The single bits.
        flags: AcsControlFlags
    }
}

/// Access Control Services (PCI Express Base Specification 6.3, sections 6.12 and
/// 7.7.11): whether a request of one device to another goes past the IOMMU.
///
/// Ports of switches, root ports and the functions of multi-function devices have it.
/// The hardware says what it can; Linux switches on what it wants of that
/// ([`ISOLATION`](Self::ISOLATION)) as it finds the devices, where an IOMMU is in use.
/// What no ACS forces up to the root complex, the IOMMU does not see; Linux puts
/// such devices into one group. So this structure decides which devices have to be given
/// to a guest together.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// use pci_core::config::{extended::AccessControlServices, extended::AcsControlFlags};
/// // Id 000d, capabilities 005f, control 001d.
/// let bytes = [0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00];
/// let acs = AccessControlServices::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(acs.control.flags.contains(AccessControlServices::ISOLATION));
/// assert!(!acs.control.flags.contains(AcsControlFlags::TRANSLATION_BLOCKING));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AccessControlServices {
    /// What it can, at 0x04.
    pub capabilities: AcsCapabilities,
    /// What is in effect, at 0x06.
    pub control: AcsControl,
    /// Which neighbours are not to be reached: a bit for each, at 0x08, where there
    /// is such a vector. Bits beyond its size are 0.
    pub egress_control_vector: Option<[u32; 8]>,
}

impl AccessControlServices {
    /// What Linux wants in effect to keep devices apart (`REQ_ACS_FLAGS` in
    /// `drivers/iommu/iommu.c`). A function inside a multi-function device needs
    /// only what it has of them.
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
    fn the_vector_has_as_many_bits_as_it_says() {
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
