//! The link at 16, 32 and 64 GT/s.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::express_link::lanes;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// How a lane is equalized at 16 GT/s and above.
    LaneEqualization: u8 {
        /// The transmitter preset of the port above.
        downstream_port_transmitter_preset: u8 = 3:0,
        /// The transmitter preset of the port below.
        upstream_port_transmitter_preset: u8 = 7:4,
        ; /// The bits that are in no field: none.
        reserved: u8
    }
}

fn equalization(
    space: ConfigSpace<'_>,
    registers: Registers<'_>,
    start: u16,
) -> Vec<LaneEqualization> {
    (0..lanes(space))
        .map_while(|lane| registers.byte(start + lane))
        .map(LaneEqualization::from_bits)
        .collect()
}

flags! {
    /// The 16.0 GT/s Status register, at 0x0c (PCI Express Base Specification 6.3,
    /// section 7.7.5.4).
    #[doc(alias = "Phy16Sta")]
    Status16Gt: u32 {
        /// Equalization is done (`EquComplete` in lspci).
        EQUALIZATION_COMPLETE = 0;
        /// Its phase 1 succeeded (`EquPhase1`).
        EQUALIZATION_PHASE_1 = 1;
        /// Its phase 2 succeeded (`EquPhase2`).
        EQUALIZATION_PHASE_2 = 2;
        /// Its phase 3 succeeded (`EquPhase3`).
        EQUALIZATION_PHASE_3 = 3;
        /// It is to be done again (`LinkEquRequest`).
        LINK_EQUALIZATION_REQUEST = 4;
    }
}

/// Physical Layer 16.0 GT/s (PCI Express Base Specification 6.3, section 7.7.5): how the
/// lanes are tuned at this speed (generation 4), and where parity was wrong. Ports of
/// 16 GT/s and more have it, in a device function 0. Hardware and firmware set it.
///
/// ```
/// use pci_core::config::extended::{PhysicalLayer16Gt, Status16Gt};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x20];
/// bytes[..4].copy_from_slice(&[0x26, 0x00, 0x01, 0x00]);
/// bytes[0x0c] = 0x0f;
/// let layer = PhysicalLayer16Gt::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(layer.status.contains(Status16Gt::EQUALIZATION_COMPLETE));
/// assert_eq!(layer.local_parity_mismatch, 0); // no lane
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PhysicalLayer16Gt {
    /// What the link did, at 0x0c.
    pub status: Status16Gt,
    /// On which lanes data did not match its parity, at 0x10: a bit each.
    pub local_parity_mismatch: u32,
    /// The same at the first retimer, at 0x14.
    pub first_retimer_parity_mismatch: u32,
    /// The same at the second retimer, at 0x18.
    pub second_retimer_parity_mismatch: u32,
    /// How each lane is equalized, from 0x20 on, as far as it was shown.
    pub lanes: Vec<LaneEqualization>,
}

impl ExtendedStructure for PhysicalLayer16Gt {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PHYSICAL_LAYER_16_GT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            status: Status16Gt::from_bits_retain(registers.dword(0xc)?),
            local_parity_mismatch: registers.dword(0x10)?,
            first_retimer_parity_mismatch: registers.dword(0x14)?,
            second_retimer_parity_mismatch: registers.dword(0x18)?,
            lanes: equalization(space, registers, 0x20),
        })
    }
}

flags! {
    /// The 32.0 GT/s Capabilities register, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.7.6.2).
    #[doc(alias = "Phy32Cap")]
    Capabilities32Gt: u32 {
        /// It can go to the highest speed without those between
        /// (`EqualizationBypass` in lspci).
        EQUALIZATION_BYPASS_TO_HIGHEST_RATE = 0;
        /// It can do without equalization (`NoEqualizationNeeded`).
        NO_EQUALIZATION_NEEDED = 1;
        /// Modified training sets can be for PCI Express (`ModTsMode0`).
        MODIFIED_TS_USAGE_MODE_0 = 8;
        /// Modified training sets can carry a vendor's message (`ModTsMode1`).
        MODIFIED_TS_USAGE_MODE_1 = 9;
        /// Modified training sets can be for another protocol (`ModTsMode2`).
        MODIFIED_TS_USAGE_MODE_2 = 10;
    }
}

