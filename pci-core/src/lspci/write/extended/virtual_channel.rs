//! Virtual Channel.

use core::fmt::{self, Write};

use crate::config::extended::{
    ArbitrationSelect, PortVcStatus, VcResource, VcResourceCapabilityFlags, VcResourceControlFlags,
    VcResourceStatus, VirtualChannel,
};
use crate::lspci::write::sign::Sign;

/// How a port chooses between channels.
const PORT: [&str; 4] = ["Fixed", "WRR32", "WRR64", "WRR128"];
/// How a channel chooses between ports.
const CHANNEL: [&str; 6] = ["Fixed", "WRR32", "WRR64", "WRR128", "TWRR128", "WRR256"];

/// Writes the lines below the title of the structure at `at`.
pub(super) fn write(channel: &VirtualChannel, at: u16, out: &mut dyn Write) -> fmt::Result {
    let first = channel.capabilities_1;
    write!(
        out,
        "\t\tCaps:\tLPEVC={} RefClk=",
        first.low_priority_extended_vc_count
    )?;
    match first.reference_clock {
        0 => out.write_str("100ns")?,
        other => write!(out, "??{other}")?,
    }
    writeln!(
        out,
        " PATEntryBits={}",
        1 << first.port_arbitration_table_entry_size
    )?;
    let second = channel.capabilities_2;
    out.write_str("\t\tArb:")?;
    arbitration(second.vc_arbitration, &PORT, out)?;
    out.write_str("\n\t\tCtrl:\tArbSelect=")?;
    select(channel.control.vc_arbitration_select, &PORT, out)?;
    let pending = PortVcStatus::VC_ARBITRATION_TABLE_STATUS;
    writeln!(
        out,
        "\n\t\tStatus:\tInProgress{}",
        Sign(channel.status.contains(pending))
    )?;
    if second.vc_arbitration_table_offset != 0 {
        let place = u32::from(at) + 16 * u32::from(second.vc_arbitration_table_offset);
        writeln!(out, "\t\tPort Arbitration Table [{place:03x}] <?>")?;
    }
    for (index, resource) in channel.resources.iter().enumerate() {
        write!(out, "\t\tVC{index}:\t")?;
        write_resource(resource, out)?;
    }
    // Those that were not shown.
    let count = usize::from(first.extended_vc_count) + 1;
    for index in channel.resources.len()..count {
        writeln!(out, "\t\tVC{index}:\t<unreadable>")?;
    }
    Ok(())
}

fn write_resource(resource: &VcResource, out: &mut dyn Write) -> fmt::Result {
    let capabilities = resource.capabilities;
    let reject = VcResourceCapabilityFlags::REJECT_SNOOP_TRANSACTIONS;
    writeln!(
        out,
        "Caps:\tPATOffset={:02x} MaxTimeSlots={} RejSnoopTrans{}",
        capabilities.port_arbitration_table_offset,
        capabilities.max_time_slots + 1,
        Sign(capabilities.flags.contains(reject))
    )?;
    out.write_str("\t\t\tArb:")?;
    arbitration(capabilities.port_arbitration, &CHANNEL, out)?;
    let control = resource.control;
    let enable = VcResourceControlFlags::VC_ENABLE;
    write!(
        out,
        "\n\t\t\tCtrl:\tEnable{} ID={} ArbSelect=",
        Sign(control.flags.contains(enable)),
        control.vc_id
    )?;
    select(control.port_arbitration_select, &CHANNEL, out)?;
    let is = |flag| Sign(resource.status.contains(flag));
    writeln!(
        out,
        " TC/VC={:02x}\n\t\t\tStatus:\tNegoPending{} InProgress{}",
        control.tc_vc_map,
        is(VcResourceStatus::VC_NEGOTIATION_PENDING),
        is(VcResourceStatus::PORT_ARBITRATION_TABLE_STATUS)
    )?;
    if capabilities.port_arbitration_table_offset != 0 {
        out.write_str("\t\t\tPort Arbitration Table <?>\n")?;
    }
    Ok(())
}

/// Writes which ways to choose there are; those without a name only where they are.
fn arbitration(bits: u8, names: &[&str], out: &mut dyn Write) -> fmt::Result {
    for bit in 0..8 {
        let set = bits >> bit & 1 != 0;
        let between = if bit == 0 { '\t' } else { ' ' };
        match names.get(bit) {
            Some(name) => write!(out, "{between}{name}{}", Sign(set))?,
            None if set => write!(out, "{between}??{bit}+")?,
            None => {}
        }
    }
    Ok(())
}

fn select(way: ArbitrationSelect, names: &[&str], out: &mut dyn Write) -> fmt::Result {
    match names.get(usize::from(way.0)) {
        Some(name) => out.write_str(name),
        None => write!(out, "??{}", way.0),
    }
}
