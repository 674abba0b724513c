//! Power management: the power states of a function.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// A power state of a function (PCI Bus Power Management Interface
    /// Specification 1.2, chapter 5). There is a fifth, `D3cold`: the power is off, nothing
    /// answers, and every register reads as ones. So no register can hold it.
    PowerState: u8 {
        /// It works.
        D0 = 0, "D0";
        /// A light sleep.
        D1 = 1, "D1";
        /// A deeper sleep.
        D2 = 2, "D2";
        /// It answers configuration requests only.
        D3_HOT = 3, "D3hot";
    }
}

flags! {
    /// The single bits of the Power Management Capabilities register.
    PowerManagementFlags: u16 {
        /// PME# needs the bus clock (`PMEClk` in lspci).
        PME_CLOCK = 3;
        /// No wait of 10 ms is needed after the return to D0.
        IMMEDIATE_READINESS_ON_RETURN_TO_D0 = 4;
        /// It needs initialization of its own after the return to D0 (`DSI`).
        DEVICE_SPECIFIC_INITIALIZATION = 5;
        /// It has D1.
        D1 = 9;
        /// It has D2.
        D2 = 10;
        /// It can wake the system from D0.
        PME_FROM_D0 = 11;
        /// It can wake the system from D1.
        PME_FROM_D1 = 12;
        /// It can wake the system from D2.
        PME_FROM_D2 = 13;
        /// It can wake the system from D3hot.
        PME_FROM_D3_HOT = 14;
        /// It can wake the system from D3cold.
        PME_FROM_D3_COLD = 15;
    }
}

register! {
    /// The Power Management Capabilities register, at 0x02.
    #[doc(alias = "PCI_PM_PMC")]
    PowerManagementCapabilities: u16 {
        /// The version of the structure: 3 in PCI Express.
        version: u8 = 2:0,
        /// The current from the auxiliary 3.3 V supply, as a code: 0 for none, then 55, 100,
        /// 160, 220, 270, 320 and 375 mA.
        aux_current_code: u8 = 8:6,
        ; /// The single bits.
        flags: PowerManagementFlags
    }
}

flags! {
    /// The single bits of the Power Management Control/Status register.
    PowerManagementControlFlags: u16 {
        /// It keeps its state on the way from D3hot to D0 (`NoSoftRst` in lspci).
        /// Where this is clear, that way resets the function: the "pm" reset method
        /// of Linux.
        #[doc(alias = "PCI_PM_CTRL_NO_SOFT_RESET")]
        NO_SOFT_RESET = 3;
        /// It may wake the system (`PME-Enable`).
        PME_ENABLE = 8;
        /// It woke the system, or would have (`PME`).
        PME_STATUS = 15;
    }
}

register! {
    /// The Power Management Control/Status register, at 0x04.
    #[doc(alias = "PMCSR")]
    #[doc(alias = "PCI_PM_CTRL")]
    PowerManagementControl: u16 {
        /// The power state it is in.
        power_state: PowerState = 1:0,
        /// Which value the Data register shows (`DSel` in lspci).
        data_select: u8 = 12:9,
        /// The unit of the Data register: 1, 2, 3 stand for 0.1, 0.01, 0.001 W
        /// (`DScale`).
        data_scale: u8 = 14:13,
        ; /// The single bits.
        flags: PowerManagementControlFlags
    }
}

flags! {
    /// The Bridge Support Extensions register of a PCI-to-PCI bridge, at 0x06; 0 in
    /// PCI Express.
    PowerManagementBridge: u8 {
        /// The secondary bus's clock, not its power, stops in D3hot (B2, not B3).
        B2_B3 = 6;
        /// The bridge's power state governs the secondary bus's power or clock.
        BPCC_ENABLE = 7;
    }
}

/// Power management (PCI Bus Power Management Interface Specification 1.2, section
/// 3.2; PCI Express Base Specification 6.3, section 7.5.2): which power states the
/// function has, and in which it is. Every function of PCI Express has this structure.
///
/// The operating system changes the state: Linux does when a driver lets the function
/// sleep, and vfio-pci puts a function that no guest uses into `D3hot`. For passthrough
/// one bit matters most:
/// [`NO_SOFT_RESET`](PowerManagementControlFlags::NO_SOFT_RESET). Where it is clear, a
/// function that goes to `D3hot` and back is as new: Linux has that as its reset method
/// `pm`. Where it is set, as here, going there and back resets nothing.
///
/// ```
/// use pci_core::config::ConfigSpace;
/// use pci_core::config::conventional::{
///     PowerManagement, PowerManagementControlFlags, PowerState,
/// };
/// use pci_core::config::ConventionalStructure;
/// // Id and next pointer, capabilities 4803, control 010b.
/// let bytes = [0x01, 0x68, 0x03, 0x48, 0x0b, 0x01, 0x00, 0x00];
/// let pm = PowerManagement::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(pm.capabilities.version, 3);
/// assert_eq!(pm.control.power_state, PowerState::D3_HOT);
/// assert!(pm.control.flags.contains(PowerManagementControlFlags::NO_SOFT_RESET));
/// assert!(!pm.resets_on_return_to_d0());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct PowerManagement {
    /// What it can, at 0x02.
    pub capabilities: PowerManagementCapabilities,
    /// What state it is in, at 0x04.
    pub control: PowerManagementControl,
    /// The bridge extensions, at 0x06.
    pub bridge: PowerManagementBridge,
    /// What [`data_select`](PowerManagementControl::data_select) chose, at 0x07.
    pub data: u8,
}

impl PowerManagement {
    /// Whether the way from D3hot to D0 resets the function, so that Linux has the
    /// "pm" reset method for it (`pci_pm_reset` in `drivers/pci/pci.c`).
    #[must_use]
    pub const fn resets_on_return_to_d0(self) -> bool {
        let flag = PowerManagementControlFlags::NO_SOFT_RESET;
        !self.control.flags.contains(flag)
    }
}

impl ConventionalStructure for PowerManagement {
    const ID: CapabilityId = CapabilityId::POWER_MANAGEMENT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: PowerManagementCapabilities::from_bits(registers.word(2)?),
            control: PowerManagementControl::from_bits(registers.word(4)?),
            bridge: PowerManagementBridge::from_bits_retain(registers.byte(6)?),
            data: registers.byte(7)?,
        })
    }
}
