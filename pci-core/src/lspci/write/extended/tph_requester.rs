//! Transaction Processing Hints.

use core::fmt::{self, Write};

use crate::config::extended::{StTableLocation, TphCapabilityFlags, TphRequester};

/// Writes the lines below the title.
pub(super) fn write(tph: &TphRequester, out: &mut dyn Write) -> fmt::Result {
    let capabilities = tph.capabilities;
    for (flag, line) in [
        (
            TphCapabilityFlags::INTERRUPT_VECTOR_MODE,
            "Interrupt vector mode supported",
        ),
        (
            TphCapabilityFlags::DEVICE_SPECIFIC_MODE,
            "Device specific mode supported",
        ),
        (
            TphCapabilityFlags::EXTENDED_TPH_REQUESTER,
            "Extended requester support",
        ),
    ] {
        if capabilities.flags.contains(flag) {
            writeln!(out, "\t\t{line}")?;
        }
    }
    out.write_str(match capabilities.st_table_location {
        StTableLocation::NONE => "\t\tNo steering table available\n",
        StTableLocation::TPH_REQUESTER => "\t\tSteering table in TPH capability structure\n",
        StTableLocation::MSI_X => "\t\tSteering table in MSI-X table\n",
        _ => "\t\tReserved steering table location\n",
    })
}
