//! HyperTransport (HyperTransport I/O Link Specification 3.10, chapter 7).

use super::row::{Context, Row, need, row};

/// The names of the types by bits 15:11 of the command; the first two types occupy four codes each.
#[rustfmt::skip]
pub(super) const TITLE: &[Row] = &[
    row(0, "HyperTransport: "),
    row(0, "Slave or Primary Interface\n").when(is_slave),
    row(0, "Host or Secondary Interface\n").when(is_host),
    row(0, "{31:27:||||||||Switch|16=Interrupt Discovery and Configuration|17=Revision ID: |18=UnitID Clumping|19=Extended Configuration Space Access|20=Address Mapping|21=MSI Mapping |22=DirectRoute|23=VCSet|24=Retry Mode|25=X86 (reserved)}").when(|cx| !is_slave(cx) && !is_host(cx)),
    // Newer than lspci's table, or undefined.
    row(0, "#{31:27:02x}").when(|cx| !is_slave(cx) && !is_host(cx) && !matches!(kind(cx), 0b0_1000 | 0b1_0000..=0b1_1001)),
    row(2, "{7:5}.{4:0:minor}").when(|cx| kind(cx) == 0b1_0001),
    row(2, "Enable{0} Fixed{1}").when(is_mapping),
    row(0, "\n").when(|cx| !is_slave(cx) && !is_host(cx)),
];

fn kind(cx: &Context<'_>) -> u64 {
    cx.bits(2, 15, 11)
}

fn is_slave(cx: &Context<'_>) -> bool {
    kind(cx) >> 2 == 0
}

fn is_host(cx: &Context<'_>) -> bool {
    kind(cx) >> 2 == 1
}

fn is_mapping(cx: &Context<'_>) -> bool {
    kind(cx) == 0b1_0101
}

/// Whether a link has all these registers: since revision 1.02.
fn is_full(cx: &Context<'_>) -> bool {
    revision(cx) >= 0x22
}

/// Whether it has more than lspci prints: since revision 0.18.
fn is_partly_decoded(cx: &Context<'_>) -> bool {
    (0x12..0x22).contains(&revision(cx))
}

fn revision(cx: &Context<'_>) -> u64 {
    cx.bits(if is_slave(cx) { 0x0c } else { 0x08 }, 7, 0)
}

fn is_full_slave(cx: &Context<'_>) -> bool {
    is_slave(cx) && is_full(cx)
}

fn is_full_host(cx: &Context<'_>) -> bool {
    is_host(cx) && is_full(cx)
}

fn is_extended_host(cx: &Context<'_>) -> bool {
    is_full_host(cx) && cx.bit(0x0c, 8)
}

macro_rules! control {
    ($name:literal) => {
        concat!(
            "\t\tLink Control",
            $name,
            ": CFlE{1} CST{2} CFE{3} <LkFail{4} Init{5} EOC{6} TXO{7} <CRCErr={11:8:x}"
        )
    };
}

const CONTROL_FULL: &str = " IsocEn{12} LSEn{13} ExtCTL{14} 64b{15}";

macro_rules! width {
    ($bits:literal) => {
        concat!("{", $bits, ":8bit|16bit|*[~]|32bit|2bit|4bit|*[~]|N/C}")
    };
}

macro_rules! configuration {
    ($name:literal) => {
        concat!(
            "\t\tLink Config",
            $name,
            ": MLWI=",
            width!("2:0"),
            " MLWO=",
            width!("6:4"),
            " LWI=",
            width!("10:8"),
            " LWO=",
            width!("14:12"),
            "\n"
        )
    };
}

macro_rules! configuration_full {
    ($name:literal) => {
        concat!(
            "\t\tLink Config",
            $name,
            ": MLWI=",
            width!("2:0"),
            " DwFcIn{3} MLWO=",
            width!("6:4"),
            " DwFcOut{7} LWI=",
            width!("10:8"),
            " DwFcInEn{11} LWO=",
            width!("14:12"),
            " DwFcOutEn{15}\n"
        )
    };
}

