//! The Link 2 registers.

use super::link::LinkSpeed;
use crate::config::field::{Field, code, flags, register};
use crate::config::registers::Registers;

/// Which speeds a link, or its skip ordered sets, can have: a bit each, bit 0 for
/// 2.5 GT/s (PCI Express Base Specification 6.3, section 7.5.3.18).
///
/// ```
/// use pci_core::config::conventional::express::{LinkSpeed, SupportedLinkSpeeds};
/// let speeds = SupportedLinkSpeeds(0b111);
/// assert_eq!(speeds.iter().last(), Some(LinkSpeed::GT_8));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SupportedLinkSpeeds(pub u8);

impl SupportedLinkSpeeds {
    /// The speeds, from the lowest on.
    pub fn iter(self) -> impl Iterator<Item = LinkSpeed> {
        (0..8)
            .filter(move |bit| self.0 >> bit & 1 != 0)
            .map(|bit| LinkSpeed(bit + 1))
    }
}

impl Field for SupportedLinkSpeeds {
    fn from_field(bits: u64) -> Self {
        Self(u8::from_field(bits))
    }

    fn to_field(self) -> u64 {
        self.0.to_field()
    }
}

flags! {
    /// The single bits of the Link Capabilities 2 register (PCI Express Base
    /// Specification 6.3, section 7.5.3.18).
    LinkCapability2Flags: u32 {
        /// Two ports of the same direction can be connected (`Crosslink` in lspci).
        CROSSLINK = 8;
        /// It notices a retimer on the link (`Retimer`).
        RETIMER_PRESENCE_DETECT = 23;
        /// It notices two retimers on the link (`2Retimers`).
        TWO_RETIMERS_PRESENCE_DETECT = 24;
        /// It takes messages of devices that are ready (`DRS`).
        DRS = 31;
    }
}

register! {
    /// The Link Capabilities 2 register, at 0x2c.
    #[doc(alias = "LnkCap2")]
    #[doc(alias = "PCI_EXP_LNKCAP2")]
    LinkCapabilities2: u32 {
        /// The speeds it can have. Devices of generation 1 and 2 leave it 0.
        supported_speeds: SupportedLinkSpeeds = 7:1,
        /// At which speeds it can send skip ordered sets less often.
        lower_skp_os_generation: SupportedLinkSpeeds = 15:9,
        /// At which speeds it can receive skip ordered sets less often.
        lower_skp_os_reception: SupportedLinkSpeeds = 22:16,
        ; /// The single bits.
        flags: LinkCapability2Flags
    }
}

flags! {
    /// The single bits of the Link Control 2 register (PCI Express Base
    /// Specification 6.3, section 7.5.3.19).
    LinkControl2Flags: u16 {
        /// Training goes into compliance mode (`EnterCompliance` in lspci).
        ENTER_COMPLIANCE = 4;
        /// The link may not change its speed by itself (`SpeedDis`).
        HARDWARE_AUTONOMOUS_SPEED_DISABLE = 5;
        /// The other end's de-emphasis at 5 GT/s: -3.5 dB instead of -6 dB
        /// (`Selectable De-emphasis`).
        SELECTABLE_DE_EMPHASIS = 6;
        /// Compliance mode sends the modified pattern
        /// (`EnterModifiedCompliance`).
        ENTER_MODIFIED_COMPLIANCE = 10;
        /// Compliance mode sends skip ordered sets (`ComplianceSOS`).
        COMPLIANCE_SOS = 11;
    }
}

register! {
    /// The Link Control 2 register, at 0x30.
    #[doc(alias = "LnkCtl2")]
    #[doc(alias = "PCI_EXP_LNKCTL2")]
    LinkControl2: u16 {
        /// The highest speed it may have.
        target_speed: LinkSpeed = 3:0,
        /// The voltage at the transmitter's pins, as a code: 0 is the normal one.
        transmit_margin: u8 = 9:7,
        /// De-emphasis or preset of compliance mode, as a code.
        compliance_preset: u8 = 15:12,
        ; /// The single bits.
        flags: LinkControl2Flags
    }
}