code! {
    /// What modified training sets are for.
    ModifiedTsUsageMode: u8 {
        /// PCI Express.
        PCI_EXPRESS = 0, "PCI Express";
        /// A vendor's message.
        TRAINING_SET_MESSAGES = 1, "training set messages";
        /// Negotiating another protocol, such as CXL.
        ALTERNATE_PROTOCOL = 2, "alternate protocol negotiation";
    }
}

flags! {
    /// The single bits of the 32.0 GT/s Control register.
    Control32GtFlags: u32 {
        /// It may not go to the highest speed without those between
        /// (`EqualizationBypassDis` in lspci).
        EQUALIZATION_BYPASS_DISABLE = 0;
        /// It may not do without equalization (`NoEqualizationNeededDis`).
        NO_EQUALIZATION_NEEDED_DISABLE = 1;
    }
}

register! {
    /// The 32.0 GT/s Control register, at 0x08 (PCI Express Base Specification 6.3,
    /// section 7.7.6.3).
    #[doc(alias = "Phy32Ctl")]
    Control32Gt: u32 {
        /// What modified training sets are for.
        modified_ts_usage_mode: ModifiedTsUsageMode = 10:8,
        ; /// The single bits.
        flags: Control32GtFlags
    }
}

flags! {
    /// The single bits of the 32.0 GT/s Status register.
    Status32GtFlags: u32 {
        /// Equalization is done (`EqualizationComplete` in lspci).
        EQUALIZATION_COMPLETE = 0;
        /// Its phase 1 succeeded (`EqualizationPhase1`).
        EQUALIZATION_PHASE_1 = 1;
        /// Its phase 2 succeeded (`EqualizationPhase2`).
        EQUALIZATION_PHASE_2 = 2;
        /// Its phase 3 succeeded (`EqualizationPhase3`).
        EQUALIZATION_PHASE_3 = 3;
        /// It is to be done again (`LinkEquRequest`).
        LINK_EQUALIZATION_REQUEST = 4;
        /// Modified training sets came (`ModTsRcvd`).
        MODIFIED_TS_RECEIVED = 5;
        /// The transmitter precodes (`TxPrecodeOn`).
        TRANSMITTER_PRECODING_ON = 8;
        /// It asks the other end to precode (`TxPrecodeReq`).
        TRANSMITTER_PRECODE_REQUEST = 9;
        /// The other end can do without equalization.
        NO_EQUALIZATION_NEEDED_RECEIVED = 10;
    }
}

register! {
    /// The 32.0 GT/s Status register, at 0x0c (PCI Express Base Specification 6.3,
    /// section 7.7.6.4).
    #[doc(alias = "Phy32Sta")]
    Status32Gt: u32 {
        /// What the other end said it would do: 0 full equalization, 1 straight to the
        /// highest speed, 2 none, 3 modified training sets.
        enhanced_link_behavior: u8 = 7:6,
        ; /// The single bits.
        flags: Status32GtFlags
    }
}

