//! The extended capabilities.

use super::row::{Context, Each, Row, code, each, need, row};
use super::structure::{Structure, extended};
use super::units::UNREADABLE;
use super::{cxl, encryption, variable_layout};
use crate::config::conventional::express::DeviceType;

macro_rules! pcie {
    ($section:literal) => {
        concat!("PCI Express Base Specification 6.3, section ", $section)
    };
}

/// All with a title, in the order of their IDs (PCI Code and ID Assignment Specification 1.16,
/// section 3).
#[rustfmt::skip]
pub(super) const EXTENDED: &[Structure] = &[
    extended(0x00, "", &[row(0, "Null\n")], &[]),
    extended(0x01, pcie!("7.8.4"), &[row(0, "Advanced Error Reporting\n")], ERRORS),
    extended(0x02, pcie!("7.9.1"), &[row(0, "Virtual Channel\n")], CHANNELS),
    extended(0x03, pcie!("7.9.3"), SERIAL_NUMBER, &[]),
    extended(0x04, pcie!("7.8.1"), &[row(0, "Power Budgeting <?>\n")], &[]),
    extended(0x05, pcie!("7.9.8"), &[row(0, "Root Complex Link\n")], ROOT_COMPLEX_LINK),
    extended(0x06, "", &[row(0, "Root Complex Internal Link <?>\n")], &[]),
    extended(0x07, pcie!("7.9.10"), &[row(0, "Root Complex Event Collector Endpoint Association\n"), row(0, "Root Complex Event Collector <?>\n").until(8)], EVENT_COLLECTOR),
    extended(0x08, pcie!("7.9.2"), &[row(0, "Multi-Function Virtual Channel <?>\n")], &[]),
    extended(0x09, pcie!("7.9.1"), &[row(0, "Virtual Channel\n")], CHANNELS),
    extended(0x0a, "", &[row(0, "Root Complex Register Block <?>\n"), row(0, "Root Bridge Control Block\n").until(5)], &[]),
    extended(0x0b, pcie!("7.9.5"), VENDOR_SPECIFIC, &[]),
    extended(0x0d, pcie!("7.7.11"), &[row(0, "Access Control Services\n")], ACCESS_CONTROL),
    extended(0x0e, pcie!("7.8.8"), &[row(0, "Alternative Routing-ID Interpretation (ARI)\n")], ALTERNATIVE_ROUTING),
    extended(0x0f, pcie!("10.5.1"), &[row(0, "Address Translation Service (ATS)\n")], ADDRESS_TRANSLATION),
    extended(0x10, pcie!("9.3.3"), &[row(0, "Single Root I/O Virtualization (SR-IOV)\n")], SR_IOV),
    extended(0x11, "", &[row(0, "Multi-Root I/O Virtualization <?>\n")], &[]),
    extended(0x12, pcie!("7.9.11"), &[row(0, "Multicast\n")], MULTICAST),
    extended(0x13, pcie!("10.5.2"), &[row(0, "Page Request Interface (PRI)\n")], PAGE_REQUESTS),
    extended(0x15, pcie!("7.8.6"), &[row(0, "Physical Resizable BAR\n"), row(0, "Resizable BAR\n").until(6)], RESIZABLE_BAR),
    extended(0x16, pcie!("7.9.12"), &[row(0, "Dynamic Power Allocation <?>\n")], &[]),
    extended(0x17, pcie!("7.9.13"), &[row(0, "Transaction Processing Hints\n")], HINTS),
    extended(0x18, pcie!("7.8.2"), &[row(0, "Latency Tolerance Reporting\n")], LATENCY),
    extended(0x19, pcie!("7.7.3"), &[row(0, "Secondary PCI Express\n")], SECONDARY),
    extended(0x1a, "", &[row(0, "Protocol Multiplexing <?>\n")], &[]),
    extended(0x1b, pcie!("7.8.9"), &[row(0, "Process Address Space ID (PASID)\n")], PASID),
    extended(0x1c, "", &[row(0, "LN Requester <?>\n")], &[]),
    extended(0x1d, pcie!("7.9.14"), &[row(0, "Downstream Port Containment\n")], CONTAINMENT),
    extended(0x1e, pcie!("7.8.3"), &[row(0, "L1 PM Substates\n")], SUBSTATES),
    extended(0x1f, pcie!("7.9.15"), &[row(0, "Precision Time Measurement\n")], TIME),
    extended(0x20, "", &[row(0, "PCI Express over M_PHY <?>\n")], &[]),
    extended(0x21, "", &[row(0, "FRS Queueing <?>\n")], &[]),
    extended(0x22, "", &[row(0, "Readiness Time Reporting <?>\n")], &[]),
    extended(0x23, pcie!("7.9.6"), cxl::TITLE, cxl::ROWS),
    extended(0x24, pcie!("7.8.7"), &[row(0, "Virtual Resizable BAR\n"), row(0, "VF Resizable BAR\n").until(6)], RESIZABLE_BAR),
    extended(0x25, pcie!("7.7.4"), &[row(0, "Data Link Feature <?>\n")], &[]),
    extended(0x26, pcie!("7.7.5"), &[row(0, "Physical Layer 16.0 GT/s"), row(0, " <?>").until(13), row(0, "\n")], LAYER_16),
    extended(0x27, pcie!("7.7.10"), &[row(0, "Lane Margining at the Receiver"), row(0, " <?>").until(9), row(0, "\n")], MARGINING),
    extended(0x28, "", &[row(0, "Hierarchy ID <?>\n")], &[]),
    extended(0x29, "", &[row(0, "Native PCIe Enclosure Management <?>\n")], &[]),
    extended(0x2a, pcie!("7.7.6"), &[row(0, "Physical Layer 32.0 GT/s").since(10), row(0, " <?>").since(10).until(13), row(0, "\n").since(10)], LAYER_32),
    extended(0x2e, pcie!("7.9.24"), &[row(0, "Data Object Exchange\n")], OBJECT_EXCHANGE).ambiguous(),
    extended(0x2f, pcie!("7.7.9"), &[row(0, "Device 3\n").since(14)], DEVICE_3),
    extended(0x30, pcie!("7.9.26"), &[row(0, "Integrity & Data Encryption\n").since(10)], encryption::ROWS),
    extended(0x31, pcie!("7.7.7"), &[row(0, "Physical Layer 64.0 GT/s\n").since(14)], LAYER_64),
    extended(0x32, pcie!("7.7.8"), &[row(0, "Flit Logging\n").since(14)], FLIT_LOGGING),
    extended(0x34, pcie!("7.8.13"), &[row(0, "Flit Error Injection\n").since(14)], FLIT_INJECTION),
    extended(0x36, pcie!("7.9.30"), &[row(0, "MMIO Register Block Locator\n").since(14)], REGISTER_BLOCKS),
];

