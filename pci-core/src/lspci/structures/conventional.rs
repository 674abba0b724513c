//! The capabilities in the first 256 bytes, except PCI Express, HyperTransport, and vendor-specific
//! ones.

use super::row::{Context, Row, code, need, row};
use super::structure::{Structure, conventional};
use super::{express, hyper_transport, variable_layout, vendor};

/// All with a title, in the order of their IDs (PCI Code and ID Assignment Specification 1.16,
/// section 2).
#[rustfmt::skip]
pub(super) const CONVENTIONAL: &[Structure] = &[
    conventional(0x00, "", &[row(0, "Null\n")], &[]),
    conventional(0x01, "PCI Bus Power Management Interface Specification 1.2, section 3.2", &[row(0, "Power Management version {18:16}\n")], POWER),
    conventional(0x02, "AGP V3.0 Interface Specification 1.0, section 2.5", &[row(0, "AGP version {23:20:x}.{19:16:x}\n")], GRAPHICS_PORT),
    conventional(0x03, "PCI Local Bus Specification 3.0, section 6.4 and appendix I", &[row(0, "Vital Product Data\n")], PRODUCT_DATA),
    conventional(0x04, "PCI-to-PCI Bridge Architecture Specification 1.2, chapter 13", &[row(0, "Slot ID: {20:16} slots, First{21}, chassis {31:24:02x}\n")], &[]),
    conventional(0x05, "PCI Local Bus Specification 3.0, section 6.8.1", MESSAGES, MESSAGE),
    conventional(0x06, "", &[row(0, "CompactPCI hot-swap <?>\n")], &[]),
    conventional(0x07, "PCI-X Protocol Addendum to the PCI Local Bus Specification 2.0a", PCI_X_TITLE, PCI_X).ambiguous(),
    conventional(0x08, "HyperTransport I/O Link Specification 3.10, chapter 7", hyper_transport::TITLE, hyper_transport::ROWS).ambiguous(),
    conventional(0x09, "PCI Local Bus Specification 3.0, appendix H", vendor::TITLE, vendor::ROWS),
    conventional(0x0a, "Enhanced Host Controller Interface Specification for Universal Serial Bus 1.0, appendix C", &[row(0, "Debug port: BAR={31:29} offset={28:16:04x}\n")], &[]),
    conventional(0x0b, "", &[row(0, "CompactPCI central resource control <?>\n")], &[]),
    conventional(0x0c, "PCI Standard Hot-Plug Controller and Subsystem Specification 1.0", &[row(0, "Hot-plug capable\n")], &[]),
    conventional(0x0d, "PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5.13", SUBSYSTEM, &[]),
    conventional(0x0e, "", &[row(0, "AGP3 <?>\n")], &[]),
    conventional(0x0f, "", &[row(0, "Secure device <?>\n")], &[]),
    conventional(0x10, "PCI Express Base Specification 6.3, section 7.5.3", express::TITLE, express::ROWS),
    conventional(0x11, "PCI Local Bus Specification 3.0, section 6.8.2", &[row(0, "MSI-X: Enable{31} Count={26:16:+1} Masked{30}\n"), row(0, "MSI-X: Enable{31} Mask{30} TabSize={26:16:+1}\n").until(1)], MESSAGE_TABLE),
    conventional(0x12, "Serial ATA Advanced Host Controller Interface 1.3.1, section 2.4", SATA, &[]),
    conventional(0x13, "PCI-SIG ECN Advanced Capabilities for Conventional PCI", &[row(0, "PCI Advanced Features\n"), row(0, "PCIe advanced features\n").until(5)], FEATURES),
    conventional(0x14, "PCI Express Base Specification 6.3, section 7.8.5", ALLOCATION_TITLE, ALLOCATION),
];

#[rustfmt::skip]
const POWER: &[Row] = &[
    row(2, "\t\tFlags: PMEClk{3} DSI{5} D1{9} D2{10} AuxCurrent={8:6:0|55|100|160|220|270|320|375}mA PME(D0{11},D1{12},D2{13},D3hot{14},D3cold{15})\n"),
    need(8, ""),
    row(4, "\t\tStatus: D{1:0} NoSoftRst{3} PME-Enable{8} DSel={12:9} DScale={14:13} PME{15}\n"),
    row(6, "\t\tBridge: PM{7} B3{!6}\n").when(|cx| cx.bits(6, 7, 0) != 0),
];

#[rustfmt::skip]
const GRAPHICS_PORT: &[Row] = &[
    need(0x0c, ""),
    row(4, "\t\tStatus: RQ={31:24:+1} Iso{16} ArqSz={15:13} Cal={12:10} SBA{9} ITACoh{8} GART64{7} HTrans{6} 64bit{5} FW{4} AGP3{3}"),
    row(4, RATES).when(|cx| !is_agp_3(cx)),
    row(4, RATES_OF_3).when(is_agp_3),
    row(8, "\t\tCommand: RQ={31:24:+1} ArqSz={15:13} Cal={12:10} SBA{9} AGP{8} GART64{7} 64bit{5} FW{4}"),
    row(8, RATES).when(|cx| !is_agp_3(cx)),
    row(8, RATES_OF_3).when(is_agp_3),
];

const RATES: &str = " Rate={2:0:rates}\n";

/// Four times as high, of which the third is not in the specification.
const RATES_OF_3: &str = " Rate={2:0:rates-of-3}\n";

fn is_agp_3(cx: &Context<'_>) -> bool {
    cx.bits(0, 23, 20) >= 3 && cx.bit(4, 3)
}

