//! Data Object Exchange.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{DataObjectExchange, DoeCapabilityFlags, DoeControl, DoeStatus};
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title.
pub(super) fn write(
    exchange: &DataObjectExchange,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = exchange.capabilities;
    let interrupts = (capabilities.flags).contains(DoeCapabilityFlags::INTERRUPT_SUPPORT);
    writeln!(out, "\t\tDOECap: IntSup{}", Sign(interrupts))?;
    let message = capabilities.interrupt_message;
    if interrupts && version.has_int_msg_num() {
        writeln!(out, "\t\t\tIntMsgNum {message}")?;
    } else if interrupts {
        writeln!(out, "\t\t\tInterrupt Message Number {message:03x}")?;
    }
    writeln!(
        out,
        "\t\tDOECtl: IntEn{}",
        Sign(exchange.control.contains(DoeControl::INTERRUPT_ENABLE))
    )?;
    let status = exchange.status;
    let error = if version.takes_number_of_doe_error_for_its_mask() {
        DoeStatus::BUSY | DoeStatus::INTERRUPT_STATUS
    } else {
        DoeStatus::ERROR
    };
    out.write_str("\t\tDOESta: ")?;
    flags(
        out,
        status,
        &[
            ("Busy", DoeStatus::BUSY),
            ("IntSta", DoeStatus::INTERRUPT_STATUS),
        ],
    )?;
    writeln!(
        out,
        " Error{} ObjectReady{}",
        Sign(status.intersects(error)),
        Sign(status.contains(DoeStatus::DATA_OBJECT_READY))
    )
}
