//! The Root registers: what a root port does for the hierarchy below it.

use crate::config::field::{flags, register};
use crate::config::registers::Registers;

flags! {
    /// The Root Control register, at 0x1c (PCI Express Base Specification 6.3, section
    /// 7.5.3.12).
    #[doc(alias = "RootCtl")]
    #[doc(alias = "PCI_EXP_RTCTL")]
    RootControl: u16 {
        /// A correctable error makes a system error (`ErrCorrectable` in lspci).
        SYSTEM_ERROR_ON_CORRECTABLE = 0;
        /// An error that is not fatal makes a system error (`ErrNon-Fatal`).
        SYSTEM_ERROR_ON_NON_FATAL = 1;
        /// A fatal error makes a system error (`ErrFatal`).
        SYSTEM_ERROR_ON_FATAL = 2;
        /// A wake-up interrupts (`PMEIntEna`).
        PME_INTERRUPT_ENABLE = 3;
        /// Software is told when a device answers that it is not ready yet
        /// (`CRSVisible`).
        CRS_SOFTWARE_VISIBILITY = 4;
        /// No device below sends non-flit-mode requests.
        NO_NFM_SUBTREE = 5;
    }
}

flags! {
    /// The Root Capabilities register, at 0x1e (PCI Express Base Specification 6.3,
    /// section 7.5.3.13).
    #[doc(alias = "RootCap")]
    #[doc(alias = "PCI_EXP_RTCAP")]
    RootCapabilities: u16 {
        /// It can tell software when a device answers that it is not ready yet
        /// (`CRSVisible` in lspci).
        CRS_SOFTWARE_VISIBILITY = 0;
    }
}

flags! {
    /// The single bits of the Root Status register (PCI Express Base Specification
    /// 6.3, section 7.5.3.14).
    RootStatusFlags: u32 {
        /// A function woke the system (`PMEStatus` in lspci).
        PME_STATUS = 16;
        /// Another one waits to be told (`PMEPending`).
        PME_PENDING = 17;
    }
}

register! {
    /// The Root Status register, at 0x20.
    #[doc(alias = "RootSta")]
    #[doc(alias = "PCI_EXP_RTSTA")]
    RootStatus: u32 {
        /// The requester ID of the function that woke the system (`PME ReqID` in
        /// lspci).
        pme_requester_id: u16 = 15:0,
        ; /// The single bits.
        flags: RootStatusFlags
    }
}

/// The Root registers, from 0x1c on, of root ports and event collectors: which errors
/// below become system errors, and which function woke the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Root {
    /// What it is told, at 0x1c.
    pub control: RootControl,
    /// What it can, at 0x1e.
    pub capabilities: RootCapabilities,
    /// What happened, at 0x20.
    pub status: RootStatus,
}

impl Root {
    /// Reads the part of the PCI Express structure that has these `registers`.
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            control: RootControl::from_bits_retain(registers.word(0x1c)?),
            capabilities: RootCapabilities::from_bits_retain(registers.word(0x1e)?),
            status: RootStatus::from_bits(registers.dword(0x20)?),
        })
    }
}
