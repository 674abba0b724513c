//! PCI Express (PCI Express Base Specification 6.3, section 7.5.3).

use super::row::{Context, Row, need, row};
use crate::config::conventional::express::DeviceType;

#[rustfmt::skip]
pub(super) const TITLE: &[Row] = &[
    row(0, "Express "),
    row(0, "(v{19:16}) ").when(|cx| cx.details),
    row(0, "{23:20:Endpoint|Legacy Endpoint|*Unknown type #|*Unknown type #|Root Port|Upstream Port|Downstream Port|PCI-Express to PCI/PCI-X Bridge|PCI/PCI-X to PCI-Express Bridge|Root Complex Integrated Endpoint|Root Complex Event Collector}"),
    row(0, " (Slot{24})").when(|cx| cx.kind.is_some_and(DeviceType::may_have_slot)),
    row(0, ", MSI {29:25:02x}").until(10),
    row(0, ", IntMsgNum {29:25}").since(11),
    row(0, ", FLIT Mode Supported").since(14).when(|cx| cx.bit(0, 31)),
    row(0, "\n"),
];

const ENDPOINTS: &[DeviceType] = &[DeviceType::ENDPOINT, DeviceType::LEGACY_ENDPOINT];
const UP: &[DeviceType] = &[DeviceType::UPSTREAM_PORT, DeviceType::PCI_BRIDGE];
const SWITCH_PORTS: &[DeviceType] = &[DeviceType::UPSTREAM_PORT, DeviceType::DOWNSTREAM_PORT];
const FORWARDING: &[DeviceType] = &[DeviceType::ROOT_PORT, DeviceType::DOWNSTREAM_PORT];

fn is_root_port(cx: &Context<'_>) -> bool {
    cx.is(&[DeviceType::ROOT_PORT])
}

fn is_integrated(cx: &Context<'_>) -> bool {
    cx.is(&[DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT])
}

fn has_link(cx: &Context<'_>) -> bool {
    cx.kind.is_some_and(DeviceType::has_link)
}

fn has_slot(cx: &Context<'_>) -> bool {
    cx.bit(2, 8) && cx.kind.is_some_and(DeviceType::may_have_slot)
}

fn has_root(cx: &Context<'_>) -> bool {
    cx.kind.is_some_and(DeviceType::has_root)
}

/// Whether the second registers of device, link and slot exist.
fn has_second(cx: &Context<'_>) -> bool {
    cx.bits(2, 3, 0) >= 2
}

macro_rules! l0s {
    ($bits:literal) => {
        concat!(
            "{",
            $bits,
            ":<64ns|<128ns|<256ns|<512ns|<1us|<2us|<4us|unlimited}"
        )
    };
}

macro_rules! l1 {
    ($bits:literal) => {
        concat!(
            "{",
            $bits,
            ":<1us|<2us|<4us|<8us|<16us|<32us|<64us|unlimited}"
        )
    };
}

