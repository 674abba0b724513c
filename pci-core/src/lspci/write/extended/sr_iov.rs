//! Single Root I/O Virtualization.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::conventional::BarOffset;
use crate::config::extended::{SrIov, SrIovCapabilityFlags, SrIovControl, SrIovStatus};
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title.
pub(super) fn write(sr_iov: &SrIov, version: Version, out: &mut dyn Write) -> fmt::Result {
    let capabilities = sr_iov.capabilities;
    out.write_str("\t\tIOVCap:\t")?;
    flags(
        out,
        capabilities.flags,
        &[
            ("Migration", SrIovCapabilityFlags::VF_MIGRATION_CAPABLE),
            ("10BitTagReq", SrIovCapabilityFlags::VF_10_BIT_TAG_REQUESTER),
        ],
    )?;
    let message = capabilities.vf_migration_interrupt_message;
    if version.has_int_msg_num() {
        writeln!(out, " IntMsgNum {message}")?;
    } else {
        writeln!(out, " Interrupt Message Number: {message:03x}")?;
    }
    out.write_str("\t\tIOVCtl:\t")?;
    flags(
        out,
        sr_iov.control,
        &[
            ("Enable", SrIovControl::VF_ENABLE),
            ("Migration", SrIovControl::VF_MIGRATION_ENABLE),
            ("Interrupt", SrIovControl::VF_MIGRATION_INTERRUPT_ENABLE),
            ("MSE", SrIovControl::VF_MEMORY_SPACE_ENABLE),
            ("ARIHierarchy", SrIovControl::ARI_CAPABLE_HIERARCHY),
            ("10BitTagReq", SrIovControl::VF_10_BIT_TAG_REQUESTER_ENABLE),
        ],
    )?;
    writeln!(
        out,
        "\n\t\tIOVSta:\tMigration{}",
        Sign(sr_iov.status.contains(SrIovStatus::VF_MIGRATION_STATUS))
    )?;
    writeln!(
        out,
        "\t\tInitial VFs: {}, Total VFs: {}, Number of VFs: {}, Function Dependency Link: {:02x}",
        sr_iov.initial_vfs, sr_iov.total_vfs, sr_iov.num_vfs, sr_iov.function_dependency_link
    )?;
    writeln!(
        out,
        "\t\tVF offset: {}, stride: {}, Device ID: {}",
        sr_iov.first_vf_offset, sr_iov.vf_stride, sr_iov.vf_device_id
    )?;
    writeln!(
        out,
        "\t\tSupported Page Size: {:08x}, System Page Size: {:08x}",
        sr_iov.supported_page_sizes, sr_iov.system_page_size
    )?;
    regions(sr_iov, out)?;
    let array = BarOffset::from_bits(sr_iov.vf_migration_state_array);
    writeln!(
        out,
        "\t\tVF Migration: offset: {:08x}, BIR: {:x}",
        array.offset, array.bar
    )
}

/// Writes the base address registers. Whatever is not of 32 bits is called 64-bit;
/// for the upper half of the last register, what stands behind it is taken.
fn regions(sr_iov: &SrIov, out: &mut dyn Write) -> fmt::Result {
    let bars = sr_iov.vf_base_addresses.iter();
    let mut words = bars.chain([&sr_iov.vf_migration_state_array]).enumerate();
    while let Some((index, &word)) = words.next() {
        if index >= sr_iov.vf_base_addresses.len() {
            break;
        }
        let word = if word == u32::MAX { 0 } else { word };
        if word == 0 {
            continue;
        }
        write!(out, "\t\tRegion {index}: Memory at ")?;
        if word & 6 == 4 {
            let upper = words.next().map_or(0, |(_, upper)| *upper);
            write!(out, "{upper:08x}")?;
        }
        let bits = if word & 6 == 0 { 32 } else { 64 };
        let not = if word & 8 == 0 { "non-" } else { "" };
        writeln!(out, "{:08x} ({bits}-bit, {not}prefetchable)", word & !0xf)?;
    }
    Ok(())
}
