//! Designated Vendor-Specific structures; those of CXL are decoded.

use core::fmt::{self, Write};

use super::row::{Context, Each, Row, code, each, need, row, rows};
use super::variable_layout::small;

/// Bits of the CXL vendor ID.
const CXL: u64 = 0x1e98;

#[rustfmt::skip]
pub(super) const TITLE: &[Row] = &[
    row(0, "Designated Vendor-Specific:"),
    need(0x0c, " <unreadable>\n"),
    row(4, " Vendor={15:0:04x} ID={47:32:04x} Rev={19:16} Len={31:20}"),
    row(0, ": CXL\n").when(is_cxl),
    row(0, " <?>\n").when(|cx| !is_cxl(cx)),
];

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    rows(KINDS).when(is_read),
    rows(DEVICE).when(|cx| is_of(cx, 0) && revision(cx) >= 1 && length(cx) >= 0x38),
    rows(FUNCTION_MAP).when(|cx| is_of(cx, 2)),
    rows(PORT).when(|cx| is_of(cx, 3) && length(cx) >= 0x28),
    rows(FLUSH_PORT).when(|cx| is_of(cx, 4)),
    rows(FLUSH_DEVICE).when(|cx| is_of(cx, 5)),
    code(flex_bus_errors),
    rows(FLEX_BUS).when(|cx| is_of(cx, 7) && (cx.version.minor() >= 10 || revision(cx) >= 1)),
    code(locator),
    row(0x0a, "\t\tNumLogDevs: {15:0}\n").when(|cx| is_of(cx, 9) && (1..=16).contains(&cx.bits(0x0a, 15, 0))),
];

/// Whether it is a CXL structure with known bytes.
fn is_read(cx: &Context<'_>) -> bool {
    cx.has(0x0c) && is_cxl(cx) && cx.has(length(cx))
}

fn is_of(cx: &Context<'_>, kind: u64) -> bool {
    is_read(cx) && cx.bits(8, 15, 0) == kind
}

fn is_cxl(cx: &Context<'_>) -> bool {
    cx.bits(4, 15, 0) == CXL && length(cx) >= 0x10
}

fn length(cx: &Context<'_>) -> u16 {
    small(cx.bits(4, 31, 20))
}

fn revision(cx: &Context<'_>) -> u64 {
    cx.bits(4, 19, 16)
}

/// Titles of the structures (Compute Express Link Specification 3.1, section 8.1.1).
#[rustfmt::skip]
const KINDS: &[Row] = &[
    row(8, "\t\t{15:0:PCIe DVSEC for CXL Devices||Non-CXL Function Map DVSEC|CXL Extensions DVSEC for Ports|GPF DVSEC for CXL Ports|GPF DVSEC for CXL Devices||PCIe DVSEC for Flex Bus Port|Register Locator DVSEC|MLD DVSEC|PCIe DVSEC for Test Capability <?>}\n").since(10).when(is_named),
    row(8, "\t\tUnknown ID {15:0:04x}\n").when(|cx| !is_named(cx)),
    row(8, "\t\tUnknown ID {15:0:04x}\n").when(|cx| cx.bits(8, 15, 0) == 10).until(9),
];

fn is_named(cx: &Context<'_>) -> bool {
    matches!(cx.bits(8, 15, 0), 0 | 2..=5 | 7..=10)
}

