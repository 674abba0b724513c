//! Dynamic Power Allocation: steps of power within D0.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// The DPA Capability register, at 0x04 (PCI Express Base Specification 6.3, section
    /// 7.9.12.2).
    #[doc(alias = "PCI_DPA_CAP")]
    DpaCapabilities: u32 {
        /// The number of the last step; the first is 0.
        substate_max: u8 = 4:0,
        /// The unit of times: 0, 1, 2 for 1, 10, 100 ms.
        transition_latency_unit: u8 = 9:8,
        /// The unit of powers: 0 to 3 for 10, 1, 0.1, 0.01 W.
        power_allocation_scale: u8 = 13:12,
        /// How long it takes to go to steps whose indicator is 0.
        transition_latency_value_0: u8 = 23:16,
        /// How long it takes to go to steps whose indicator is 1.
        transition_latency_value_1: u8 = 31:24,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

flags! {
    /// The single bits of the DPA Status register.
    DpaStatusFlags: u16 {
        /// Software chooses the step.
        SUBSTATE_CONTROL_ENABLED = 8;
    }
}

register! {
    /// The DPA Status register, at 0x0c.
    DpaStatus: u16 {
        /// Which step it is at.
        substate: u8 = 4:0,
        ; /// The single bits.
        flags: DpaStatusFlags
    }
}

/// Dynamic Power Allocation (PCI Express Base Specification 6.3, sections 6.16 and
/// 7.9.12): steps of power for a function that works, so that software can say how much
/// it may take.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::DynamicPowerAllocation};
/// let mut bytes = [0; 0x12];
/// bytes[..8].copy_from_slice(&[0x16, 0x00, 0x01, 0x00, 0x01, 0x10, 0x00, 0x00]);
/// bytes[0x10..0x12].copy_from_slice(&[25, 10]);
/// let dpa = DynamicPowerAllocation::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // Scale 1: in units of 1 W. Step 0 takes 25 W, step 1 takes 10 W.
/// assert_eq!(dpa.capabilities.power_allocation_scale, 1);
/// assert_eq!(dpa.power_allocation, [25, 10]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DynamicPowerAllocation {
    /// What it can, at 0x04.
    pub capabilities: DpaCapabilities,
    /// Which steps take the second time, at 0x08: a bit each.
    pub latency_indicator: u32,
    /// What it does, at 0x0c.
    pub status: DpaStatus,
    /// Which step is chosen, at 0x0e.
    pub substate: u8,
    /// How much power each step takes, from 0x10 on, as far as it was shown.
    pub power_allocation: Vec<u8>,
}

impl ExtendedStructure for DynamicPowerAllocation {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DYNAMIC_POWER_ALLOCATION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let capabilities = DpaCapabilities::from_bits(registers.dword(4)?);
        Some(Self {
            capabilities,
            latency_indicator: registers.dword(8)?,
            status: DpaStatus::from_bits(registers.word(0xc)?),
            substate: registers.byte(0xe)? & 0x1f,
            power_allocation: (0..=u16::from(capabilities.substate_max))
                .map_while(|step| registers.byte(0x10 + step))
                .collect(),
        })
    }
}
