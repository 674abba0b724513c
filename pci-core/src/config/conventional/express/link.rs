//! The Link registers.

use core::fmt;

use super::latency::{L0sExitLatency, L1ExitLatency};
use crate::config::field::{Field, code, flags, register};
use crate::config::registers::Registers;

code! {
    /// How fast a lane is: the number of a bit in the Supported Link Speeds Vector
    /// (PCI Express Base Specification 6.3, section 7.5.3.6).
    LinkSpeed: u8 {
        /// 2.5 GT/s: generation 1, and what an idle graphics card often falls back
        /// to.
        GT_2_5 = 1, "2.5GT/s";
        /// 5 GT/s: generation 2.
        GT_5 = 2, "5GT/s";
        /// 8 GT/s: generation 3.
        GT_8 = 3, "8GT/s";
        /// 16 GT/s: generation 4.
        GT_16 = 4, "16GT/s";
        /// 32 GT/s: generation 5.
        GT_32 = 5, "32GT/s";
        /// 64 GT/s: generation 6.
        GT_64 = 6, "64GT/s";
        /// 128 GT/s: generation 7.
        GT_128 = 7, "128GT/s";
    }
}

impl LinkSpeed {
    /// The speed in megatransfers per second; `None` where the code means nothing.
    #[must_use]
    pub const fn megatransfers(self) -> Option<u32> {
        match self.0 {
            1 => Some(2_500),
            2 => Some(5_000),
            3 => Some(8_000),
            4 => Some(16_000),
            5 => Some(32_000),
            6 => Some(64_000),
            7 => Some(128_000),
            _ => None,
        }
    }
}

/// How many lanes a link has: 1, 2, 4, 8, 12, 16 or 32, and 0 for a link that is not
/// there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LinkWidth(pub u8);

impl fmt::Display for LinkWidth {
    /// As `x16`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x{}", self.0)
    }
}

impl Field for LinkWidth {
    fn from_field(bits: u64) -> Self {
        Self(u8::from_field(bits))
    }

    fn to_field(self) -> u64 {
        self.0.to_field()
    }
}

code! {
    /// Active State Power Management: into which sleeps a link may, or does, fall by
    /// itself.
    #[doc(alias = "ASPM")]
    Aspm: u8 {
        /// None.
        NONE = 0, "none";
        /// `L0s`.
        L0S = 1, "L0s";
        /// L1.
        L1 = 2, "L1";
        /// `L0s` and L1.
        L0S_L1 = 3, "L0s L1";
    }
}

flags! {
    /// The single bits of the Link Capabilities register (PCI Express Base
    /// Specification 6.3, section 7.5.3.6).
    LinkCapabilityFlags: u32 {
        /// The reference clock can stop in L1 (`ClockPM` in lspci).
        CLOCK_POWER_MANAGEMENT = 18;
        /// The port notices when the link goes down by surprise (`Surprise`).
        SURPRISE_DOWN_ERROR_REPORTING = 19;
        /// The port tells whether the data link layer is up (`LLActRep`).
        DATA_LINK_LAYER_ACTIVE_REPORTING = 20;
        /// The port tells when the link changes its speed or width (`BwNot`).
        BANDWIDTH_NOTIFICATION = 21;
        /// Software may turn off `L0s` (`ASPMOptComp`).
        ASPM_OPTIONALITY_COMPLIANCE = 22;
    }
}

register! {
    /// The Link Capabilities register, at 0x0c.
    #[doc(alias = "LnkCap")]
    #[doc(alias = "PCI_EXP_LNKCAP")]
    LinkCapabilities: u32 {
        /// The highest speed.
        max_speed: LinkSpeed = 3:0,
        /// The largest width.
        max_width: LinkWidth = 9:4,
        /// Into which sleeps the link can fall by itself.
        aspm: Aspm = 11:10,
        /// How long it takes to leave `L0s`.
        l0s_exit_latency: L0sExitLatency = 14:12,
        /// How long it takes to leave L1.
        l1_exit_latency: L1ExitLatency = 17:15,
        /// The number of the port.
        port_number: u8 = 31:24,
        ; /// The single bits.
        flags: LinkCapabilityFlags
    }
}