macro_rules! uncorrectable {
    ($label:literal) => {
        concat!("\t\t", $label, ":\tDLP{4} SDES{5} TLP{12} FCP{13} CmpltTO{14} CmpltAbrt{15} UnxCmplt{16} RxOF{17} MalfTLP{18}")
    };
}

macro_rules! correctable {
    ($label:literal) => {
        concat!(
            "\t\t",
            $label,
            ":\tRxErr{0} BadTLP{6} BadDLLP{7} Rollover{8} Timeout{12} AdvNonFatalErr{13}"
        )
    };
}

const OLDER_ERRORS: &str = " ECRC{19} UnsupReq{20} ACSViol{21}\n";
const LATER_ERRORS: &str = "\n\t\t\tECRC{19} UnsupReq{20} ACSViol{21} UncorrIntErr{22} BlockedTLP{23} AtomicOpBlocked{24} TLPBlockedErr{25}\n\t\t\tPoisonTLPBlocked{26} DMWrReqBlocked{27} IDECheck{28} MisIDETLP{29} PCRC_CHECK{30} TLPXlatBlocked{31}\n";
const LATER_CORRECTABLE: &str = " CorrIntErr{14} HeaderOF{15}";

#[rustfmt::skip]
const ERRORS: &[Row] = &[
    need(0x2c, ""),
    row(0x04, uncorrectable!("UESta")),
    row(0x04, OLDER_ERRORS).until(9),
    row(0x04, LATER_ERRORS).since(10),
    row(0x08, uncorrectable!("UEMsk")),
    row(0x08, OLDER_ERRORS).until(9),
    row(0x08, LATER_ERRORS).since(10),
    row(0x0c, uncorrectable!("UESvrt")),
    row(0x0c, OLDER_ERRORS).until(9),
    row(0x0c, LATER_ERRORS).since(10),
    row(0x10, correctable!("CESta")),
    row(0x10, LATER_CORRECTABLE).since(10),
    row(0x10, "\n"),
    row(0x10, " NonFatalErr{13}").until(5),
    row(0x14, correctable!("CEMsk")),
    row(0x14, LATER_CORRECTABLE).since(10),
    row(0x14, "\n"),
    row(0x14, " NonFatalErr{13}").until(5),
    row(0x18, "\t\tAERCap:\tFirst Error Pointer: {4:0:02x}, GenCap{5} CGenEn{6} ChkCap{7} ChkEn{8}\n").until(5),
    row(0x18, "\t\tAERCap:\tFirst Error Pointer: {4:0:02x}, ECRCGenCap{5} ECRCGenEn{6} ECRCChkCap{7} ECRCChkEn{8}\n\t\t\tMultHdrRecCap{9} MultHdrRecEn{10} TLPPfxPres{11} HdrLogCap{12}\n").since(6),
    row(0x1c, "\t\tHeaderLog: {31:0:08x} {63:32:08x} {95:64:08x} {127:96:08x}\n"),
    row(0x2c, "\t\tRootCmd: CERptEn{0} NFERptEn{1} FERptEn{2}\n").when(has_root_errors),
    row(0x30, "\t\tRootSta: CERcvd{0} MultCERcvd{1} UERcvd{2} MultUERcvd{3}\n\t\t\t FirstFatal{4} NonFatalMsg{5} FatalMsg{6}").when(has_root_errors),
    row(0x30, " IntMsg {31:27}\n").when(has_root_errors).until(10),
    row(0x30, " IntMsgNum {31:27}\n").when(has_root_errors).since(11),
    row(0x34, "\t\tErrorSrc: ERR_COR: {15:0:04x} ERR_FATAL/NONFATAL: {31:16:04x}\n").when(has_root_errors),
];

