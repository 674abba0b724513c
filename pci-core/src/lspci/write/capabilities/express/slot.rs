//! The Slot and Root registers.

use core::fmt::{self, Write};

use super::device::Watts;
use crate::config::conventional::express::{
    Indicator, Root, RootCapabilities, RootControl, RootStatusFlags, Slot, SlotCapabilityFlags,
    SlotControlFlags, SlotStatus,
};
use crate::lspci::write::sign::{Sign, signs};

fn indicator(indicator: Indicator) -> &'static str {
    match indicator {
        Indicator::ON => "On",
        Indicator::BLINK => "Blink",
        Indicator::OFF => "Off",
        _ => "Unknown",
    }
}

/// Writes what the slot can do, what it may do, and what happened.
pub(super) fn slot(slot: &Slot, out: &mut dyn Write) -> fmt::Result {
    let (capabilities, control, status) = (slot.capabilities, slot.control, slot.status);
    let is = |flag| capabilities.flags.contains(flag);
    out.write_str("\t\tSltCap:\t")?;
    signs(
        out,
        &[
            ("AttnBtn", is(SlotCapabilityFlags::ATTENTION_BUTTON)),
            ("PwrCtrl", is(SlotCapabilityFlags::POWER_CONTROLLER)),
            ("MRL", is(SlotCapabilityFlags::MRL_SENSOR)),
            ("AttnInd", is(SlotCapabilityFlags::ATTENTION_INDICATOR)),
            ("PwrInd", is(SlotCapabilityFlags::POWER_INDICATOR)),
            ("HotPlug", is(SlotCapabilityFlags::HOT_PLUG_CAPABLE)),
            ("Surprise", is(SlotCapabilityFlags::HOT_PLUG_SURPRISE)),
        ],
    )?;
    writeln!(
        out,
        "\n\t\t\tSlot #{}, PowerLimit {}; Interlock{} NoCompl{}",
        capabilities.physical_slot_number,
        Watts(capabilities.power_limit),
        Sign(is(SlotCapabilityFlags::ELECTROMECHANICAL_INTERLOCK)),
        Sign(is(SlotCapabilityFlags::NO_COMMAND_COMPLETED)),
    )?;
    let is = |flag| control.flags.contains(flag);
    out.write_str("\t\tSltCtl:\tEnable: ")?;
    signs(
        out,
        &[
            (
                "AttnBtn",
                is(SlotControlFlags::ATTENTION_BUTTON_PRESSED_ENABLE),
            ),
            ("PwrFlt", is(SlotControlFlags::POWER_FAULT_DETECTED_ENABLE)),
            ("MRL", is(SlotControlFlags::MRL_SENSOR_CHANGED_ENABLE)),
            (
                "PresDet",
                is(SlotControlFlags::PRESENCE_DETECT_CHANGED_ENABLE),
            ),
            (
                "CmdCplt",
                is(SlotControlFlags::COMMAND_COMPLETED_INTERRUPT_ENABLE),
            ),
            ("HPIrq", is(SlotControlFlags::HOT_PLUG_INTERRUPT_ENABLE)),
            (
                "LinkChg",
                is(SlotControlFlags::DATA_LINK_LAYER_STATE_CHANGED_ENABLE),
            ),
        ],
    )?;
    writeln!(
        out,
        "\n\t\t\tControl: AttnInd {}, PwrInd {}, Power{} Interlock{}",
        indicator(control.attention_indicator),
        indicator(control.power_indicator),
        Sign(is(SlotControlFlags::POWER_CONTROLLER_OFF)),
        Sign(is(SlotControlFlags::ELECTROMECHANICAL_INTERLOCK_CONTROL)),
    )?;
    let is = |flag| status.contains(flag);
    out.write_str("\t\tSltSta:\tStatus: ")?;
    signs(
        out,
        &[
            ("AttnBtn", is(SlotStatus::ATTENTION_BUTTON_PRESSED)),
            ("PowerFlt", is(SlotStatus::POWER_FAULT_DETECTED)),
            ("MRL", is(SlotStatus::MRL_SENSOR_OPEN)),
            ("CmdCplt", is(SlotStatus::COMMAND_COMPLETED)),
            ("PresDet", is(SlotStatus::PRESENCE_DETECT)),
            (
                "Interlock",
                is(SlotStatus::ELECTROMECHANICAL_INTERLOCK_ENGAGED),
            ),
        ],
    )?;
    out.write_str("\n\t\t\tChanged: ")?;
    signs(
        out,
        &[
            ("MRL", is(SlotStatus::MRL_SENSOR_CHANGED)),
            ("PresDet", is(SlotStatus::PRESENCE_DETECT_CHANGED)),
            ("LinkState", is(SlotStatus::DATA_LINK_LAYER_STATE_CHANGED)),
        ],
    )?;
    out.write_char('\n')
}

/// Writes what the root port does for what is below.
pub(super) fn root(root: &Root, out: &mut dyn Write) -> fmt::Result {
    let visible = root
        .capabilities
        .contains(RootCapabilities::CRS_SOFTWARE_VISIBILITY);
    write!(
        out,
        "\t\tRootCap: CRSVisible{}\n\t\tRootCtl: ",
        Sign(visible)
    )?;
    let is = |flag| root.control.contains(flag);
    signs(
        out,
        &[
            (
                "ErrCorrectable",
                is(RootControl::SYSTEM_ERROR_ON_CORRECTABLE),
            ),
            ("ErrNon-Fatal", is(RootControl::SYSTEM_ERROR_ON_NON_FATAL)),
            ("ErrFatal", is(RootControl::SYSTEM_ERROR_ON_FATAL)),
            ("PMEIntEna", is(RootControl::PME_INTERRUPT_ENABLE)),
            ("CRSVisible", is(RootControl::CRS_SOFTWARE_VISIBILITY)),
        ],
    )?;
    writeln!(
        out,
        "\n\t\tRootSta: PME ReqID {:04x}, PMEStatus{} PMEPending{}",
        root.status.pme_requester_id,
        Sign(root.status.flags.contains(RootStatusFlags::PME_STATUS)),
        Sign(root.status.flags.contains(RootStatusFlags::PME_PENDING)),
    )
}
