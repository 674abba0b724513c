//! The header of configuration space.

use core::fmt::{self, Write};

use super::row::{Context, Row, code, row};

/// Common registers (PCI Local Bus Specification 3.0, sections 6.2.2 to 6.2.4).
#[rustfmt::skip]
pub(in crate::lspci) const HEADER: &[Row] = &[
    row(0x04, "\tControl: I/O{0} Mem{1} BusMaster{2} SpecCycle{3} MemWINV{4} VGASnoop{5} ParErr{6} Stepping{7} SERR{8} FastB2B{9} DisINTx{10}\n"),
    row(0x06, "\tStatus: Cap{4} 66MHz{5} UDF{6} FastB2B{7} ParErr{8} DEVSEL={10:9:fast|medium|slow|??} >TAbort{11} <TAbort{12} <MAbort{13} >SERR{14} <PERR{15} INTx{3}\n"),
    row(0x0c, "\tLatency: {15:8}").when(is_bus_master),
    code(latencies),
    row(0x0c, ", Cache Line Size: {7:0:quads} bytes").when(|cx| is_bus_master(cx) && cx.bits(0x0c, 7, 0) != 0),
    row(0x0c, "\n").when(is_bus_master),
];

fn is_bus_master(cx: &Context<'_>) -> bool {
    cx.bit(0x04, 2)
}

/// Unit of Min_Gnt and Max_Lat, in nanoseconds (PCI Local Bus Specification 3.0, section 6.2.4).
const QUARTER_MICROSECOND: u64 = 250;

fn latencies(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    if !is_bus_master(cx) || cx.layout() != 0 {
        return Ok(());
    }
    let time = |at| cx.bits(at, 7, 0) * QUARTER_MICROSECOND;
    match (time(0x3e), time(0x3f)) {
        (0, 0) => Ok(()),
        (grant, 0) => write!(out, " ({grant}ns min)"),
        (0, most) => write!(out, " ({most}ns max)"),
        (grant, most) => write!(out, " ({grant}ns min, {most}ns max)"),
    }
}

/// The buses of a bridge, of PCI and of CardBus (PCI-to-PCI Bridge Architecture
/// Specification 1.2, section 3.2.5).
#[rustfmt::skip]
pub(in crate::lspci) const BUSES: &[Row] = &[
    row(0x18, "\tBus: primary={7:0:02x}, secondary={15:8:02x}, subordinate={23:16:02x}, sec-latency={31:24}\n"),
];

/// Secondary Status (section 3.2.5.7 there).
#[rustfmt::skip]
pub(in crate::lspci) const SECONDARY_STATUS: &[Row] = &[
    row(0x1e, "\tSecondary status: 66MHz{5} FastB2B{7} ParErr{8} DEVSEL={10:9:fast|medium|slow|??} >TAbort{11} <TAbort{12} <MAbort{13} <SERR{14} <PERR{15}\n"),
];

/// Bridge Control (section 3.2.5.18 there).
#[rustfmt::skip]
pub(in crate::lspci) const BRIDGE_CONTROL: &[Row] = &[
    row(0x3e, "\tBridgeCtl: Parity{0} SERR{1} NoISA{2} VGA{3} VGA16{4} MAbort{5} >Reset{6} FastB2B{7}\n\t\tPriDiscTmr{8} SecDiscTmr{9} DiscTmrStat{10} DiscTmrSERREn{11}\n"),
];

/// Bridge Control of a CardBus bridge.
#[rustfmt::skip]
pub(in crate::lspci) const CARDBUS_CONTROL: &[Row] = &[
    row(0x3e, "\tBridgeCtl: Parity{0} SERR{1} ISA{2} VGA{3} MAbort{5} >Reset{6} 16bInt{7} PostWrite{10}\n"),
];