fn has_root_errors(cx: &Context<'_>) -> bool {
    cx.kind.is_some_and(DeviceType::has_root) && cx.has(0x38)
}

#[rustfmt::skip]
const CHANNELS: &[Row] = &[
    need(0x1c, ""),
    row(0x04, "\t\tCaps:\tLPEVC={6:4} RefClk={9:8:100ns|*??#} PATEntryBits={11:10:2^}\n"),
    row(0x08, "\t\tArb:\tFixed{0} WRR32{1} WRR64{2} WRR128{3}{7:4:unnamed4}\n"),
    row(0x0c, "\t\tCtrl:\tArbSelect={3:1:Fixed|WRR32|WRR64|WRR128|*??#}\n"),
    row(0x0e, "\t\tStatus:\tInProgress{0}\n"),
    code(variable_layout::arbitration_table),
    each(0x10, &Each { count: |cx| 1 + variable_layout::small(cx.bits(4, 2, 0)), size: 0x0c, unread: "\t\tVC{#}:\t<unreadable>\n", rows: CHANNEL, }),
];

#[rustfmt::skip]
const CHANNEL: &[Row] = &[
    row(0, "\t\tVC{#}:\tCaps:\tPATOffset={31:24:02x} MaxTimeSlots={22:16:+1} RejSnoopTrans{15}\n"),
    row(0, "\t\t\tArb:\tFixed{0} WRR32{1} WRR64{2} WRR128{3} TWRR128{4} WRR256{5}{7:6:unnamed6}\n"),
    row(4, "\t\t\tCtrl:\tEnable{31} ID={26:24} ArbSelect={19:17:Fixed|WRR32|WRR64|WRR128|TWRR128|WRR256|*??#} TC/VC={7:0:02x}\n"),
    row(0x0a, "\t\t\tStatus:\tNegoPending{1} InProgress{0}\n"),
    row(0, "\t\t\tPort Arbitration Table <?>\n").when(|cx| cx.bits(0, 31, 24) != 0),
];

#[rustfmt::skip]
const SERIAL_NUMBER: &[Row] = &[
    // Without the number, neither title nor line break.
    need(0x0c, ""),
    row(0x04, "Device Serial Number {63:0:serial}\n"),
];