code! {
    /// What a crosslink port found out that it is (`CrosslinkRes` in lspci).
    CrosslinkResolution: u8 {
        /// It does not tell.
        NOT_SUPPORTED = 0, "unsupported";
        /// An upstream port.
        UPSTREAM_PORT = 1, "Upstream Port";
        /// A downstream port.
        DOWNSTREAM_PORT = 2, "Downstream Port";
        /// It is not done.
        NOT_COMPLETED = 3, "incomplete";
    }
}

code! {
    /// Whether a device is below a port, and what is known of it (`DownstreamComp` in
    /// lspci).
    DownstreamComponentPresence: u8 {
        /// The link is down, and it is not known.
        LINK_DOWN_NOT_DETERMINED = 0, "Link Down - Presence Not Determined";
        /// The link is down, and none is there.
        LINK_DOWN_NOT_PRESENT = 1, "Link Down - Not Present";
        /// The link is down, and one is there.
        LINK_DOWN_PRESENT = 2, "Link Down - Present";
        /// The link is up, and one is there.
        LINK_UP_PRESENT = 4, "Link Up - Present";
        /// The link is up, and the device is ready.
        LINK_UP_PRESENT_DRS_RECEIVED = 5, "Link Up - Present and DRS Received";
    }
}

flags! {
    /// The single bits of the Link Status 2 register (PCI Express Base Specification
    /// 6.3, section 7.5.3.20).
    LinkStatus2Flags: u16 {
        /// The de-emphasis at 5 GT/s is -3.5 dB, not -6 dB (`Current De-emphasis
        /// Level` in lspci).
        CURRENT_DE_EMPHASIS = 0;
        /// Equalization at 8 GT/s is done (`EqualizationComplete`).
        EQUALIZATION_COMPLETE = 1;
        /// Its phase 1 succeeded (`EqualizationPhase1`).
        EQUALIZATION_PHASE_1 = 2;
        /// Its phase 2 succeeded (`EqualizationPhase2`).
        EQUALIZATION_PHASE_2 = 3;
        /// Its phase 3 succeeded (`EqualizationPhase3`).
        EQUALIZATION_PHASE_3 = 4;
        /// It is to be done again (`LinkEqualizationRequest`).
        LINK_EQUALIZATION_REQUEST = 5;
        /// There is a retimer (`Retimer`).
        RETIMER_PRESENCE_DETECTED = 6;
        /// There are two retimers (`2Retimers`).
        TWO_RETIMERS_PRESENCE_DETECTED = 7;
        /// The link is in flit mode (`FltMode`).
        FLIT_MODE_STATUS = 10;
        /// The device below said that it is ready (`DRS`).
        DRS_MESSAGE_RECEIVED = 15;
    }
}

register! {
    /// The Link Status 2 register, at 0x32.
    #[doc(alias = "LnkSta2")]
    #[doc(alias = "PCI_EXP_LNKSTA2")]
    LinkStatus2: u16 {
        /// What a crosslink port found out that it is.
        crosslink_resolution: CrosslinkResolution = 9:8,
        /// Whether a device is below the port.
        downstream_component_presence: DownstreamComponentPresence = 14:12,
        ; /// The single bits.
        flags: LinkStatus2Flags
    }
}

/// The Link 2 registers, from 0x2c on: which speeds the link can have, which one it
/// shall have at most, and how it was tuned (equalized).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Link2 {
    /// What it can, at 0x2c.
    pub capabilities: LinkCapabilities2,
    /// What it is told, at 0x30.
    pub control: LinkControl2,
    /// What it does, at 0x32.
    pub status: LinkStatus2,
}

impl Link2 {
    /// Reads the part of the PCI Express structure that has these `registers`.
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            capabilities: LinkCapabilities2::from_bits(registers.dword(0x2c)?),
            control: LinkControl2::from_bits(registers.word(0x30)?),
            status: LinkStatus2::from_bits(registers.word(0x32)?),
        })
    }
}
