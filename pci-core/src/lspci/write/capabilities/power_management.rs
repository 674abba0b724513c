//! Power management.

use core::fmt::{self, Write};

use crate::config::conventional::{
    PowerManagement, PowerManagementBridge, PowerManagementControlFlags, PowerManagementFlags,
};
use crate::lspci::write::sign::{Sign, signs};

/// Writes the lines below the title: what it can, and, where the structure `is_whole`,
/// what it does.
pub(super) fn write(power: &PowerManagement, is_whole: bool, out: &mut dyn Write) -> fmt::Result {
    let capabilities = power.capabilities;
    let is = |flag| capabilities.flags.contains(flag);
    out.write_str("\t\tFlags: ")?;
    signs(
        out,
        &[
            ("PMEClk", is(PowerManagementFlags::PME_CLOCK)),
            (
                "DSI",
                is(PowerManagementFlags::DEVICE_SPECIFIC_INITIALIZATION),
            ),
            ("D1", is(PowerManagementFlags::D1)),
            ("D2", is(PowerManagementFlags::D2)),
        ],
    )?;
    writeln!(
        out,
        " AuxCurrent={}mA PME(D0{},D1{},D2{},D3hot{},D3cold{})",
        capabilities.aux_current(),
        Sign(is(PowerManagementFlags::PME_FROM_D0)),
        Sign(is(PowerManagementFlags::PME_FROM_D1)),
        Sign(is(PowerManagementFlags::PME_FROM_D2)),
        Sign(is(PowerManagementFlags::PME_FROM_D3_HOT)),
        Sign(is(PowerManagementFlags::PME_FROM_D3_COLD)),
    )?;
    if !is_whole {
        return Ok(());
    }
    let control = power.control;
    let is = |flag| Sign(control.flags.contains(flag));
    writeln!(
        out,
        "\t\tStatus: D{} NoSoftRst{} PME-Enable{} DSel={} DScale={} PME{}",
        control.power_state.0,
        is(PowerManagementControlFlags::NO_SOFT_RESET),
        is(PowerManagementControlFlags::PME_ENABLE),
        control.data_select,
        control.data_scale,
        is(PowerManagementControlFlags::PME_STATUS),
    )?;
    if !power.bridge.is_empty() {
        let is = |flag| power.bridge.contains(flag);
        writeln!(
            out,
            "\t\tBridge: PM{} B3{}",
            Sign(is(PowerManagementBridge::BPCC_ENABLE)),
            Sign(!is(PowerManagementBridge::B2_B3)),
        )?;
    }
    Ok(())
}