const ROOT_COMPLEX_LINK: &[Row] = &[
    need(0x10, ""),
    // The type is printed as if it had 8 bits.
    row(
        0x04,
        "\t\tDesc:\tPortNumber={31:24:02x} ComponentID={23:16:02x} EltType={7:0:Config|Egress|Internal|*??#}\n",
    ),
    each(
        0x10,
        &Each {
            // lspci also prints the first unknown entry.
            count: |cx| {
                variable_layout::small(cx.bits(4, 15, 8)).min(1 + variable_layout::whole_links(cx))
            },
            size: 0x10,
            unread: "\t\tLink{#}:\t<unreadable>\n",
            rows: &[
                row(
                    0,
                    "\t\tLink{#}:\tDesc:\tTargetPort={31:24:02x} TargetComponent={23:16:02x} AssocRCRB{2} LinkType={1:1:MemMapped|Config} LinkValid{0}\n",
                ),
                row(8, "\t\t\tAddr:\t{63:0:016x}\n").when(|cx| !cx.bit(0, 1)),
                code(variable_layout::configuration_address),
            ],
        },
    ),
];

const EVENT_COLLECTOR: &[Row] = &[need(0x0c, ""), code(variable_layout::event_collector)];

#[rustfmt::skip]
const VENDOR_SPECIFIC: &[Row] = &[
    row(0, "Vendor Specific Information:"),
    need(8, " <unreadable>\n"),
    row(4, " ID={15:0:04x} Rev={19:16} Len={31:20:03x} <?>\n"),
];

#[rustfmt::skip]
const ACCESS_CONTROL: &[Row] = &[
    need(8, ""),
    row(4, "\t\tACSCap:\tSrcValid{0} TransBlk{1} ReqRedir{2} CmpltRedir{3} UpstreamFwd{4} EgressCtrl{5} DirectTrans{6}\n"),
    row(6, "\t\tACSCtl:\tSrcValid{0} TransBlk{1} ReqRedir{2} CmpltRedir{3} UpstreamFwd{4} EgressCtrl{5} DirectTrans{6}\n"),
];

#[rustfmt::skip]
const ALTERNATIVE_ROUTING: &[Row] = &[
    need(8, ""),
    row(4, "\t\tARICap:\tMFVC{0} ACS{1}, Next Function: {15:8}\n"),
    row(6, "\t\tARICtl:\tMFVC{0} ACS{1}, Function Group: {6:4}\n"),
];

#[rustfmt::skip]
const ADDRESS_TRANSLATION: &[Row] = &[
    need(8, ""),
    row(4, "\t\tATSCap:\tInvalidate Queue Depth: {4:0:02x}\n"),
    row(6, "\t\tATSCtl:\tEnable{15}, Smallest Translation Unit: {4:0:02x}\n"),
];

#[rustfmt::skip]
const SR_IOV: &[Row] = &[
    need(0x40, ""),
    row(0x04, "\t\tIOVCap:\tMigration{0} 10BitTagReq{2}"),
    row(0x04, " Interrupt Message Number: {31:21:03x}\n").until(10),
    row(0x04, " IntMsgNum {31:21}\n").since(11),
    row(0x08, "\t\tIOVCtl:\tEnable{0} Migration{1} Interrupt{2} MSE{3} ARIHierarchy{4} 10BitTagReq{5}\n"),
    row(0x0a, "\t\tIOVSta:\tMigration{0}\n"),
    row(0x0c, "\t\tInitial VFs: {15:0}, Total VFs: {31:16}, Number of VFs: {47:32}, Function Dependency Link: {55:48:02x}\n"),
    row(0x14, "\t\tVF offset: {15:0}, stride: {31:16}, Device ID: {63:48:04x}\n"),
    row(0x1c, "\t\tSupported Page Size: {31:0:08x}, System Page Size: {63:32:08x}\n"),
    code(variable_layout::virtual_function_regions),
    row(0x3c, "\t\tVF Migration: offset: {31:3:eighths}, BIR: {2:0:x}\n"),
];