macro_rules! frequency {
    ($name:literal) => {
        concat!(
            "\t\tLink Frequency", $name, ": {3:0:200MHz|300MHz|400MHz|500MHz|600MHz|800MHz|1.0GHz|1.2GHz|1.4GHz|1.6GHz|15=Vend|*[~]}\n",
            "\t\tLink Error", $name, ": <Prot{4} <Ovfl{5} <EOC{6} CTLTm{7}\n",
            // lspci reads only the low byte.
            "\t\tLink Frequency Capability", $name, ": 200MHz{8} 300MHz{9} 400MHz{10} 500MHz{11} 600MHz{12} 800MHz{13} 1.0GHz{14} 1.2GHz{15} 1.4GHz- 1.6GHz- Vend-\n"
        )
    };
}

const ERRORS: &str = "\t\tError Handling: PFlE{0} OFlE{1} PFE{2} OFE{3} EOCFE{4} RFE{5} CRCFE{6} SERRFE{7} CF{8} RE{9} PNFE{10} ONFE{11} EOCNFE{12} RNFE{13} CRCNFE{14} SERRNFE{15}\n";
const UPPER: &str = "\t\tPrefetchable memory behind bridge Upper: {7:0:02x}-{15:8:02x}\n";
const REVISION: &str = "\t\tRevision ID: {7:5}.{4:0:minor}\n";
const FEATURES: &str =
    "\t\tFeature Capability: IsocFC{0} LDTSTOP{1} CRCTM{2} ECTLT{3} 64bA{4} UIDRD{5}";

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row(4, "\t\tMapping Address Base: {63:20:mebibytes}\n").when(|cx| is_mapping(cx) && !cx.bit(2, 1) && cx.has(0x0c)),
    need(0x1c, "").when(is_slave),
    need(0x18, "").when(|cx| !is_slave(cx)),
    row(0, "\t\t!!! Possibly incomplete decoding\n").when(|cx| (is_slave(cx) || is_host(cx)) && is_partly_decoded(cx)),
    row(2, "\t\tCommand: BaseUnitID={4:0} UnitCnt={9:5} MastHost{10} DefDir{11}").when(is_slave),
    row(2, " DUL{12}").when(is_full_slave),
    row(2, "\n").when(is_slave),
    row(0x04, control!(" 0")).when(is_slave),
    row(0x04, CONTROL_FULL).when(is_full_slave),
    row(0x04, "\n").when(is_slave),
    row(0x06, configuration!(" 0")).when(|cx| is_slave(cx) && !is_full(cx)),
    row(0x06, configuration_full!(" 0")).when(is_full_slave),
    row(0x08, control!(" 1")).when(is_slave),
    row(0x08, CONTROL_FULL).when(is_full_slave),
    row(0x08, "\n").when(is_slave),
    row(0x0a, configuration!(" 1")).when(|cx| is_slave(cx) && !is_full(cx)),
    row(0x0a, configuration_full!(" 1")).when(is_full_slave),
    row(0x0c, REVISION).when(is_slave),
    row(0x0d, frequency!(" 0")).when(is_full_slave),
    row(0x10, FEATURES).when(is_full_slave),
    row(0x10, "\n").when(is_full_slave),
    row(0x11, frequency!(" 1")).when(is_full_slave),
    row(0x16, ERRORS).when(is_full_slave),
    row(0x18, UPPER).when(is_full_slave),
    row(0x1a, "\t\tBus Number: {7:0:02x}\n").when(is_full_slave),
    row(2, "\t\tCommand: WarmRst{0} DblEnd{1}").when(is_host),
    row(2, " DevNum={6:2} ChainSide{7} HostHide{8} Slave{10} <EOCErr{11} DUL{12}").when(is_full_host),
    row(2, "\n").when(is_host),
    row(0x04, control!("")).when(is_host),
    row(0x04, CONTROL_FULL).when(is_full_host),
    row(0x04, "\n").when(is_host),
    row(0x06, configuration!("")).when(|cx| is_host(cx) && !is_full(cx)),
    row(0x06, configuration_full!("")).when(is_full_host),
    row(0x08, REVISION).when(is_host),
    row(0x09, frequency!("")).when(is_full_host),
    row(0x0c, FEATURES).when(is_full_host),
    row(0x0c, " ExtRS{8} UCnfE{9}\n").when(is_full_host),
    row(0x12, ERRORS).when(is_extended_host),
    row(0x14, UPPER).when(is_extended_host),
];
