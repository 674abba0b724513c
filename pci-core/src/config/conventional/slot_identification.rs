//! Slot Identification: the number of an expansion chassis.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// The single bits of the Expansion Slot register.
    ExpansionSlotFlags: u8 {
        /// The bridge is the first one of its chassis (`First` in lspci).
        #[doc(alias = "PCI_SID_ESR_FIC")]
        FIRST_IN_CHASSIS = 5;
    }
}

register! {
    /// The Expansion Slot register, at 0x02.
    #[doc(alias = "PCI_SID_ESR")]
    ExpansionSlot: u8 {
        /// How many slots are behind the bridge.
        slots: u8 = 4:0,
        ; /// The single bits.
        flags: ExpansionSlotFlags
    }
}

/// Slot Identification of a bridge (PCI-to-PCI Bridge Architecture Specification 1.2,
/// chapter 13): the bridge leads to a chassis with slots. The hardware says how many
/// slots, firmware the number of the chassis; with both the operating system names the
/// slots.
///
/// ```
/// use pci_core::config::conventional::{ExpansionSlotFlags, SlotIdentification};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let bytes = [0x04, 0x00, 0x24, 0x01];
/// let slots = SlotIdentification::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!((slots.expansion_slot.slots, slots.chassis_number), (4, 1));
/// assert!(slots.expansion_slot.flags.contains(ExpansionSlotFlags::FIRST_IN_CHASSIS));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SlotIdentification {
    /// The slots behind the bridge, at 0x02.
    pub expansion_slot: ExpansionSlot,
    /// The number of the chassis, at 0x03.
    pub chassis_number: u8,
}

impl ConventionalStructure for SlotIdentification {
    const ID: CapabilityId = CapabilityId::SLOT_IDENTIFICATION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            expansion_slot: ExpansionSlot::from_bits(registers.byte(2)?),
            chassis_number: registers.byte(3)?,
        })
    }
}