flags! {
    /// The single bits of the Link Control register (PCI Express Base Specification
    /// 6.3, section 7.5.3.7).
    LinkControlFlags: u16 {
        /// How delays of precision time measurement are to be understood.
        PTM_PROPAGATION_DELAY_ADAPTATION_B = 2;
        /// The root port answers reads in pieces that end at 128 bytes, not 64
        /// (`RCB` in lspci).
        READ_COMPLETION_BOUNDARY_128 = 3;
        /// The link is off (`Disabled`, `LnkDisable`).
        LINK_DISABLE = 4;
        /// Writing 1 trains the link again.
        RETRAIN_LINK = 5;
        /// Both ends have one clock (`CommClk`).
        COMMON_CLOCK_CONFIGURATION = 6;
        /// Training takes longer, for analysers (`ExtSynch`).
        EXTENDED_SYNCH = 7;
        /// The reference clock may stop in L1 (`ClockPM`).
        CLOCK_POWER_MANAGEMENT = 8;
        /// The link may not change its width by itself (`AutWidDis`).
        HARDWARE_AUTONOMOUS_WIDTH_DISABLE = 9;
        /// A change of speed or width that software asked for interrupts (`BWInt`).
        BANDWIDTH_MANAGEMENT_INTERRUPT = 10;
        /// A change of speed or width by itself interrupts (`AutBWInt`).
        AUTONOMOUS_BANDWIDTH_INTERRUPT = 11;
        /// The port clocks itself apart from the other end (SRIS).
        SRIS_CLOCKING = 12;
        /// The link does not use flit mode (`FltModeDis`).
        FLIT_MODE_DISABLE = 13;
    }
}

register! {
    /// The Link Control register, at 0x10.
    #[doc(alias = "LnkCtl")]
    #[doc(alias = "PCI_EXP_LNKCTL")]
    LinkControl: u16 {
        /// Into which sleeps the link may fall by itself.
        aspm: Aspm = 1:0,
        /// What the port does when a device says that it is ready: 0 nothing, 1 an
        /// interrupt, 2 a message.
        drs_signaling: u8 = 15:14,
        ; /// The single bits.
        flags: LinkControlFlags
    }
}

flags! {
    /// The single bits of the Link Status register (PCI Express Base Specification
    /// 6.3, section 7.5.3.8).
    LinkStatusFlags: u16 {
        /// The link could not be trained (`TrErr` in lspci); undefined since 1.1.
        TRAINING_ERROR = 10;
        /// The link is being trained (`Train`).
        LINK_TRAINING = 11;
        /// The device uses the connector's clock (`SlotClk`).
        SLOT_CLOCK_CONFIGURATION = 12;
        /// The data link layer is up (`DLActive`).
        DATA_LINK_LAYER_ACTIVE = 13;
        /// The speed or width changed as software asked (`BWMgmt`).
        BANDWIDTH_MANAGEMENT_STATUS = 14;
        /// The speed or width changed by itself (`ABWMgmt`).
        AUTONOMOUS_BANDWIDTH_STATUS = 15;
    }
}

register! {
    /// The Link Status register, at 0x12.
    #[doc(alias = "LnkSta")]
    #[doc(alias = "PCI_EXP_LNKSTA")]
    LinkStatus: u16 {
        /// The speed it has now.
        speed: LinkSpeed = 3:0,
        /// The width it has now.
        width: LinkWidth = 9:4,
        ; /// The single bits.
        flags: LinkStatusFlags
    }
}

/// The Link registers, from 0x0c on: how fast the link to the other end can be, what it
/// is told, and how fast it is. Hardware agrees on speed and width by itself when it
/// trains; firmware and kernel say whether the link may sleep ([ASPM](Aspm)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Link {
    /// What it can, at 0x0c.
    pub capabilities: LinkCapabilities,
    /// What it is told, at 0x10.
    pub control: LinkControl,
    /// What it does, at 0x12.
    pub status: LinkStatus,
}

impl Link {
    /// Reads the part of the PCI Express structure that has these `registers`.
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            capabilities: LinkCapabilities::from_bits(registers.dword(0x0c)?),
            control: LinkControl::from_bits(registers.word(0x10)?),
            status: LinkStatus::from_bits(registers.word(0x12)?),
        })
    }

    /// Whether it is slower than it could be (`downgraded` in lspci). An idle device
    /// may have chosen that itself.
    #[must_use]
    pub fn speed_is_downgraded(&self) -> bool {
        self.status.speed < self.capabilities.max_speed
    }

    /// Whether it has fewer lanes than it could have (`downgraded` in lspci).
    #[must_use]
    pub fn width_is_downgraded(&self) -> bool {
        self.status.width < self.capabilities.max_width
    }
}
