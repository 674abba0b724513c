//! MSI and MSI-X.

use core::fmt::{self, Write};

use crate::config::conventional::{Msi, MsiControl, MsiFlags, MsiX, MsiXControl, MsiXFlags};
use crate::lspci::write::sign::Sign;

/// Writes the rest of the title of MSI.
pub(super) fn msi_title(control: MsiControl, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| Sign(control.flags.contains(flag));
    writeln!(
        out,
        "MSI: Enable{} Count={}/{} Maskable{} 64bit{}",
        is(MsiFlags::ENABLE),
        1u8 << control.multiple_message_enable,
        1u8 << control.multiple_message_capable,
        is(MsiFlags::PER_VECTOR_MASKING),
        is(MsiFlags::ADDRESS_64_BIT),
    )
}

/// Writes the lines below the title of MSI, of a structure that `has` so many bytes.
pub(super) fn msi(msi: &Msi, has: impl Fn(u16) -> bool, out: &mut dyn Write) -> fmt::Result {
    let (digits, data) = match msi.control.flags.contains(MsiFlags::ADDRESS_64_BIT) {
        true => (16, 0xc),
        false => (8, 8),
    };
    if !has(data + 2) {
        return Ok(());
    }
    writeln!(
        out,
        "\t\tAddress: {:0digits$x}  Data: {:04x}",
        msi.address, msi.data
    )?;
    if let Some(masking) = msi.masking.filter(|_| has(data + 0xc)) {
        let (mask, pending) = (masking.mask, masking.pending);
        writeln!(out, "\t\tMasking: {mask:08x}  Pending: {pending:08x}")?;
    }
    Ok(())
}

/// Writes the rest of the title of MSI-X.
pub(super) fn msi_x_title(control: MsiXControl, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| Sign(control.flags.contains(flag));
    writeln!(
        out,
        "MSI-X: Enable{} Count={} Masked{}",
        is(MsiXFlags::ENABLE),
        control.vectors(),
        is(MsiXFlags::FUNCTION_MASK),
    )
}

/// Writes the lines below the title of MSI-X.
pub(super) fn msi_x(msi_x: &MsiX, out: &mut dyn Write) -> fmt::Result {
    let (table, pending) = (msi_x.table, msi_x.pending_bits);
    writeln!(
        out,
        "\t\tVector table: BAR={} offset={:08x}\n\t\tPBA: BAR={} offset={:08x}",
        table.bar, table.offset, pending.bar, pending.offset
    )
}