/// Compute Express Link Specification 3.1, section 8.1.3.
#[rustfmt::skip]
const DEVICE: &[Row] = &[
    row(0x0a, "\t\tCXLCap:\tCache{0} IO{1} Mem{2} Mem HW Init{3} HDMCount {5:4} Viral{14}\n").until(9),
    row(0x0a, "\t\tCXLCap:\tCache{0} IO{1} Mem{2} MemHWInit{3} HDMCount {5:4} Viral{14}\n").since(10),
    row(0x0c, "\t\tCXLCtl:\tCache{0} IO{1} Mem{2} Cache SF Cov {7:3} Cache SF Gran {10:8} Cache Clean{11} Viral{14}\n").until(9),
    row(0x0c, "\t\tCXLCtl:\tCache{0} IO{1} Mem{2} CacheSFCov {7:3} CacheSFGran {10:8} CacheClean{11} Viral{14}\n").since(10),
    row(0x0e, "\t\tCXLSta:\tViral{14}\n"),
    // lspci uses the bit numbers, from 1, as masks.
    row(0x10, "\t\tCXLCtl2:\tDisableCaching{0} InitCacheWB&Inval{1} InitRst{1:0:-|*+} RstMemClrEn{2}").since(10),
    row(0x10, " DesiredVolatileHDMStateAfterHotReset{2:0:-|2=-|*+}").since(10).when(|cx| revision(cx) >= 2),
    row(0x10, "\n").since(10),
    row(0x12, "\t\tCXLSta2:\tResetComplete{1} ResetError{2} PMComplete{15}\n"),
    row(0x16, "\t\tCXLCap2:\t").since(10),
    row(0x16, "\t\t").until(9),
    code(cache_size),
    each(0x18, &Each { count: |_| 2, size: 0x10, unread: "", rows: RANGE }),
    // The same masks.
    row(0x38, "\t\tCXLCap3:\tDefaultVolatile HDM State After:\tColdReset{0} WarmReset{1} HotReset{1:0:-|*+} HotResetConfigurability{2}\n").since(10).when(|cx| revision(cx) >= 2 && length(cx) >= 0x3c),
    row(0, "\t\t<?>\n").since(10).when(|cx| length(cx) > 0x3c),
];

fn cache_size(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let size = cx.bits(0x16, 15, 8);
    match cx.bits(0x16, 3, 0) {
        0 => out.write_str("Cache Size Not Reported\n"),
        1 => writeln!(out, "Cache Size: {:08x}", size << 16),
        2 => writeln!(out, "Cache Size: {:08x}", size << 20),
        unit => writeln!(out, "Cache Size: {size} of unknown unit size ({unit})"),
    }
}

#[rustfmt::skip]
const RANGE: &[Row] = &[
    code(range),
    row(4, "\n\t\t\tValid{0} Active{1} Type={4:2:Volatile|Non-volatile|CDAT|*<?>} Class={7:5:DRAM|Storage|CDAT|*<?>} interleave={12:8:0|256|4096|512|1024|2048|8192|16384|*0} timeout={15:13:4^}s\n"),
];

/// Writes a memory range. The low bits of the address are printed too.
fn range(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let number = cx.index + 1;
    let base = cx.bits(8, 31, 0) << 32 | cx.bits(0x0c, 31, 0);
    let size = cx.bits(0, 31, 0) << 32 | cx.bits(4, 31, 28) << 28;
    let last = base.wrapping_add(size).wrapping_sub(1);
    write!(out, "\t\tRange{number}: {base:016x}-{last:016x}")?;
    match cx.version.minor() {
        ..=9 => Ok(()),
        _ => write!(out, " [size={size:#x}]"),
    }
}

/// Section 8.1.4. Only the lower half of each word is read.
#[rustfmt::skip]
const FUNCTION_MAP: &[Row] = &[
    need(0x2c, ""),
    each(0x0c, &Each { count: |_| 8, size: 4, unread: "", rows: &[row(0, "\t\tFuncMap {#}: {15:0:08x}\n")], }),
];

/// Section 8.1.5. lspci uses the offset of the register as mask.
#[rustfmt::skip]
const PORT: &[Row] = &[
    row(0x0a, "\t\tCXLPortSta:\tPMComplete{3:1:-|2=-|*+}\n"),
    row(0x0c, "\t\tCXLPortCtl:\tUnmaskSBR{0} UnmaskLinkDisable{1} AltMem{2} AltBME{3} ViralEnable{14}\n"),
    code(alternates),
];

/// The bus window, and the memory window under the same name.
fn alternates(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    cx.text(0x0e, "\t\tAlternateBus:\t{7:0:02x}-{15:8:02x}\n", out)?;
    cx.text(0x10, "\t\tAlternateBus:\t{15:0:04x}-{31:16:04x}\n", out)
}

/// Section 8.1.6.
#[rustfmt::skip]
const FLUSH_PORT: &[Row] = &[
    code(|cx, out| timeout(cx, "Phase 1 Timeout", 0x0c, out)),
    code(|cx, out| timeout(cx, "Phase 2 Timeout", 0x0e, out)),
];

