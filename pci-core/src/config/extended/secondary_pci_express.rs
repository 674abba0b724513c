//! Secondary PCI Express: the link at 8 GT/s.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::express_link::lanes;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the Link Control 3 register.
    LinkControl3Flags: u32 {
        /// Training again equalizes again (`PerformEqu` in lspci).
        PERFORM_EQUALIZATION = 0;
        /// A request to equalize again interrupts (`LnkEquIntrruptEn`).
        LINK_EQUALIZATION_REQUEST_INTERRUPT_ENABLE = 1;
    }
}

register! {
    /// The Link Control 3 register, at 0x04 (PCI Express Base Specification 6.3, section
    /// 7.7.3.2).
    #[doc(alias = "LnkCtl3")]
    LinkControl3: u32 {
        /// At which speeds it sends skip ordered sets less often: bit 0 for 2.5 GT/s.
        enable_lower_skp_os_generation: u8 = 15:9,
        ; /// The single bits.
        flags: LinkControl3Flags
    }
}

register! {
    /// How a lane is equalized at 8 GT/s.
    LaneEqualization8Gt: u16 {
        /// The transmitter preset of the port above.
        downstream_port_transmitter_preset: u8 = 3:0,
        /// The receiver hint of the port above.
        downstream_port_receiver_hint: u8 = 6:4,
        /// The transmitter preset of the port below.
        upstream_port_transmitter_preset: u8 = 11:8,
        /// The receiver hint of the port below.
        upstream_port_receiver_hint: u8 = 14:12,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

/// Secondary PCI Express (PCI Express Base Specification 6.3, section 7.7.3): how the
/// lanes are tuned (equalized) at 8 GT/s, and on which there were errors. Ports of 8 GT/s
/// and more have it, in a device function 0. Firmware sets it. Bits in
/// [`lane_error_status`](Self::lane_error_status) may point at a bad riser or contact.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::SecondaryPciExpress};
/// let bytes = [0x19, 0x00, 0x01, 0x00, 0, 0, 0, 0, 0x04, 0x00, 0x00, 0x00];
/// let secondary = SecondaryPciExpress::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(secondary.lane_error_status, 1 << 2); // lane 2
/// // How many lanes there are, the PCI Express structure says: not shown here.
/// assert!(secondary.lanes.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SecondaryPciExpress {
    /// What the link is told, at 0x04.
    pub link_control_3: LinkControl3,
    /// On which lanes there were errors, at 0x08: a bit each (`LaneErrStat` in
    /// lspci).
    pub lane_error_status: u32,
    /// How each lane is equalized, from 0x0c on, as far as it was shown.
    pub lanes: Vec<LaneEqualization8Gt>,
}

impl ExtendedStructure for SecondaryPciExpress {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::SECONDARY_PCI_EXPRESS;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            link_control_3: LinkControl3::from_bits(registers.dword(4)?),
            lane_error_status: registers.dword(8)?,
            lanes: (0..lanes(space))
                .map_while(|lane| registers.word(0xc + 2 * lane))
                .map(LaneEqualization8Gt::from_bits)
                .collect(),
        })
    }
}