/// For non-ports the line break is missing.
#[rustfmt::skip]
const MULTICAST: &[Row] = &[
    need(0x34, ""),
    row(0x04, "\t\tMcastCap: MaxGroups {5:0:+1}"),
    row(0x04, ", WindowSz {13:8} ({13:8:bytes} bytes)").when(is_multicast_endpoint),
    row(0x04, ", ECRCRegen{15}\n").when(|cx| { cx.is(&[ DeviceType::ROOT_PORT, DeviceType::UPSTREAM_PORT, DeviceType::DOWNSTREAM_PORT, ]) }),
    row(0x06, "\t\tMcastCtl: NumGroups {5:0:+1}, Enable{15}\n"),
    row(0x08, "\t\tMcastBAR: IndexPos {5:0}, BaseAddr {63:12:pages}\n"),
    row(0x10, "\t\tMcastReceiveVec:      {63:0:016x}\n"),
    row(0x18, "\t\tMcastBlockAllVec:     {63:0:016x}\n"),
    row(0x20, "\t\tMcastBlockUntransVec: {63:0:016x}\n"),
    // Also written for other types than ports, which lack this register.
    row(0x28, "\t\tMcastOverlayBAR: OverlaySize {5:0} ").when(|cx| !is_multicast_endpoint(cx)),
    row(0x28, "({5:0:bytes} bytes)").when(|cx| !is_multicast_endpoint(cx) && cx.bits(0x28, 5, 0) >= 6),
    row(0x28, "(disabled)").when(|cx| !is_multicast_endpoint(cx) && cx.bits(0x28, 5, 0) < 6),
    row(0x28, ", BaseAddr {63:6:overlay}\n").when(|cx| !is_multicast_endpoint(cx)),
];

fn is_multicast_endpoint(cx: &Context<'_>) -> bool {
    cx.is(&[
        DeviceType::ENDPOINT,
        DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT,
    ])
}

#[rustfmt::skip]
const PAGE_REQUESTS: &[Row] = &[
    need(0x10, ""),
    row(4, "\t\tPRICtl: Enable{0} Reset{1}\n"),
    row(6, "\t\tPRISta: RF{0} UPRGI{1} Stopped{8}"),
    row(6, " PASID{15}").since(10),
    row(6, "\n"),
    row(8, "\t\tPage Request Capacity: {31:0:08x}, Page Request Allocation: {63:32:08x}\n"),
];

const RESIZABLE_BAR: &[Row] = &[code(variable_layout::resizable_bars)];

#[rustfmt::skip]
const HINTS: &[Row] = &[
    need(8, ""),
    row(4, "\t\tInterrupt vector mode supported\n").when(|cx| cx.bit(4, 1)),
    row(4, "\t\tDevice specific mode supported\n").when(|cx| cx.bit(4, 2)),
    row(4, "\t\tExtended requester support\n").when(|cx| cx.bit(4, 8)),
    row(4, "\t\t{10:9:No steering table available|Steering table in TPH capability structure|Steering table in MSI-X table|Reserved steering table location}\n"),
];

#[rustfmt::skip]
const LATENCY: &[Row] = &[
    need(8, ""),
    row(4, "\t\tMax snoop latency: {12:0:latency}\n"),
    row(6, "\t\tMax no snoop latency: {12:0:latency}\n"),
];

#[rustfmt::skip]
const SECONDARY: &[Row] = &[
    need(0x10, ""),
    row(4, "\t\tLnkCtl3: LnkEquIntrruptEn{1} PerformEqu{0}\n"),
    // Only the first 16 lanes are printed.
    row(8, "\t\tLaneErrStat: {15:0:lanes}\n"),
];

#[rustfmt::skip]
const PASID: &[Row] = &[
    need(8, ""),
    row(4, "\t\tPASIDCap: Exec{1} Priv{2}, Max PASID Width: {12:8:02x}\n"),
    row(6, "\t\tPASIDCtl: Enable{0} Exec{1} Priv{2}\n"),
];