/// Section 8.1.7.
#[rustfmt::skip]
const FLUSH_DEVICE: &[Row] = &[
    code(|cx, out| timeout(cx, "Phase 2 Duration", 0x0a, out)),
    row(0x0c, "\t\tGPF Phase 2 Power: {31:0}mW\n"),
];

/// Writes a time, whose unit is unknown for ten seconds up to 3.13.
fn timeout(cx: &Context<'_>, label: &str, at: u16, out: &mut dyn Write) -> fmt::Result {
    let base = cx.bits(at, 3, 0);
    let (number, unit) = match cx.bits(at, 11, 8) {
        0 => (base, "us"),
        1 => (base * 10, "us"),
        2 => (base * 100, "us"),
        3 => (base, "ms"),
        4 => (base * 10, "ms"),
        5 => (base * 100, "ms"),
        6 => (base, "s"),
        7 if cx.version.minor() >= 14 => (base * 10, "s"),
        7 => (base * 10, "<?>"),
        other => {
            writeln!(out, "\t\tReserved time scale encoding {other:x}")?;
            (base, "<?>")
        }
    };
    writeln!(out, "\t\tGPF {label}: {number}{unit}")
}

fn flex_bus_errors(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let (revision, length) = (revision(cx), length(cx));
    let expected = match revision {
        0 => 0x10,
        1 => 0x14,
        _ => 0x20,
    };
    if !is_of(cx, 7) {
        Ok(())
    } else if cx.version.minor() < 10 && revision < 1 {
        writeln!(out, "\t\tRevision {revision} not supported")
    } else if cx.version.minor() >= 10 && revision <= 2 && length != expected {
        writeln!(out, "\t\t<Wrong length for Revision {revision}>")
    } else {
        Ok(())
    }
}

/// Whether the registers of this revision exist.
fn has_revision(cx: &Context<'_>, least: u64, length_with: u16) -> bool {
    revision(cx) >= least && length(cx) >= length_with
}

const LATER_FLITS: &str = " 256BFlit{13} PBRFlit{14}";

/// Section 8.2.1.3.
#[rustfmt::skip]
const FLEX_BUS: &[Row] = &[
    row(0x0a, "\t\tFBCap:\tCache{0} IO{1} Mem{2} 68BFlit{5} MltLogDev{6}"),
    row(0x0a, LATER_FLITS).when(|cx| revision(cx) >= 2),
    row(0x0c, "\n\t\tFBCtl:\tCache{0} IO{1} Mem{2} SynHdrByp{3} DrftBuf{4} 68BFlit{5} MltLogDev{6} RCD{7} Retimer1{8} Retimer2{9}"),
    row(0x0c, LATER_FLITS).when(|cx| revision(cx) >= 2),
    row(0x0e, "\n\t\tFBSta:\tCache{0} IO{1} Mem{2} SynHdrByp{3} DrftBuf{4} 68BFlit{5} MltLogDev{6}"),
    row(0x0e, LATER_FLITS).when(|cx| revision(cx) >= 2),
    row(0, "\n"),
    row(0x10, "\t\tFBModTS:\tReceived FB Data: {23:0:06x}\n").when(|cx| has_revision(cx, 1, 0x14)),
    row(0x14, "\t\tFBCap2:\tNOPHint{0}\n").when(|cx| has_revision(cx, 2, 0x18)),
    row(0x18, "\t\tFBCtl2:\tNOPHint{0}\n").when(|cx| has_revision(cx, 2, 0x1c)),
    row(0x1c, "\t\tFBSta2:\tNOPHintInfo: {1:0:x}\n").when(|cx| has_revision(cx, 2, 0x20)),
    row(0, "\t\t<?>\n").since(10).when(|cx| length(cx) > 0x20),
];

/// Section 8.1.9. Empty blocks are counted but not printed.
fn locator(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    if !is_of(cx, 8) {
        return Ok(());
    }
    let blocks = (0x0c..length(cx).saturating_sub(7)).step_by(8);
    for (at, number) in blocks.zip(1..) {
        let block = cx.part(at, number);
        if block.bits(0, 15, 8) != 0 {
            block.text(0, "\t\tBlock{#}: BIR: bar{2:0}, ID: {15:8:|component registers|BAR virtualization|CXL device registers|CPMU registers|255=vendor-specific|*<?>}, offset: {63:16:blocks}\n", out)?;
        }
    }
    Ok(())
}