/// 3.15 uses the wrong code for 128 GT/s.
const SPEED: &str = "Speed {3:0:unknown|2.5GT/s|5GT/s|8GT/s|16GT/s|32GT/s|64GT/s|*unknown}";
const SPEED_SINCE_14: &str =
    "Speed {3:0:unknown|2.5GT/s|5GT/s|8GT/s|16GT/s|32GT/s|64GT/s|8=128GT/s|*unknown}";

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    need(0x24, "").when(has_root),
    need(0x1c, "").when(has_slot),
    need(0x14, ""),
    row(0x04, "\t\tDevCap:\tMaxPayload {2:0:payload} bytes, PhantFunc {4:3:0|1|3|7}"),
    row(0x04, concat!(", Latency L0s ", l0s!("8:6"), ", L1 ", l1!("11:9"))).when(|cx| cx.is(ENDPOINTS)),
    row(0x04, "\n\t\t\tExtTag{5}"),
    row(0x04, " AttnBtn{12} AttnInd{13} PwrInd{14}").when(|cx| cx.is(ENDPOINTS) || cx.is(UP)),
    row(0x04, " RBE{15}"),
    row(0x04, " FLReset{28}").when(|cx| cx.is(ENDPOINTS) || is_integrated(cx)),
    row(0x04, " SlotPowerLimit {27:18:watts}").when(|cx| cx.is(&[DeviceType::ENDPOINT]) || cx.is(UP)),
    row(0x04, " TEE-IO{30}").since(13),
    row(0x04, "\n"),
    row(0x08, "\t\tDevCtl:\tReport errors: Correctable{0} Non-Fatal{1} Fatal{2} Unsupported{3}").until(5),
    row(0x08, "\t\tDevCtl:\tCorrErr{0} NonFatalErr{1} FatalErr{2} UnsupReq{3}").since(6),
    row(0x08, "\n\t\t\tRlxdOrd{4} ExtTag{8} PhantFunc{9} AuxPwr{10} NoSnoop{11}"),
    row(0x08, " BrConfRtry{15}").when(|cx| cx.is(&[DeviceType::PCI_BRIDGE])),
    row(0x08, " FLReset{15}").when(|cx| cx.bit(4, 28) && (cx.is(ENDPOINTS) || is_integrated(cx))),
    row(0x08, "\n\t\t\tMaxPayload {7:5:payload} bytes, MaxReadReq {14:12:payload} bytes\n"),
    row(0x0a, "\t\tDevSta:\tCorrErr{0} UncorrErr{1} FatalErr{2} UnsuppReq{3} AuxPwr{4} TransPend{5}\n").until(5),
    row(0x0a, "\t\tDevSta:\tCorrErr{0} NonFatalErr{1} FatalErr{2} UnsupReq{3} AuxPwr{4} TransPend{5}\n").since(6),
    row(0x0c, "\t\tLnkCap:\tPort #{31:24}, ").when(has_link),
    row(0x0c, SPEED).when(has_link).until(13),
    row(0x0c, SPEED_SINCE_14).when(has_link).since(14),
    row(0x0c, ", Width x{9:4}, ASPM {11:10:not supported|L0s|L1|L0s L1}").when(has_link),
    row(0x0c, ", Exit Latency ").when(|cx| has_link(cx) && cx.bits(0x0c, 11, 10) != 0),
    row(0x0c, concat!("L0s ", l0s!("14:12"))).when(|cx| has_link(cx) && cx.bit(0x0c, 10)),
    row(0x0c, ", ").when(|cx| has_link(cx) && cx.bits(0x0c, 11, 10) == 3),
    row(0x0c, concat!("L1 ", l1!("17:15"))).when(|cx| has_link(cx) && cx.bit(0x0c, 11)),
    row(0x0c, "\n\t\t\tClockPM{18} Surprise{19} LLActRep{20} BwNot{21} ASPMOptComp{22}\n").when(has_link),
    row(0x10, "\t\tLnkCtl:\tASPM {1:0:Disabled|L0s Enabled|L1 Enabled|L0s L1 Enabled}; ").when(has_link),
    row(0x10, "RCB {3:3:64|128} bytes, ").when(|cx| cx.is(ENDPOINTS) || is_root_port(cx) || cx.is(&[DeviceType::PCI_BRIDGE])),
    row(0x10, "Disabled{4}").when(has_link).until(10),
    row(0x10, "LnkDisable{4}").when(has_link).since(11),
    row(0x10, " CommClk{6}\n\t\t\tExtSynch{7} ClockPM{8} AutWidDis{9} BWInt{10} AutBWInt{11}").when(has_link),
    row(0x10, " FltModeDis{13}").when(has_link).since(14),
    row(0x10, "\n").when(has_link),
    row(0x12, "\t\tLnkSta:\t").when(has_link),
    row(0x12, SPEED).when(has_link).until(13),
    row(0x12, SPEED_SINCE_14).when(has_link).since(14),
    row(0x12, DOWN).when(|cx| is_downgraded(cx, cx.bits(0x0c, 3, 0), cx.bits(0x12, 3, 0))),
    row(0x12, OVER).when(|cx| has_link(cx) && cx.bits(0x0c, 3, 0) < cx.bits(0x12, 3, 0)),
    row(0x12, ", Width x{9:4}").when(has_link),
    row(0x12, DOWN).when(|cx| is_downgraded(cx, cx.bits(0x0c, 9, 4), cx.bits(0x12, 9, 4))),
    row(0x12, OVER).when(|cx| has_link(cx) && cx.bits(0x0c, 9, 4) < cx.bits(0x12, 9, 4)),
    row(0x12, "\n\t\t\tTrErr{10} Train{11} SlotClk{12} DLActive{13} BWMgmt{14} ABWMgmt{15}\n").when(has_link),
    row(0x14, "\t\tSltCap:\tAttnBtn{0} PwrCtrl{1} MRL{2} AttnInd{3} PwrInd{4} HotPlug{6} Surprise{5}\n\t\t\tSlot #{31:19}, PowerLimit {16:7:watts}; Interlock{17} NoCompl{18}\n").when(has_slot),
    row(0x18, "\t\tSltCtl:\tEnable: AttnBtn{0} PwrFlt{1} MRL{2} PresDet{3} CmdCplt{4} HPIrq{5} LinkChg{12}\n\t\t\tControl: AttnInd {7:6:Unknown|On|Blink|Off}, PwrInd {9:8:Unknown|On|Blink|Off}, Power{10} Interlock{11}\n").when(has_slot),
    row(0x1a, "\t\tSltSta:\tStatus: AttnBtn{0} PowerFlt{1} MRL{5} CmdCplt{4} PresDet{6} Interlock{7}\n\t\t\tChanged: MRL{2} PresDet{3} LinkState{8}\n").when(has_slot),
    row(0x1e, "\t\tRootCap: CRSVisible{0}\n").when(has_root),
    row(0x1c, "\t\tRootCtl: ErrCorrectable{0} ErrNon-Fatal{1} ErrFatal{2} PMEIntEna{3} CRSVisible{4}\n").when(has_root),
    row(0x20, "\t\tRootSta: PME ReqID {15:0:04x}, PMEStatus{16} PMEPending{17}\n").when(has_root),
    need(0x3c, "").when(has_slot),
    need(0x34, ""),
    row(0x24, "\t\tDevCap2: Completion Timeout: {3:0:Not Supported|Range A|Range B|Range AB|6=Range BC|7=Range ABC|14=Range BCD|15=Range ABCD|*Unknown}, TimeoutDis{4} NROPrPrP{10} LTR{11}\n\t\t\t 10BitTagComp{16} 10BitTagReq{17} OBFF {19:18:Not Supported|Via message|Via WAKE#|Via message/WAKE#}, ExtFmt{20} EETLPPrefix{21}").when(has_second),
    row(0x24, ", MaxEETLPPrefixes {23:22:4|1|2|3}").when(|cx| has_second(cx) && cx.bit(0x24, 21)),
    row(0x24, "\n\t\t\t EmergencyPowerReduction {25:24:Not Supported|Dev Specific|Form Factor Dev Specific|Reserved}, EmergencyPowerReductionInit{26}\n\t\t\t FRS{31}").when(has_second),
    row(0x24, " LN System CLS {15:14:Not Supported|64byte cachelines|128byte cachelines|Reserved},").when(|cx| has_second(cx) && is_root_port(cx)),
    row(0x24, " {13:12:TPHComp- ExtTPHComp-|TPHComp+ ExtTPHComp-||TPHComp+ ExtTPHComp+}").when(|cx| has_second(cx) && (is_root_port(cx) || cx.is(&[DeviceType::ENDPOINT]))),
    row(0x24, " ARIFwd{5}").when(|cx| has_second(cx) && cx.is(FORWARDING)),
    row(0x24, "\n").when(has_second),
    row(0x24, "\t\t\t AtomicOpsCap:").when(has_atomic_capabilities),
    row(0x24, " Routing{6}").when(|cx| has_second(cx) && (is_root_port(cx) || cx.is(SWITCH_PORTS))),
    row(0x24, " 32bit{7} 64bit{8} 128bitCAS{9}").when(|cx| has_second(cx) && (is_root_port(cx) || cx.has_memory_bar)),
    row(0x24, "\n").when(has_atomic_capabilities),
    row(0x28, "\t\tDevCtl2: Completion Timeout: {3:0:50us to 50ms|50us to 100us|1ms to 10ms|5=16ms to 55ms|6=65ms to 210ms|9=260ms to 900ms|10=1s to 3.5s|13=4s to 13s|14=17s to 64s|*Unknown}, TimeoutDis{4}").when(has_second),
    row(0x28, " LTR{10} 10BitTagReq{12} OBFF {14:13:Disabled|Via message A|Via message B|Via WAKE#},").when(has_second).until(12),
    row(0x28, " ARIFwd{5}").when(|cx| has_second(cx) && cx.is(FORWARDING)),
    row(0x28, "\n").when(has_second),
    row(0x28, "\t\t\t AtomicOpsCtl:").when(|cx| has_second(cx) && has_atomic_control(cx)),
    row(0x28, " ReqEn{6}").when(|cx| has_second(cx) && requests_atomics(cx)),
    row(0x28, " EgressBlck{7}").when(|cx| has_second(cx) && (is_root_port(cx) || cx.is(SWITCH_PORTS))),
    row(0x28, "\n").when(|cx| has_second(cx) && has_atomic_control(cx)),
    row(0x28, "\t\t\t IDOReq{8} IDOCompl{9} LTR{10} EmergencyPowerReductionReq{11}\n\t\t\t 10BitTagReq{12} OBFF {14:13:Disabled|Via message A|Via message B|Via WAKE#}, EETLPPrefixBlk{15}\n").when(has_second).since(13),
    row(0x2c, "\t\tLnkCap2: Supported Link Speeds: {7:1:speeds-to-32}").when(has_speeds).until(12),
    row(0x2c, "\t\tLnkCap2: Supported Link Speeds: {7:1:speeds-to-64}").when(has_speeds).since(13).until(13),
    row(0x2c, "\t\tLnkCap2: Supported Link Speeds: {7:1:speeds-to-128}").when(has_speeds).since(14),
    row(0x2c, ", Crosslink{8} Retimer{23} 2Retimers{24} DRS{31}\n").when(has_speeds),
    row(0x30, "\t\tLnkCtl2: Target Link Speed: {3:0:2.5GT/s|2.5GT/s|5GT/s|8GT/s|16GT/s|32GT/s|64GT/s|*Unknown}").when(is_of_link).until(13),
    row(0x30, "\t\tLnkCtl2: Target Link Speed: {3:0:2.5GT/s|2.5GT/s|5GT/s|8GT/s|16GT/s|32GT/s|64GT/s|8=128GT/s|*Unknown}").when(is_of_link).since(14),
    row(0x30, ", EnterCompliance{4} SpeedDis{5}").when(is_of_link),
    row(0x30, ", Selectable De-emphasis: {6:6:-6dB|-3.5dB}").when(|cx| has_second(cx) && cx.is(&[DeviceType::DOWNSTREAM_PORT])),
    row(0x30, "\n\t\t\t Transmit Margin: {9:7:Normal Operating Range|800-1200mV(full-swing)/400-700mV(half-swing)|200-400mV(full-swing)/100-200mV(half-swing)|200-400mV(full-swing)/100-200mV(half-swing)|200-400mV(full-swing)/100-200mV(half-swing)|200-400mV(full-swing)/100-200mV(half-swing)|*Unknown}, EnterModifiedCompliance{10} ComplianceSOS{11}\n\t\t\t Compliance Preset/De-emphasis: {15:12:-6dB de-emphasis, 0dB preshoot|-3.5dB de-emphasis, 0dB preshoot|-4.4dB de-emphasis, 0dB preshoot|-2.5dB de-emphasis, 0dB preshoot|0dB de-emphasis, 0dB preshoot|0dB de-emphasis, 1.9dB preshoot|0dB de-emphasis, 2.5dB preshoot|-6.0dB de-emphasis, 3.5dB preshoot|-3.5dB de-emphasis, 3.5dB preshoot|0dB de-emphasis, 3.5dB preshoot|*Unknown}\n").when(is_of_link),
    row(0x32, "\t\tLnkSta2: Current De-emphasis Level: {0:0:-6dB|-3.5dB}, EqualizationComplete{1} EqualizationPhase1{2}\n\t\t\t EqualizationPhase2{3} EqualizationPhase3{4} LinkEqualizationRequest{5}\n\t\t\t Retimer{6} 2Retimers{7} CrosslinkRes: {9:8:unsupported|Upstream Port|Downstream Port|incomplete}").when(has_second_link),
    row(0x32, ", FltMode{10}").when(has_second_link).since(14),
    row(0x32, ", DRS{15}\n\t\t\t DownstreamComp: {14:12:Link Down - Not Determined|Link Down - Not Present|Link Down - Present|Reserved|Link Up - Present|Link Up - Present and DRS Received|*Reserved}").when(|cx| { has_second_link(cx) && cx.bit(0x2c, 31) && cx.kind.is_some_and(DeviceType::is_downstream_port) }),
    row(0x32, "\n").when(has_second_link),
];

