//! Power Management capability.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// PowerState: D0 to D3hot (PCI Bus Power Management Interface Specification 1.2, chapter 5).
    /// In `D3cold` the power is off and every register reads as ones, so no register holds that
    /// state.
    PowerState: u8 {
        /// D0, the operating state.
        D0 = 0, "D0";
        /// D1, a light sleep state.
        D1 = 1, "D1";
        /// D2, a deeper sleep state.
        D2 = 2, "D2";
        /// D3hot: only configuration requests are answered.
        D3_HOT = 3, "D3hot";
    }
}

flags! {
    /// Flags of the Power Management Capabilities register.
    PowerManagementFlags: u16 {
        /// PME Clock: PME# needs the bus clock (`PMEClk` in lspci).
        PME_CLOCK = 3;
        /// Immediate Readiness on Return to D0: no 10 ms wait is needed.
        IMMEDIATE_READINESS_ON_RETURN_TO_D0 = 4;
        /// Device Specific Initialization after the return to D0 (`DSI`).
        DEVICE_SPECIFIC_INITIALIZATION = 5;
        /// D1 Support.
        D1 = 9;
        /// D2 Support.
        D2 = 10;
        /// PME Support from D0.
        PME_FROM_D0 = 11;
        /// PME Support from D1.
        PME_FROM_D1 = 12;
        /// PME Support from D2.
        PME_FROM_D2 = 13;
        /// PME Support from D3hot.
        PME_FROM_D3_HOT = 14;
        /// PME Support from D3cold.
        PME_FROM_D3_COLD = 15;
    }
}

register! {
    /// Power Management Capabilities register, at 0x02.
    #[doc(alias = "PCI_PM_PMC")]
    PowerManagementCapabilities: u16 {
        /// Version: 3 in PCI Express.
        version: u8 = 2:0,
        /// Aux Current of the 3.3 V auxiliary supply, as a code: 0 for none, then 55, 100, 160,
        /// 220, 270, 320 and 375 mA.
        aux_current_code: u8 = 8:6,
        ; /// The single bits.
        flags: PowerManagementFlags
    }
}

flags! {
    /// Flags of the Power Management Control/Status register.
    PowerManagementControlFlags: u16 {
        /// No Soft Reset: the state is kept on the transition from D3hot to D0 (`NoSoftRst` in
        /// lspci). If clear, that transition resets the function: Linux's reset method "pm".
        #[doc(alias = "PCI_PM_CTRL_NO_SOFT_RESET")]
        NO_SOFT_RESET = 3;
        /// PME Enable (`PME-Enable`).
        PME_ENABLE = 8;
        /// PME Status (`PME`).
        PME_STATUS = 15;
    }
}

register! {
    /// Power Management Control/Status register, at 0x04.
    #[doc(alias = "PMCSR")]
    #[doc(alias = "PCI_PM_CTRL")]
    PowerManagementControl: u16 {
        /// PowerState.
        power_state: PowerState = 1:0,
        /// Data Select: the value in the Data register (`DSel` in lspci).
        data_select: u8 = 12:9,
        /// Data Scale: unit of the Data register; 1, 2, 3 are 0.1, 0.01, 0.001 W (`DScale`).
        data_scale: u8 = 14:13,
        ; /// The single bits.
        flags: PowerManagementControlFlags
    }
}

flags! {
    /// Bridge Support Extensions register of a PCI-to-PCI bridge, at 0x06; 0 in PCI Express.
    PowerManagementBridge: u8 {
        /// B2/B3 support: in D3hot the secondary bus's clock, not its power, stops (B2).
        B2_B3 = 6;
        /// Bus Power/Clock Control Enable.
        BPCC_ENABLE = 7;
    }
}

/// Power Management (PCI Bus Power Management Interface Specification 1.2, section 3.2; PCI Express
/// Base Specification 6.3, section 7.5.2): supported power states, and the current one. Every PCI
/// Express function has this structure.
///
/// The operating system changes the state: Linux does so when a driver suspends the function, and
/// vfio-pci puts unused functions into `D3hot`. The most relevant bit for passthrough is
/// [`NO_SOFT_RESET`](PowerManagementControlFlags::NO_SOFT_RESET). If it is clear, the transition to
/// `D3hot` and back resets the function: Linux's reset method `pm`. If it is set, as here, the
/// transition resets nothing.
///
/// ```
/// use pci_core::config::ConfigSpace;
/// use pci_core::config::conventional::{
///     PowerManagement, PowerManagementControlFlags, PowerState,
/// };
/// use pci_core::config::ConventionalStructure;
/// // ID and next pointer, capabilities 4803, control 010b.
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
    /// Power Management Capabilities, at 0x02.
    pub capabilities: PowerManagementCapabilities,
    /// Power Management Control/Status, at 0x04.
    pub control: PowerManagementControl,
    /// Bridge Support Extensions, at 0x06.
    pub bridge: PowerManagementBridge,
    /// Data, selected by [`data_select`](PowerManagementControl::data_select), at 0x07.
    pub data: u8,
}

impl PowerManagement {
    /// Whether the transition from D3hot to D0 resets the function, so that Linux supports the
    /// reset method "pm" (`pci_pm_reset` in `drivers/pci/pci.c`).
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
