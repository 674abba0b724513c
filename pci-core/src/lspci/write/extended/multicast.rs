//! Multicast.

use core::fmt::{self, Write};

use crate::config::conventional::express::DeviceType;
use crate::config::extended::{Multicast, MulticastCapabilityFlags, MulticastControlFlags};
use crate::lspci::write::registers::Registers;
use crate::lspci::write::sign::Sign;

/// Writes the lines below the title, of a function of this type, of the structure at
/// `at`. What is not for ports lacks its line break.
pub(super) fn write(
    multicast: &Multicast,
    kind: Option<DeviceType>,
    registers: Registers<'_>,
    at: u16,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = multicast.capabilities;
    write!(
        out,
        "\t\tMcastCap: MaxGroups {}",
        capabilities.max_group + 1
    )?;
    let endpoint = matches!(
        kind,
        Some(DeviceType::ENDPOINT | DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT)
    );
    let port = matches!(
        kind,
        Some(DeviceType::ROOT_PORT | DeviceType::UPSTREAM_PORT | DeviceType::DOWNSTREAM_PORT)
    );
    if endpoint {
        let size = capabilities.window_size_requested;
        write!(out, ", WindowSz {size} ({} bytes)", power(size))?;
    } else if port {
        let regeneration = MulticastCapabilityFlags::ECRC_REGENERATION;
        writeln!(
            out,
            ", ECRCRegen{}",
            Sign(capabilities.flags.contains(regeneration))
        )?;
    }
    let control = multicast.control;
    let enable = MulticastControlFlags::ENABLE;
    writeln!(
        out,
        "\t\tMcastCtl: NumGroups {}, Enable{}",
        control.num_group + 1,
        Sign(control.flags.contains(enable))
    )?;
    writeln!(
        out,
        "\t\tMcastBAR: IndexPos {}, BaseAddr {:016x}",
        multicast.base_address.number(),
        multicast.base_address.0 & !0xfff
    )?;
    for (label, vector) in [
        ("ReceiveVec:     ", multicast.receive),
        ("BlockAllVec:    ", multicast.block_all),
        ("BlockUntransVec:", multicast.block_untranslated),
    ] {
        writeln!(out, "\t\tMcast{label} {vector:016x}")?;
    }
    if endpoint {
        return Ok(());
    }
    // Written for other types than ports too, which have no such register.
    let low = registers.dword(at + 0x28);
    let high = registers.dword(at + 0x2c);
    let [first, ..] = low.to_le_bytes();
    let size = first & 0x3f;
    write!(out, "\t\tMcastOverlayBAR: OverlaySize {size} ")?;
    if size >= 6 {
        write!(out, "({} bytes)", power(size))?;
    } else {
        out.write_str("(disabled)")?;
    }
    writeln!(out, ", BaseAddr {high:08x}{:08x}", low & !0x3f)
}

/// 2 to the power of `exponent`, as a number of 32 bits that wraps around.
fn power(exponent: u8) -> i32 {
    1_i32.wrapping_shl(u32::from(exponent))
}
