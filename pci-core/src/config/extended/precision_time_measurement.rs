//! Precision Time Measurement: a common clock.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the PTM Capability register (PCI Express Base Specification
    /// 6.3, section 7.9.15.2).
    PtmCapabilityFlags: u32 {
        /// It can ask for the time (`Requester` in lspci).
        #[doc(alias = "PCI_PTM_CAP_REQ")]
        REQUESTER = 0;
        /// It can tell the time (`Responder`).
        #[doc(alias = "PCI_PTM_CAP_RES")]
        RESPONDER = 1;
        /// Its clock can be the clock (`Root`).
        #[doc(alias = "PCI_PTM_CAP_ROOT")]
        ROOT = 2;
        /// It knows the improved form.
        EPTM = 3;
    }
}

register! {
    /// The PTM Capability register, at 0x04.
    #[doc(alias = "PTMCap")]
    #[doc(alias = "PCI_PTM_CAP")]
    PtmCapabilities: u32 {
        /// How fine its clock is, in ns: 0 where it has none, 255 for more than
        /// 254 ns (`PTMClockGranularity` in lspci).
        local_clock_granularity: u8 = 15:8,
        ; /// The single bits.
        flags: PtmCapabilityFlags
    }
}

flags! {
    /// The single bits of the PTM Control register.
    PtmControlFlags: u32 {
        /// It asks for the time (`Enabled` in lspci).
        #[doc(alias = "PCI_PTM_CTRL_ENABLE")]
        ENABLE = 0;
        /// Its clock is the clock (`RootSelected`).
        #[doc(alias = "PCI_PTM_CTRL_ROOT")]
        ROOT_SELECT = 1;
    }
}

register! {
    /// The PTM Control register, at 0x08.
    #[doc(alias = "PTMControl")]
    #[doc(alias = "PCI_PTM_CTRL")]
    PtmControl: u32 {
        /// How fine the time is that it gets, in ns: 0 where it is not known, 255 for
        /// more than 254 ns (`PTMEffectiveGranularity` in lspci).
        effective_granularity: u8 = 15:8,
        ; /// The single bits.
        flags: PtmControlFlags
    }
}

/// Precision Time Measurement (PCI Express Base Specification 6.3, sections 6.21 and
/// 7.9.15): a function asks the port above what time it is, so that network and
/// measurement cards share one clock with the processor. Linux switches it on
/// when the function's driver asks for it. Passthrough does not need it.
///
/// ```
/// use pci_core::config::extended::{
///     PrecisionTimeMeasurement, PtmCapabilityFlags, PtmControlFlags,
/// };
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let bytes = [0x1f, 0x00, 0x01, 0x00, 0x01, 0x04, 0x00, 0x00, 0x01, 0x04, 0x00, 0x00];
/// let ptm = PrecisionTimeMeasurement::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(ptm.capabilities.flags.contains(PtmCapabilityFlags::REQUESTER));
/// assert_eq!(ptm.capabilities.local_clock_granularity, 4); // ns
/// assert!(ptm.control.flags.contains(PtmControlFlags::ENABLE));
/// ```
#[doc(alias = "PTM")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PrecisionTimeMeasurement {
    /// What it can, at 0x04.
    pub capabilities: PtmCapabilities,
    /// What is in use, at 0x08.
    pub control: PtmControl,
}

impl ExtendedStructure for PrecisionTimeMeasurement {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PRECISION_TIME_MEASUREMENT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: PtmCapabilities::from_bits(registers.dword(4)?),
            control: PtmControl::from_bits(registers.dword(8)?),
        })
    }
}
