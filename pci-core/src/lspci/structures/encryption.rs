//! Integrity & Data Encryption, whose streams are of different lengths.

use core::fmt::{self, Write};

use super::row::{Context, Row, code, need, row};
use super::units::UNREADABLE;
use super::variable_layout::small;

macro_rules! algorithm {
    ($bits:literal) => {
        concat!(" Alg='{", $bits, ":AES-GCM-256-96b|*reserved}'")
    };
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    need(0x0c, UNREADABLE),
    row(4, "\t\tIDECap: Lnk={15:13:+1}").when(has_links),
    row(4, "\t\tIDECap: Lnk=0").when(|cx| !has_links(cx)),
    row(4, " Sel={23:16:+1}").when(has_selective),
    row(4, " Sel=0").when(|cx| !has_selective(cx)),
    row(4, " FlowThru{2} PartHdr{3} Aggr{4} PCPC{5} IDE_KM{6}"),
    row(4, " SelCfg{7}").since(14),
    row(4, concat!(algorithm!("12:8"), " TCs={15:13:+1} TeeLim{24}")),
    row(4, " XT{25}").since(14),
    row(4, "\n"),
    row(8, "\t\tIDECtl: FTEn{2}\n"),
    code(streams),
];

#[rustfmt::skip]
const LINK: &[Row] = &[
    row(0, "\t\t{@}LinkIDE#{#} Ctl: En{0}"),
    row(0, CONTROL_XT).since(14),
    // lspci uses the wrong bit.
    row(0, concat!(" NPR{3:2:-|=2|=4|=8} PR{5:4:-|=2|=4|=8} CPL{7:6:-|=2|=4|=8} PCRC{0} HdrEnc={13:10:no|17:2|25:2|33:2|41:2|*??#}", algorithm!("18:14"), " TC{21:19} ID{31:24}\n" )),
    row(4, "\t\t{@}LinkIDE#{#} Sta: Status={3:0:insecure|reserved|secure|*??#} RecvChkFail{31}\n"),
];

const CONTROL_XT: &str = " XT{1}";

#[rustfmt::skip]
const SELECTIVE: &[Row] = &[
    row(0, "\t\t{@}SelectiveIDE#{#} Cap: RID#={3:0}\n"),
    row(4, "\t\t{@}SelectiveIDE#{#} Ctl: En{0}"),
    row(4, CONTROL_XT).since(14),
    row(4, concat!(" NPR{3:2:-|=2|=4|=8} PR{5:4:-|=2|=4|=8} CPL{7:6:-|=2|=4|=8} PCRC{8} CFG{9} HdrEnc={13:10:no|17:2|25:2|33:2|41:2|*??#}", algorithm!("18:14"), " TC{21:19}" )),
    row(4, " TeeLim{23}").since(14),
    row(4, " ID{31:24}{22:22:| Default}\n"),
    row(8, "\t\t{@}SelectiveIDE#{#} Sta: {3:0:insecure|reserved|secure|*??#} RecvChkFail{31}\n"),
    row(0x0c, "\t\t{@}SelectiveIDE#{#} RID: Valid{32} Base={55:40:x} Limit={23:8:x} SegBase={63:56:x}\n"),
];

fn has_links(cx: &Context<'_>) -> bool {
    cx.bit(4, 0)
}

fn has_selective(cx: &Context<'_>) -> bool {
    cx.bit(4, 1)
}

/// Writes the streams: the link streams, which are all present or absent, then the selective
/// streams, each with its number of address ranges.
fn streams(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut at = 0x0c;
    if has_links(cx) {
        let count = 1 + small(cx.bits(4, 15, 13));
        if !cx.has(at + 8 * count) {
            return out.write_str(UNREADABLE);
        }
        for index in 0..count {
            cx.part(at, index).rows(LINK, out)?;
            at += 8;
        }
    }
    let count = if has_selective(cx) {
        1 + small(cx.bits(4, 23, 16))
    } else {
        0
    };
    for index in 0..count {
        let stream = cx.part(at, index);
        if !stream.has(0x14) {
            return out.write_str(UNREADABLE);
        }
        stream.rows(SELECTIVE, out)?;
        at += 0x14;
        let ranges = small(stream.bits(0, 3, 0));
        if !cx.has(at + 0x0c * ranges) {
            return out.write_str(UNREADABLE);
        }
        for number in 0..ranges {
            let range = cx.part(at, index);
            range.text(0, "\t\t{@}SelectiveIDE#{#} RID#", out)?;
            write!(out, "{number}: ")?;
            // The lowest 20 bits of an address are not in it.
            let (base, limit) = (
                range.bits(0, 19, 8) << 20,
                range.bits(0, 31, 20) << 20 | 0xf_ffff,
            );
            let (base, limit) = (
                range.bits(8, 31, 0) << 32 | base,
                range.bits(4, 31, 0) << 32 | limit,
            );
            range.text(0, "Valid{0} ", out)?;
            writeln!(out, "Base={base:x} Limit={limit:x}")?;
            at += 0x0c;
        }
    }
    Ok(())
}
