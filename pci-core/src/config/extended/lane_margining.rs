//! Lane Margining at the Receiver: how much the lanes can stand.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::express_link::lanes;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The Margining Port Capabilities register, at 0x04.
    MarginingCapabilities: u16 {
        /// It needs a driver for it.
        USES_DRIVER_SOFTWARE = 0;
    }
}

flags! {
    /// The Margining Port Status register, at 0x06.
    MarginingStatus: u16 {
        /// It takes commands (`MargReady` in lspci).
        READY = 0;
        /// The driver is ready (`MargSoftReady`).
        SOFTWARE_READY = 1;
    }
}

register! {
    /// A Margining Lane Control or Status register.
    MarginingLane: u16 {
        /// Which receiver on the way.
        receiver_number: u8 = 2:0,
        /// What is asked.
        margin_type: u8 = 5:3,
        /// The usage model.
        usage_model: u8 = 6:6,
        /// What goes with it.
        margin_payload: u8 = 15:8,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

/// Lane Margining at the Receiver (PCI Express Base Specification 6.3, section
/// 7.7.10): software asks a receiver how far its sampling could be off before bits are
/// wrong, lane by lane, while the link works. It is for finding bad boards and cables.
/// Ports of 16 GT/s and more have it.
///
/// ```
/// use pci_core::config::extended::{LaneMargining, MarginingStatus};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [0x27, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00];
/// let margining = LaneMargining::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(margining.status, MarginingStatus::READY);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LaneMargining {
    /// What it can, at 0x04.
    pub capabilities: MarginingCapabilities,
    /// Whether it is ready, at 0x06.
    pub status: MarginingStatus,
    /// What each lane is asked, and what it answers, from 0x08 on, as far as it was
    /// shown.
    pub lanes: Vec<(MarginingLane, MarginingLane)>,
}

impl ExtendedStructure for LaneMargining {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::LANE_MARGINING;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let lane = |at: u16| {
            Some((
                MarginingLane::from_bits(registers.word(at)?),
                MarginingLane::from_bits(registers.word(at + 2)?),
            ))
        };
        Some(Self {
            capabilities: MarginingCapabilities::from_bits_retain(registers.word(4)?),
            status: MarginingStatus::from_bits_retain(registers.word(6)?),
            lanes: (0..lanes(space))
                .map_while(|index| lane(8 + 4 * index))
                .collect(),
        })
    }
}
