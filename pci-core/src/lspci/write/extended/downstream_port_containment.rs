//! Downstream Port Containment.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{
    DownstreamPortContainment, DpcCapabilityFlags, DpcControlFlags, DpcStatusFlags,
};
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title.
pub(super) fn write(
    dpc: &DownstreamPortContainment,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = dpc.capabilities;
    let number = if version.has_int_msg_num() {
        "IntMsgNum "
    } else {
        "INT Msg #"
    };
    write!(
        out,
        "\t\tDpcCap:\t{number}{}, ",
        capabilities.interrupt_message
    )?;
    flags(
        out,
        capabilities.flags,
        &[
            ("RPExt", DpcCapabilityFlags::RP_EXTENSIONS),
            (
                "PoisonedTLP",
                DpcCapabilityFlags::POISONED_TLP_EGRESS_BLOCKING,
            ),
            ("SwTrigger", DpcCapabilityFlags::SOFTWARE_TRIGGERING),
        ],
    )?;
    let signaling = DpcCapabilityFlags::DL_ACTIVE_ERR_COR_SIGNALING;
    writeln!(
        out,
        " RP PIO Log {}, DL_ActiveErr{}",
        capabilities.rp_pio_log_size,
        Sign(capabilities.flags.contains(signaling))
    )?;
    let control = dpc.control;
    write!(out, "\t\tDpcCtl:\tTrigger:{:x} ", control.trigger_enable.0)?;
    flags(
        out,
        control.flags,
        &[
            ("Cmpl", DpcControlFlags::COMPLETION_CONTROL),
            ("INT", DpcControlFlags::INTERRUPT_ENABLE),
            ("ErrCor", DpcControlFlags::ERR_COR_ENABLE),
            (
                "PoisonedTLP",
                DpcControlFlags::POISONED_TLP_EGRESS_BLOCKING_ENABLE,
            ),
            ("SwTrigger", DpcControlFlags::SOFTWARE_TRIGGER),
            ("DL_ActiveErr", DpcControlFlags::DL_ACTIVE_ERR_COR_ENABLE),
        ],
    )?;
    let status = dpc.status;
    let is = |flag| Sign(status.flags.contains(flag));
    writeln!(
        out,
        "\n\t\tDpcSta:\tTrigger{} Reason:{:02x} INT{} RPBusy{} TriggerExt:{:02x} RP PIO ErrPtr:{:02x}",
        is(DpcStatusFlags::TRIGGER_STATUS),
        status.trigger_reason.0,
        is(DpcStatusFlags::INTERRUPT_STATUS),
        is(DpcStatusFlags::RP_BUSY),
        status.trigger_reason_extension,
        status.rp_pio_first_error_pointer
    )?;
    writeln!(out, "\t\tSource:\t{:04x}", dpc.error_source)
}