/// Its contents are not in configuration space.
const PRODUCT_DATA: &[Row] = &[row(0, "\t\tNot readable\n")];

#[rustfmt::skip]
const MESSAGES: &[Row] = &[
    row(0, "MSI: Enable{16} Count={22:20:2^}/{19:17:2^} Maskable{24} 64bit{23}\n"),
    row(0, "Message Signalled Interrupts: Mask{24} 64bit{23} Count={22:20:2^}/{19:17:2^} Enable{16}\n").until(1),
];

#[rustfmt::skip]
const MESSAGE: &[Row] = &[
    need(0x0e, "").when(is_wide),
    need(0x0a, "").when(|cx| !is_wide(cx)),
    row(4, "\t\tAddress: {63:0:016x}  Data: {79:64:04x}\n").when(is_wide),
    row(4, "\t\tAddress: {31:0:08x}  Data: {47:32:04x}\n").when(|cx| !is_wide(cx)),
    row(0x10, MASKING).when(|cx| is_wide(cx) && cx.bit(2, 8) && cx.has(0x18)),
    row(0x0c, MASKING).when(|cx| !is_wide(cx) && cx.bit(2, 8) && cx.has(0x14)),
];

const MASKING: &str = "\t\tMasking: {31:0:08x}  Pending: {63:32:08x}\n";

fn is_wide(cx: &Context<'_>) -> bool {
    cx.bit(2, 7)
}

#[rustfmt::skip]
const MESSAGE_TABLE: &[Row] = &[
    need(0x0c, ""),
    row(4, "\t\tVector table: BAR={2:0} offset={31:3:eighths}\n"),
    row(8, "\t\tPBA: BAR={2:0} offset={31:3:eighths}\n"),
];

/// For a CardBus bridge not even a line break is printed.
#[rustfmt::skip]
const PCI_X_TITLE: &[Row] = &[
    row(0, "PCI-X ").when(|cx| cx.layout() != 2),
    row(0, "bridge device\n").when(|cx| cx.layout() == 1),
    row(0, "non-bridge device\n").when(|cx| !matches!(cx.layout(), 1 | 2)),
];

#[rustfmt::skip]
const PCI_X: &[Row] = &[
    need(8, ""),
    row(2, "\t\tCommand: DPERE{0} ERO{1} RBC={3:2:512|1024|2048|4096} OST={6:4:1|2|3|4|8|12|16|32}\n").when(|cx| cx.layout() == 0),
    row(4, "\t\tStatus: Dev={15:8:02x}:{7:3:02x}.{2:0} 64bit{16} 133MHz{17} SCD{18} USC{19} DC={20:20:simple|bridge} DMMRBC={22:21:512|1024|2048|4096} DMOST={25:23:1|2|3|4|8|12|16|32} DMCRS={28:26:8|16|32|64|128|256|512|1024} RSCEM{29} 266MHz{30} 533MHz{31}\n").when(|cx| cx.layout() == 0),
    need(0x10, ""),
    row(2, "\t\tSecondary Status: 64bit{0} 133MHz{1} SCD{2} USC{3} SCO{4} SRD{5} Freq={8:6:conv|66MHz|100MHz|133MHz|*?#}\n").when(|cx| cx.layout() == 1),
    row(4, "\t\tStatus: Dev={15:8:02x}:{7:3:02x}.{2:0} 64bit{16} 133MHz{17} SCD{18} USC{19} SCO{20} SRD{21}\n").when(|cx| cx.layout() == 1),
    row(8, "\t\tUpstream: Capacity={15:0} CommitmentLimit={31:16}\n").when(|cx| cx.layout() == 1),
    row(0x0c, "\t\tDownstream: Capacity={15:0} CommitmentLimit={31:16}\n").when(|cx| cx.layout() == 1),
];

/// If unknown, not even a line break is printed.
const SUBSYSTEM: &[Row] = &[need(8, ""), row(4, "Subsystem: {31:0:subsystem}\n")];

#[rustfmt::skip]
const SATA: &[Row] = &[
    row(0, "SATA HBA "),
    row(0, "v{23:20}.{19:16}"),
    row(4, " InCfgSpace").when(|cx| is_located(cx) && cx.bits(4, 3, 0) == 15),
    row(4, " BAR{3:0:||||0|1|2|3|4|5} Offset={23:4:08x}").when(|cx| is_located(cx) && matches!(cx.bits(4, 3, 0), 4..=9)),
    row(4, " BAR??{3:0}").when(|cx| is_located(cx) && matches!(cx.bits(4, 3, 0), 0..=3 | 10..=14)),
    row(0, "\n"),
];

fn is_located(cx: &Context<'_>) -> bool {
    cx.details && cx.has(8)
}

#[rustfmt::skip]
const FEATURES: &[Row] = &[
    need(6, ""),
    row(3, "\t\tAFCap: TP{0} FLR{1}\n"),
    row(4, "\t\tAFCtrl: FLR{0}\n"),
    row(5, "\t\tAFStatus: TP{0}\n"),
];

#[rustfmt::skip]
const ALLOCATION_TITLE: &[Row] = &[
    row(0, "Enhanced Allocation (EA): "),
    need(6, "\n").when(|cx| cx.layout() == 1),
    row(0, "NumEntries={21:16}"),
    row(4, ", secondary={7:0}, subordinate={15:8}").when(|cx| cx.layout() == 1),
    row(0, "\n"),
];

const ALLOCATION: &[Row] = &[code(variable_layout::allocation_entries)];