#[rustfmt::skip]
const CONTAINMENT: &[Row] = &[
    need(0x0c, ""),
    row(0x04, "\t\tDpcCap:\tINT Msg #{4:0}").until(10),
    row(0x04, "\t\tDpcCap:\tIntMsgNum {4:0}").since(11),
    row(0x04, ", RPExt{5} PoisonedTLP{6} SwTrigger{7} RP PIO Log {11:8}, DL_ActiveErr{12}\n"),
    row(0x06, "\t\tDpcCtl:\tTrigger:{1:0:x} Cmpl{2} INT{3} ErrCor{4} PoisonedTLP{5} SwTrigger{6} DL_ActiveErr{7}\n"),
    row(0x08, "\t\tDpcSta:\tTrigger{0} Reason:{2:1:02x} INT{3} RPBusy{4} TriggerExt:{6:5:02x} RP PIO ErrPtr:{12:8:02x}\n"),
    row(0x0a, "\t\tSource:\t{15:0:04x}\n"),
];

#[rustfmt::skip]
const SUBSTATES: &[Row] = &[
    need(0x10, UNREADABLE),
    row(0x04, "\t\tL1SubCap: PCI-PM_L1.2{0} PCI-PM_L1.1{1} ASPM_L1.2{2} ASPM_L1.1{3} L1_PM_Substates{4}\n"),
    row(0x04, "\t\t\t  PortCommonModeRestoreTime={15:8}us PortTPowerOnTime={23:16:power-on}\n").when(has_l1_2),
    row(0x08, "\t\tL1SubCtl1: PCI-PM_L1.2{0} PCI-PM_L1.1{1} ASPM_L1.2{2} ASPM_L1.1{3}\n"),
    row(0x08, "\t\t\t   T_CommonMode={15:8}us").when(has_l1_2),
    row(0x08, " LTR1.2_Threshold={31:16:threshold}").when(|cx| cx.bit(4, 2)),
    row(0x08, "\n").when(has_l1_2),
    row(0x0c, "\t\tL1SubCtl2:"),
    row(0x0c, " T_PwrOn={7:0:power-on}").when(has_l1_2),
    row(0x0c, "\n"),
];

fn has_l1_2(cx: &Context<'_>) -> bool {
    cx.bit(4, 0) || cx.bit(4, 2)
}

#[rustfmt::skip]
const TIME: &[Row] = &[
    need(0x0c, UNREADABLE),
    row(4, "\t\tPTMCap: Requester:{0} Responder:{1} Root:{2}\n").until(9),
    row(4, "\t\tPTMCap: Requester{0} Responder{1} Root{2}\n").since(10),
    row(4, "\t\tPTMClockGranularity: {15:8:Unimplemented|255=Greater than 254ns|*#ns}\n"),
    row(8, "\t\tPTMControl: Enabled:{0} RootSelected:{1}\n").until(9),
    row(8, "\t\tPTMControl: Enabled{0} RootSelected{1}\n").since(10),
    row(8, "\t\tPTMEffectiveGranularity: {15:8:Unknown|255=Greater than 254ns|*#ns}\n"),
];

#[rustfmt::skip]
const LAYER_16: &[Row] = &[
    need(0x1c, UNREADABLE),
    row(0x0c, "\t\tPhy16Sta: EquComplete{0} EquPhase1{1} EquPhase2{2} EquPhase3{3} LinkEquRequest{4}\n"),
];

#[rustfmt::skip]
const MARGINING: &[Row] = &[
    need(8, ""),
    row(4, "\t\tPortCap: Uses Driver{0}\n"),
    row(6, "\t\tPortSta: MargReady{0} MargSoftReady{1}\n"),
];

#[rustfmt::skip]
const LAYER_32: &[Row] = &[
    need(0x20, UNREADABLE),
    row(0x04, "\t\tPhy32Cap: EqualizationBypass{0} NoEqualizationNeeded{1}\n\t\t\t  ModTsMode0{8} ModTsMode1{9} ModTsMode2{10}\n"),
    row(0x08, "\t\tPhy32Ctl: EqualizationBypassDis{0} NoEqualizationNeededDis{1}\n\t\t\t  Modified TS Usage Mode: {10:8:PCI Express|Training Set Messages|Alternate Protocol Negotiation|*??#}\n"),
    row(0x0c, "\t\tPhy32Sta: EquComplete{0} EquPhase1{1} EquPhase2{2} EquPhase3{3} LinkEquRequest{4}\n\t\t\t  Received Enhanced Link Behavior Control: {7:6:Full Equalization required|Equalization bypass to highest rate support|No Equalization Needed|Modified TS1/TS2 Ordered Sets supported}\n\t\t\t  ModTsRecv{5} TxPrecodeOn{8} TxPrecodeReq{9} NoEqualizationNeededRecv{10}\n"),
];