/// Physical Layer 32.0 GT/s (PCI Express Base Specification 6.3, section 7.7.6): the same
/// for this speed (generation 5). By its training sets the two ends also agree whether
/// they speak PCI Express or CXL.
///
/// ```
/// use pci_core::config::extended::{ModifiedTsUsageMode, PhysicalLayer32Gt, Status32GtFlags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x20];
/// bytes[..4].copy_from_slice(&[0x2a, 0x00, 0x01, 0x00]);
/// bytes[0x09] = 0x02; // control 0200
/// bytes[0x0c] = 0x2f; // status 002f
/// let layer = PhysicalLayer32Gt::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(
///     layer.control.modified_ts_usage_mode,
///     ModifiedTsUsageMode::ALTERNATE_PROTOCOL
/// );
/// assert!(layer.status.flags.contains(Status32GtFlags::MODIFIED_TS_RECEIVED));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PhysicalLayer32Gt {
    /// What it can, at 0x04.
    pub capabilities: Capabilities32Gt,
    /// What it is told, at 0x08.
    pub control: Control32Gt,
    /// What the link did, at 0x0c.
    pub status: Status32Gt,
    /// Received Modified TS Data 1 and 2, at 0x10 and 0x14.
    pub received_modified_ts: [u32; 2],
    /// Transmitted Modified TS Data 1 and 2, at 0x18 and 0x1c.
    pub transmitted_modified_ts: [u32; 2],
    /// How each lane is equalized, from 0x20 on, as far as it was shown.
    pub lanes: Vec<LaneEqualization>,
}

impl ExtendedStructure for PhysicalLayer32Gt {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PHYSICAL_LAYER_32_GT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: Capabilities32Gt::from_bits_retain(registers.dword(4)?),
            control: Control32Gt::from_bits(registers.dword(8)?),
            status: Status32Gt::from_bits(registers.dword(0xc)?),
            received_modified_ts: [registers.dword(0x10)?, registers.dword(0x14)?],
            transmitted_modified_ts: [registers.dword(0x18)?, registers.dword(0x1c)?],
            lanes: equalization(space, registers, 0x20),
        })
    }
}

flags! {
    /// The 64.0 GT/s Status register, at 0x0c (PCI Express Base Specification 6.3,
    /// section 7.7.7.4).
    #[doc(alias = "Phy64Sta")]
    Status64Gt: u32 {
        /// Equalization is done (`EquComplete` in lspci).
        EQUALIZATION_COMPLETE = 0;
        /// Its phase 1 succeeded (`EquPhase1`).
        EQUALIZATION_PHASE_1 = 1;
        /// Its phase 2 succeeded (`EquPhase2`).
        EQUALIZATION_PHASE_2 = 2;
        /// Its phase 3 succeeded (`EquPhase3`).
        EQUALIZATION_PHASE_3 = 3;
        /// It is to be done again (`LinkEquRequest`).
        LINK_EQUALIZATION_REQUEST = 4;
        /// The transmitter precodes (`TransmitterPrecodeOn`).
        TRANSMITTER_PRECODING_ON = 5;
        /// It asks the other end to precode (`PrecodeReq`).
        TRANSMITTER_PRECODE_REQUEST = 6;
        /// The other end can do without equalization (`NoEqualizationNeededRecv`).
        NO_EQUALIZATION_NEEDED_RECEIVED = 7;
    }
}

/// Physical Layer 64.0 GT/s (PCI Express Base Specification 6.3, section 7.7.7): the same
/// for this speed (generation 6).
///
/// ```
/// use pci_core::config::extended::{PhysicalLayer64Gt, Status64Gt};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x10];
/// bytes[..4].copy_from_slice(&[0x31, 0x00, 0x01, 0x00]);
/// bytes[0x0c] = 0x2f;
/// let layer = PhysicalLayer64Gt::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(layer.status.contains(Status64Gt::TRANSMITTER_PRECODING_ON));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PhysicalLayer64Gt {
    /// What the link did, at 0x0c.
    pub status: Status64Gt,
    /// How each lane is equalized, from 0x10 on, as far as it was shown.
    pub lanes: Vec<LaneEqualization>,
}

impl ExtendedStructure for PhysicalLayer64Gt {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PHYSICAL_LAYER_64_GT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            status: Status64Gt::from_bits_retain(registers.dword(0xc)?),
            lanes: equalization(space, registers, 0x10),
        })
    }
}
