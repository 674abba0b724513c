//! The subsystem ids of a bridge.

use crate::SubsystemId;
use crate::config::capability_id::CapabilityId;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

/// Who made the board that a bridge is on, and which it is: the header of a bridge
/// has no room for it (PCI-to-PCI Bridge Architecture Specification 1.2, on the Subsystem
/// ID and Subsystem Vendor ID capability; PCI Express Base Specification 6.3, section
/// 7.9.23). The board's maker sets it; `lspci` prints it as `Subsystem`.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::BridgeSubsystem};
/// let bytes = [0x0d, 0x00, 0x00, 0x00, 0x62, 0x14, 0x8a, 0x7b];
/// let board = BridgeSubsystem::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(board.id.to_string(), "1462:7b8a");
/// ```
#[doc(alias = "SSVID")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BridgeSubsystem {
    /// The ids, at 0x04 and 0x06.
    pub id: SubsystemId,
}

impl ConventionalStructure for BridgeSubsystem {
    const ID: CapabilityId = CapabilityId::BRIDGE_SUBSYSTEM_ID;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            id: SubsystemId::new(registers.word(4)?, registers.word(6)?),
        })
    }
}
