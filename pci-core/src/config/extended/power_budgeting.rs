//! Power Budgeting: how much power a function may take.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// The Power Budgeting Data register, at 0x08 (PCI Express Base Specification 6.3,
    /// section 7.8.1.4).
    #[doc(alias = "PCI_PWR_DATA")]
    PowerBudgetingData: u32 {
        /// How much power it takes, in the unit of the scale.
        base_power: u8 = 7:0,
        /// 0 to 3: units of 1, 0.1, 0.01, 0.001 W.
        data_scale: u8 = 9:8,
        /// In which sub-state.
        pm_sub_state: u8 = 12:10,
        /// In which power state: D0 to D3.
        pm_state: u8 = 14:13,
        /// Under which load, as a code: 7 for the most.
        operating_type: u8 = 17:15,
        /// From which supply, as a code: 0 for 12 V, 1 for 3.3 V, 7 for heat.
        power_rail: u8 = 20:18,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

flags! {
    /// The Power Budgeting Capability register, at 0x0c.
    #[doc(alias = "PCI_PWR_CAP")]
    PowerBudgetingCapabilities: u8 {
        /// The system has set this power aside already.
        SYSTEM_ALLOCATED = 0;
    }
}

/// Power Budgeting (PCI Express Base Specification 6.3, sections 6.8 and 7.8.1): a table
/// of how much power the function takes in each state. Of the table one entry is shown at
/// a time, which software chooses. It is for systems that add up what their slots may
/// take before they switch on a card.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::PowerBudgeting};
/// let mut bytes = [0; 16];
/// bytes[..4].copy_from_slice(&[0x04, 0x00, 0x01, 0x00]);
/// bytes[8..12].copy_from_slice(&0x0003_8019_u32.to_le_bytes());
/// let data = PowerBudgeting::read(ConfigSpace::new(&bytes), 0).unwrap().data;
/// // 25 W in D0, from 12 V, at most.
/// assert_eq!((data.base_power, data.data_scale, data.pm_state), (25, 0, 0));
/// assert_eq!((data.power_rail, data.operating_type), (0, 7));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PowerBudgeting {
    /// Which entry of the table is shown, at 0x04.
    pub data_select: u8,
    /// The entry, at 0x08.
    pub data: PowerBudgetingData,
    /// What it can, at 0x0c.
    pub capabilities: PowerBudgetingCapabilities,
}

impl ExtendedStructure for PowerBudgeting {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::POWER_BUDGETING;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            data_select: registers.byte(4)?,
            data: PowerBudgetingData::from_bits(registers.dword(8)?),
            capabilities: PowerBudgetingCapabilities::from_bits_retain(registers.byte(0xc)?),
        })
    }
}
