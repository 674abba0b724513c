//! PCI-X.

use core::fmt::{self, Write};

use crate::config::conventional::{
    PciX, PciXBridge, PciXBridgeStatusFlags, PciXCommandFlags, PciXDevice,
    PciXSecondaryStatusFlags, PciXStatusFlags, SplitTransactionControl,
};
use crate::lspci::write::sign::signs;

/// How many split transactions may be outstanding, by their code.
const OUTSTANDING: [u8; 8] = [1, 2, 3, 4, 8, 12, 16, 32];

fn outstanding(code: u8) -> u8 {
    OUTSTANDING.get(usize::from(code)).copied().unwrap_or(0)
}

/// Writes the lines below the title.
pub(super) fn write(pci_x: &PciX, out: &mut dyn Write) -> fmt::Result {
    match pci_x {
        PciX::Device(device) => self::device(device, out),
        PciX::Bridge(bridge) => self::bridge(bridge, out),
    }
}

fn device(device: &PciXDevice, out: &mut dyn Write) -> fmt::Result {
    let (command, status) = (device.command, device.status);
    let is = |flag| command.flags.contains(flag);
    out.write_str("\t\tCommand: ")?;
    signs(
        out,
        &[
            ("DPERE", is(PciXCommandFlags::DATA_PARITY_ERROR_RECOVERY)),
            ("ERO", is(PciXCommandFlags::RELAXED_ORDERING)),
        ],
    )?;
    writeln!(
        out,
        " RBC={} OST={}",
        512 << command.max_memory_read_byte_count,
        outstanding(command.max_outstanding_split_transactions),
    )?;
    let is = |flag| status.flags.contains(flag);
    write!(
        out,
        "\t\tStatus: Dev={:02x}:{:02x}.{} ",
        status.bus, status.device, status.function
    )?;
    signs(
        out,
        &[
            ("64bit", is(PciXStatusFlags::WIDTH_64_BIT)),
            ("133MHz", is(PciXStatusFlags::CAPABLE_133_MHZ)),
            ("SCD", is(PciXStatusFlags::SPLIT_COMPLETION_DISCARDED)),
            ("USC", is(PciXStatusFlags::UNEXPECTED_SPLIT_COMPLETION)),
        ],
    )?;
    let is_bridge = is(PciXStatusFlags::DEVICE_COMPLEXITY_BRIDGE);
    write!(
        out,
        " DC={} DMMRBC={} DMOST={} DMCRS={} ",
        if is_bridge { "bridge" } else { "simple" },
        512 << status.designed_max_memory_read_byte_count,
        outstanding(status.designed_max_outstanding_split_transactions),
        8 << status.designed_max_cumulative_read_size,
    )?;
    signs(
        out,
        &[
            (
                "RSCEM",
                is(PciXStatusFlags::RECEIVED_SPLIT_COMPLETION_ERROR_MESSAGE),
            ),
            ("266MHz", is(PciXStatusFlags::CAPABLE_266_MHZ)),
            ("533MHz", is(PciXStatusFlags::CAPABLE_533_MHZ)),
        ],
    )?;
    out.write_char('\n')
}

fn bridge(bridge: &PciXBridge, out: &mut dyn Write) -> fmt::Result {
    let (secondary, status) = (bridge.secondary_status, bridge.status);
    let is = |flag| secondary.flags.contains(flag);
    out.write_str("\t\tSecondary Status: ")?;
    signs(
        out,
        &[
            ("64bit", is(PciXSecondaryStatusFlags::WIDTH_64_BIT)),
            ("133MHz", is(PciXSecondaryStatusFlags::CAPABLE_133_MHZ)),
            (
                "SCD",
                is(PciXSecondaryStatusFlags::SPLIT_COMPLETION_DISCARDED),
            ),
            (
                "USC",
                is(PciXSecondaryStatusFlags::UNEXPECTED_SPLIT_COMPLETION),
            ),
            (
                "SCO",
                is(PciXSecondaryStatusFlags::SPLIT_COMPLETION_OVERRUN),
            ),
            ("SRD", is(PciXSecondaryStatusFlags::SPLIT_REQUEST_DELAYED)),
        ],
    )?;
    let frequency = secondary.secondary_clock_frequency;
    match frequency.name() {
        Some(name) => writeln!(out, " Freq={name}")?,
        None => writeln!(out, " Freq=?{}", frequency.0)?,
    }
    let is = |flag| status.flags.contains(flag);
    write!(
        out,
        "\t\tStatus: Dev={:02x}:{:02x}.{} ",
        status.bus, status.device, status.function
    )?;
    signs(
        out,
        &[
            ("64bit", is(PciXBridgeStatusFlags::WIDTH_64_BIT)),
            ("133MHz", is(PciXBridgeStatusFlags::CAPABLE_133_MHZ)),
            ("SCD", is(PciXBridgeStatusFlags::SPLIT_COMPLETION_DISCARDED)),
            (
                "USC",
                is(PciXBridgeStatusFlags::UNEXPECTED_SPLIT_COMPLETION),
            ),
            ("SCO", is(PciXBridgeStatusFlags::SPLIT_COMPLETION_OVERRUN)),
            ("SRD", is(PciXBridgeStatusFlags::SPLIT_REQUEST_DELAYED)),
        ],
    )?;
    out.write_char('\n')?;
    let both: [(&str, SplitTransactionControl); 2] = [
        ("Upstream", bridge.upstream),
        ("Downstream", bridge.downstream),
    ];
    for (name, control) in both {
        let (capacity, limit) = (control.capacity, control.commitment_limit);
        writeln!(
            out,
            "\t\t{name}: Capacity={capacity} CommitmentLimit={limit}"
        )?;
    }
    Ok(())
}