#[rustfmt::skip]
const LAYER_64: &[Row] = &[
    need(0x10, UNREADABLE),
    row(0x0c, "\t\tPhy64Sta: EquComplete{0} EquPhase1{1} EquPhase2{2} EquPhase3{3} LinkEquRequest{4}\n\t\t\t  TxPrecodeOn{5} TxPrecodeReq{6} NoEqualizationNeededRecv{7}\n"),
];

#[rustfmt::skip]
const OBJECT_EXCHANGE: &[Row] = &[
    need(0x18, UNREADABLE),
    row(0x04, "\t\tDOECap: IntSup{0}\n"),
    row(0x04, "\t\t\tInterrupt Message Number {11:1:03x}\n").when(|cx| cx.bit(4, 0)).until(10),
    row(0x04, "\t\t\tIntMsgNum {11:1}\n").when(|cx| cx.bit(4, 0)).since(11),
    row(0x08, "\t\tDOECtl: IntEn{1}\n"),
    row(0x0c, "\t\tDOESta: Busy{0} IntSta{1}"),
    // Up to 3.9 the number of the error's bit, from 1, is used as mask.
    row(0x0c, " Error{1:0:-|*+}").until(9),
    row(0x0c, " Error{2}").since(10),
    row(0x0c, " ObjectReady{31}\n"),
];

macro_rules! width {
    ($bits:literal) => {
        concat!("{", $bits, ":x1|x2|x4|x8|x16|7=Dynamic|*Unknown (#)}")
    };
}

macro_rules! exit_latency {
    ($bits:literal) => {
        concat!("{", $bits, ":Less than 1us|1us to less than 2us|2us to less than 4us|4us to less than 8us|8us to less than 16us|16us to less than 32us|32us-64us|More than 64us}")
    };
}

#[rustfmt::skip]
const DEVICE_3: &[Row] = &[
    need(8, ""),
    row(0x04, "\t\tDevCap3: DMWr Request Routing{0}, 14-Bit Tag Completer{1}, 14-Bit Tag Requester{2}\n\t\t\t L0p{3}"),
    row(0x04, concat!(", Port L0p Exit Latency: ", exit_latency!("6:4"), ", Retimer L0p Exit Latency: ", exit_latency!("9:7") )).when(|cx| cx.bit(4, 3)),
    row(0x04, "\n\t\t\t UIO Mem RdWr Completer{10}, UIO Mem RdWr Requester{11}\n"),
    need(10, ""),
    row(0x08, concat!("\t\tDevCtl3: DMWr Requester{0}, DMWr Egress Blocking{1}, 14-Bit Tag Requester{2}\n\t\t\t L0p{3}, Target Link Width: ", width!("6:4"), "\n\t\t\t UIO Mem RdWr Requester{7}, UIO Request 256B Boundary{!8}\n" )),
    need(14, ""),
    row(0x0c, concat!("\t\tDevSta3: Initial Link Width: ", width!("2:0"), ", Segment Captured{3}, Remote L0p{4}\n" )),
];

macro_rules! lanes {
    ($number:literal, $first:literal, $second:literal) => {
        concat!(
            "\t\tMeasSts",
            $number,
            "Lane",
            $first,
            " {15:0:5d}, Lane",
            $second,
            " {31:16:5d}\n"
        )
    };
}