const DOWN: &str = " (downgraded)";
const OVER: &str = " (overdriven)";

/// Whether the link is below its maximum. For a port above a link it depends on the inserted
/// device.
fn is_downgraded(cx: &Context<'_>, most: u64, now: u64) -> bool {
    has_link(cx) && now < most && !cx.kind.is_some_and(DeviceType::is_downstream_port)
}

fn has_atomic_capabilities(cx: &Context<'_>) -> bool {
    has_second(cx) && (is_root_port(cx) || cx.is(SWITCH_PORTS) || cx.has_memory_bar)
}

fn requests_atomics(cx: &Context<'_>) -> bool {
    is_root_port(cx) || cx.is(ENDPOINTS) || is_integrated(cx)
}

fn has_atomic_control(cx: &Context<'_>) -> bool {
    requests_atomics(cx) || cx.is(SWITCH_PORTS)
}

fn has_second_link(cx: &Context<'_>) -> bool {
    has_second(cx) && has_link(cx)
}

/// Whether the link registers are valid: those of an endpoint are in function 0 of device 0.
fn is_of_link(cx: &Context<'_>) -> bool {
    has_second_link(cx) && (cx.is_first || !cx.is(ENDPOINTS))
}

fn has_speeds(cx: &Context<'_>) -> bool {
    is_of_link(cx) && cx.bits(0x2c, 31, 0) != 0
}
