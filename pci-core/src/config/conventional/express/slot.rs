//! The Slot registers.

use super::device::SlotPowerLimit;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;

flags! {
    /// The single bits of the Slot Capabilities register (PCI Express Base
    /// Specification 6.3, section 7.5.3.9).
    SlotCapabilityFlags: u32 {
        /// It has an attention button (`AttnBtn` in lspci).
        ATTENTION_BUTTON = 0;
        /// It has a power controller (`PwrCtrl`).
        POWER_CONTROLLER = 1;
        /// It notices the retention latch (`MRL`).
        MRL_SENSOR = 2;
        /// It has an attention indicator (`AttnInd`).
        ATTENTION_INDICATOR = 3;
        /// It has a power indicator (`PwrInd`).
        POWER_INDICATOR = 4;
        /// What is in it may be taken out without a word (`Surprise`).
        HOT_PLUG_SURPRISE = 5;
        /// What is in it can be taken out while the system runs (`HotPlug`).
        HOT_PLUG_CAPABLE = 6;
        /// It has an electromechanical interlock (`Interlock`).
        ELECTROMECHANICAL_INTERLOCK = 17;
        /// It does not tell when a command is done (`NoCompl`).
        NO_COMMAND_COMPLETED = 18;
    }
}

register! {
    /// The Slot Capabilities register, at 0x14.
    #[doc(alias = "SltCap")]
    #[doc(alias = "PCI_EXP_SLTCAP")]
    SlotCapabilities: u32 {
        /// How much power it gives (`PowerLimit` in lspci).
        power_limit: SlotPowerLimit = 16:7,
        /// The number of the slot.
        physical_slot_number: u16 = 31:19,
        ; /// The single bits.
        flags: SlotCapabilityFlags
    }
}

code! {
    /// What a slot's indicator shows.
    Indicator: u8 {
        /// It is on.
        ON = 1, "on";
        /// It blinks.
        BLINK = 2, "blink";
        /// It is off.
        OFF = 3, "off";
    }
}

flags! {
    /// The single bits of the Slot Control register (PCI Express Base Specification
    /// 6.3, section 7.5.3.10).
    SlotControlFlags: u16 {
        /// The attention button interrupts (`Enable: AttnBtn` in lspci).
        ATTENTION_BUTTON_PRESSED_ENABLE = 0;
        /// A power fault interrupts (`PwrFlt`).
        POWER_FAULT_DETECTED_ENABLE = 1;
        /// The retention latch interrupts (`MRL`).
        MRL_SENSOR_CHANGED_ENABLE = 2;
        /// A card that comes or goes interrupts (`PresDet`).
        PRESENCE_DETECT_CHANGED_ENABLE = 3;
        /// A command that is done interrupts (`CmdCplt`).
        COMMAND_COMPLETED_INTERRUPT_ENABLE = 4;
        /// Hot-plug events interrupt (`HPIrq`).
        HOT_PLUG_INTERRUPT_ENABLE = 5;
        /// The slot has no power (`Control: Power`).
        POWER_CONTROLLER_OFF = 10;
        /// Writing 1 toggles the interlock (`Interlock`).
        ELECTROMECHANICAL_INTERLOCK_CONTROL = 11;
        /// A link that comes or goes interrupts (`LinkChg`).
        DATA_LINK_LAYER_STATE_CHANGED_ENABLE = 12;
        /// The port does not tell the device its power limit by itself.
        AUTO_SLOT_POWER_LIMIT_DISABLE = 13;
        /// Presence is not noticed by the link.
        IN_BAND_PRESENCE_DETECT_DISABLE = 14;
    }
}

register! {
    /// The Slot Control register, at 0x18.
    #[doc(alias = "SltCtl")]
    #[doc(alias = "PCI_EXP_SLTCTL")]
    SlotControl: u16 {
        /// What the attention indicator shows.
        attention_indicator: Indicator = 7:6,
        /// What the power indicator shows.
        power_indicator: Indicator = 9:8,
        ; /// The single bits.
        flags: SlotControlFlags
    }
}

flags! {
    /// The Slot Status register, at 0x1a (PCI Express Base Specification 6.3, section
    /// 7.5.3.11).
    #[doc(alias = "SltSta")]
    #[doc(alias = "PCI_EXP_SLTSTA")]
    SlotStatus: u16 {
        /// The attention button was pressed (`AttnBtn` in lspci).
        ATTENTION_BUTTON_PRESSED = 0;
        /// There was a power fault (`PowerFlt`).
        POWER_FAULT_DETECTED = 1;
        /// The retention latch moved (`Changed: MRL`).
        MRL_SENSOR_CHANGED = 2;
        /// A card came or went (`Changed: PresDet`).
        PRESENCE_DETECT_CHANGED = 3;
        /// A command is done (`CmdCplt`).
        COMMAND_COMPLETED = 4;
        /// The retention latch is open (`MRL`).
        MRL_SENSOR_OPEN = 5;
        /// A card is in the slot (`PresDet`).
        PRESENCE_DETECT = 6;
        /// The interlock is engaged (`Interlock`).
        ELECTROMECHANICAL_INTERLOCK_ENGAGED = 7;
        /// The link came or went (`LinkState`).
        DATA_LINK_LAYER_STATE_CHANGED = 8;
    }
}

/// The Slot registers, from 0x14 on: of a port with a slot, whether cards can be changed
/// while the system runs, how much power the slot gives, and its number. The board's maker
/// or firmware sets what it has; the kernel's hot-plug driver what it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Slot {
    /// What it has, at 0x14.
    pub capabilities: SlotCapabilities,
    /// What it is told, at 0x18.
    pub control: SlotControl,
    /// What happened, at 0x1a.
    pub status: SlotStatus,
}

impl Slot {
    /// Reads the part of the PCI Express structure that has these `registers`.
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            capabilities: SlotCapabilities::from_bits(registers.dword(0x14)?),
            control: SlotControl::from_bits(registers.word(0x18)?),
            status: SlotStatus::from_bits_retain(registers.word(0x1a)?),
        })
    }
}