#[rustfmt::skip]
const FLIT_LOGGING: &[Row] = &[
    need(0x3c, ""),
    row(0x04, concat!("\t\tLog1:      Valid{0}, Link Width: ", width!("3:1"), "\n\t\t\t   More entries{13} Unrecognized flit{14} FEC uncorrectable{15}\n\t\t\t   SyndParityGrp0: {23:16:02x}, SyndCheckGrp0: {31:24:02x}\n" )),
    row(0x08, "\t\tLog2:      SyndParityGrp1: {7:0:02x}, SyndCheckGrp1: {15:8:02x}\n\t\t\t   SyndParityGrp2: {23:16:02x}, SyndCheckGrp2: {31:24:02x}\n"),
    row(0x0c, "\t\tCntCtl:    Flit Error Counter En{0} Flit Error Counter Interrupt En{1}\n\t\t\t   Events to count: {3:2}, Trigger Event on Error Count: {11:4:02x}\n"),
    // The bit it uses for the interrupt is the highest of the width.
    row(0x0e, concat!("\t\tCntSts:    Link Width when Error Counter Started ", width!("2:0"), "\n\t\t\t   Interrupt Generated based on Trigger Event Count{2}, FlitErr: {15:8}\n" )),
    row(0x10, "\t\tMeasCtl:   En{0} Granularity: {3:2:all|even|odd|mismatch}\n"),
    row(0x14, "\t\tMeasSts1:  Flit Counter: {31:0}\n"),
    row(0x18, "\t\tMeasSts2:  Invalid Flit Counter: {15:0}\n"),
    row(0x1c, lanes!("3:  ", "0: ", "1: ")),
    row(0x20, lanes!("4:  ", "2: ", "3: ")),
    row(0x24, lanes!("5:  ", "4: ", "5: ")),
    row(0x28, lanes!("6:  ", "6: ", "7: ")),
    row(0x2c, lanes!("7:  ", "8: ", "9: ")),
    row(0x30, lanes!("8:  ", "10:", "11:")),
    row(0x34, lanes!("9:  ", "12:", "13:")),
    row(0x38, lanes!("10: ", "14:", "15:")),
];

macro_rules! injected {
    ($bits:literal) => {
        concat!("{", $bits, ":not started|started|completed|error}")
    };
}

macro_rules! ordered_sets {
    ($label:literal) => {
        concat!(
            "\t\t",
            $label,
            ":   TS0: ",
            injected!("1:0"),
            ", TS1: ",
            injected!("3:2"),
            ", TS2: ",
            injected!("5:4"),
            "\n\t\t\t      SKP: ",
            injected!("7:6"),
            ", EIEOS: ",
            injected!("9:8"),
            ", EIOS: ",
            injected!("11:10"),
            "\n\t\t\t      SDS: ",
            injected!("13:12"),
            ", Polling: ",
            injected!("15:14"),
            ", Configuration: ",
            injected!("17:16"),
            "\n\t\t\t      L0: ",
            injected!("19:18"),
            ", non-EQ recovery: ",
            injected!("21:20"),
            ", Eq01: ",
            injected!("23:22"),
            "\n\t\t\t      Eq2: ",
            injected!("25:24"),
            ", Eq3: ",
            injected!("27:26"),
            "\n"
        )
    };
}

#[rustfmt::skip]
const FLIT_INJECTION: &[Row] = &[
    need(0x24, ""),
    // It uses the lower two bits of the type.
    row(0x08, "\t\tFlitEiCtl1:   En{0} Tx{1} Rx{2} 2.5GT/s{6} 5.0GT/s{7} 8.0GT/s{8} 16.0GT/s{9} 32.0GT/s{10} 64.0GT/s{11}\n\t\t\t      Number of errors: {20:16}, Spacing between errors: {28:21}, Flit Type: {30:29:any|any non-IDLE|only payload|only NOP}\n"),
    row(0x0c, "\t\tFlitEiCtl2:   Consecutive: {2:0:none|4=Unknown (4)|7=pseudo-random|*#}, Type: {4:3:random|correctable single group|correctable three groups|uncorrectable}, Offset: {11:5}, Magnitude: {19:12}\n"),
    row(0x10, concat!("\t\tFlitEiSts:    Tx: ", injected!("1:0"), ", Rx: ", injected!("3:2"), "\n" )),
    row(0x14, "\t\tFlitEiOsCtl1: En{0} Tx{1} Rx{2} TS0{16} TS1{17} TS2{18} SKP{19} EIEOS{20} EIOS{21}\n\t\t\t      SDS{22} Poll{23} Conf{24} L0{25} NoEq{26} Eq01{27} Eq2{28} Eq3{29}\n"),
    row(0x18, "\t\tFlitEiOsCtl2: Bytes: {15:0:04x}, Lanes: {31:16:04x}\n"),
    row(0x1c, ordered_sets!("FlitEiOsTx")),
    row(0x20, ordered_sets!("FlitEiOsRx")),
];

const REGISTER_BLOCKS: &[Row] = &[code(variable_layout::register_blocks)];
