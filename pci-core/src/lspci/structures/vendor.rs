//! Vendor-specific structures: those of virtio and, since 3.14, of Intel.

use super::row::{Context, Row, need, row};
use super::variable_layout::small;

#[rustfmt::skip]
pub(super) const TITLE: &[Row] = &[
    row(0, "Vendor Specific Information: "),
    row(0, "VirtIO: {31:24:<unknown>|CommonCfg|Notify|ISR|DeviceCfg|*<unknown>}\n").when(is_virtio).until(13),
    row(0, "VirtIO: {31:24:<unknown>|CommonCfg|Notify|ISR|DeviceCfg|8=SharedMemory|*<unknown>}\n").when(is_virtio).since(14),
    row(0, "Len={23:16:02x} <?>\n").when(|cx| !is_virtio(cx)).until(13),
    row(0, "Len={23:16:02x} <?>\n").when(|cx| !is_virtio(cx) && !is_intel(cx)).since(14),
    row(0, "Intel Capabilities v{27:24}\n").when(|cx| intel(cx) == Some(0)).since(14),
    row(0, "Intel Feature Detection\n").when(|cx| intel(cx) == Some(1)).since(14),
    row(0, "Intel <unknown>\n").when(|cx| intel(cx).is_some_and(|kind| kind > 1)).since(14),
    // Also if only the title is printed.
    row(0, "Len={23:16:02x} <?>\n").when(|cx| intel(cx) == Some(0) && cx.bits(0, 27, 24) == 1 && !is_complete(cx)).since(14),
    row(4, CAPABILITIES_A).when(|cx| has_registers(cx, 8)).since(14),
    row(8, CAPABILITIES_B).when(|cx| has_registers(cx, 12)).since(14),
    row(12, CAPABILITIES_C).when(|cx| has_registers(cx, 16)).since(14),
];

/// Virtual I/O Device (VIRTIO) Version 1.2, section 4.1.4.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    need(0x10, ""),
    row(4, "\t\tBAR={7:0} offset={63:32:08x} size={95:64:08x}").when(|cx| is_virtio(cx) && !is_shared_memory(cx)),
    row(0x10, " multiplier={31:0:08x}").when(|cx| is_virtio(cx) && cx.bits(0, 31, 24) == 2 && length(cx) >= 0x14),
    row(0, "\n").when(|cx| is_virtio(cx) && !is_shared_memory(cx)),
    row(4, "\t\tBAR={7:0} offset={127:96:08x}{63:32:08x} size={159:128:08x}{95:64:08x} id={15:8}\n").when(|cx| is_virtio(cx) && is_shared_memory(cx)),
];

/// The virtio vendor and its devices (Virtual I/O Device Specification 1.2, section 4.1.2).
fn is_virtio(cx: &Context<'_>) -> bool {
    cx.id.vendor.0 == 0x1af4
        && (0x1000..=0x107f).contains(&cx.id.device.0)
        && length(cx) >= 16
        && cx.has(length(cx))
        && (cx.bits(0, 31, 24) != 8 || cx.has(0x18))
}

fn is_shared_memory(cx: &Context<'_>) -> bool {
    cx.bits(0, 31, 24) == 8 && cx.version.minor() >= 14
}

fn length(cx: &Context<'_>) -> u16 {
    small(cx.bits(0, 23, 16))
}

fn is_intel(cx: &Context<'_>) -> bool {
    cx.id.vendor.0 == 0x8086 && !is_virtio(cx)
}

/// Type of an Intel structure: bits 15:12 of its flags.
fn intel(cx: &Context<'_>) -> Option<u64> {
    is_intel(cx).then(|| cx.bits(2, 15, 12))
}

fn is_complete(cx: &Context<'_>) -> bool {
    length(cx) <= 4 || cx.has(length(cx))
}

/// Whether the registers of Intel processor capabilities exist up to `end`: the registers
/// `CAPID0_A` to `CAPID0_C` of the host bridge (datasheets of the 6th to 10th generation, volume
/// 2). Wordings and units: found by running pciutils 3.15.
fn has_registers(cx: &Context<'_>, end: u16) -> bool {
    intel(cx) == Some(0) && cx.bits(0, 27, 24) == 1 && is_complete(cx) && length(cx) >= end
}

const CAPABILITIES_A: &str = "\t\tCapA: Peg60Dis{31} Peg12Dis{30} Peg11Dis{29} Peg10Dis{28} PeLWUDis{27} DmiWidth=x{26:26:4|2}\n\t\t      EccDis{25} ForceEccEn{24} VTdDis{23} DmiG2Dis{22} PegG2Dis{21} DDRMaxSize={20:19:Unlimited|8GB/chan|2GB/chan|0.5GB/chan}\n\t\t      1NDis{17} CDDis{15} DDPCDis{14} X2APICEn{13} PDCDis{12} IGDis{11} CDID={9:8} CRID={7:4}\n\t\t      DDROCCAP{3} OCEn{2} DDRWrtVrefEn{1} DDR3LEn{0}\n";

const CAPABILITIES_B: &str = "\t\tCapB: ImguDis{31} OCbySSKUCap{30} OCbySSKUEn{29} SMTCap{28} CacheSzCap 0x{27:25:x}\n\t\t      SoftBinCap{24} DDR3MaxFreqWithRef100={23:21:Disabled|1400MHz|1600MHz|1800MHz|2000MHz|2200MHz|2400MHz|Unlimited} PegG3Dis{20}\n\t\t      PkgTyp{19} AddGfxEn{18} AddGfxCap{17} PegX16Dis{16} DmiG3Dis{15} GmmDis{8}\n\t\t      DDR3MaxFreq={5:4:2932|2666|2399|2132}MHz LPDDR3En{2}\n";

/// 3.15 reads all three frequencies from the last one's bits.
const CAPABILITIES_C: &str = "\t\tCapC: PegG4Dis{28} DDR4MaxFreq={26:0:frequency23} LPDDREn{22} LPDDR4MaxFreq={20:0:frequency17} LPDDR4En{16}\n\t\t      QClkGvDis{14} SgxDis{9} BClkOC={8:7:Disabled|115MHz|130MHz|Unlimited} IddDis{6} Pipe3Dis{5} Gear1MaxFreq={3:0:frequency0}\n";
