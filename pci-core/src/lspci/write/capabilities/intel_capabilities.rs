//! The vendor specific structure in which Intel's processors tell what they can do: the
//! registers `CAPID0_A` to `CAPID0_C` of the host bridge (datasheets of the 6th to 10th
//! generation, volume 2).
//!
//! Wordings, and the units of what is no flag: found by running pciutils 3.15.

use core::fmt::{self, Write};

use crate::lspci::structures::Registers;
use crate::lspci::write::sign::signs;

/// Writes the lines below the title of version 1 of the structure at `at`.
pub(super) fn write(registers: Registers<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let length = u16::from(registers.byte(at + 2));
    if length > 4 && !registers.has(at, length) {
        return writeln!(out, "Len={length:02x} <?>");
    }
    let word = |offset: u16| Word(registers.dword(at + offset));
    if length >= 8 {
        capabilities_a(word(4), out)?;
    }
    if length >= 12 {
        capabilities_b(word(8), out)?;
    }
    if length >= 16 {
        capabilities_c(word(12), out)?;
    }
    Ok(())
}

fn capabilities_a(word: Word, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tCapA: ")?;
    let links = [("Peg60Dis", 31), ("Peg12Dis", 30), ("Peg11Dis", 29)];
    word.flags(&links, out)?;
    out.write_char(' ')?;
    word.flags(&[("Peg10Dis", 28), ("PeLWUDis", 27)], out)?;
    let width = if word.has(26) { 2 } else { 4 };
    write!(out, " DmiWidth=x{width}\n\t\t      ")?;
    let flags = [
        ("EccDis", 25),
        ("ForceEccEn", 24),
        ("VTdDis", 23),
        ("DmiG2Dis", 22),
        ("PegG2Dis", 21),
    ];
    word.flags(&flags, out)?;
    let most = match word.field(19, 2) {
        0 => "Unlimited",
        1 => "8GB/chan",
        2 => "2GB/chan",
        _ => "0.5GB/chan",
    };
    write!(out, " DDRMaxSize={most}\n\t\t      ")?;
    let flags = [
        ("1NDis", 17),
        ("CDDis", 15),
        ("DDPCDis", 14),
        ("X2APICEn", 13),
        ("PDCDis", 12),
        ("IGDis", 11),
    ];
    word.flags(&flags, out)?;
    let (device, revision) = (word.field(8, 2), word.field(4, 4));
    write!(out, " CDID={device} CRID={revision}\n\t\t      ")?;
    let flags = [
        ("DDROCCAP", 3),
        ("OCEn", 2),
        ("DDRWrtVrefEn", 1),
        ("DDR3LEn", 0),
    ];
    word.flags(&flags, out)?;
    out.write_char('\n')
}

fn capabilities_b(word: Word, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tCapB: ")?;
    let flags = [
        ("ImguDis", 31),
        ("OCbySSKUCap", 30),
        ("OCbySSKUEn", 29),
        ("SMTCap", 28),
    ];
    word.flags(&flags, out)?;
    write!(out, " CacheSzCap {:#x}\n\t\t      ", word.field(25, 3))?;
    word.flags(&[("SoftBinCap", 24)], out)?;
    out.write_str(" DDR3MaxFreqWithRef100=")?;
    match word.field(21, 3) {
        0 => out.write_str("Disabled")?,
        7 => out.write_str("Unlimited")?,
        steps => write!(out, "{}MHz", 1200 + 200 * steps)?,
    }
    out.write_char(' ')?;
    word.flags(&[("PegG3Dis", 20)], out)?;
    out.write_str("\n\t\t      ")?;
    let flags = [
        ("PkgTyp", 19),
        ("AddGfxEn", 18),
        ("AddGfxCap", 17),
        ("PegX16Dis", 16),
        ("DmiG3Dis", 15),
        ("GmmDis", 8),
    ];
    word.flags(&flags, out)?;
    let most = clocks(11 - word.field(4, 2));
    write!(out, "\n\t\t      DDR3MaxFreq={most}MHz ")?;
    word.flags(&[("LPDDR3En", 2)], out)?;
    out.write_char('\n')
}

fn capabilities_c(word: Word, out: &mut dyn Write) -> fmt::Result {
    let most = |at: u32, out: &mut dyn Write| match word.field(at, 4) {
        0 => out.write_str("Unlimited"),
        // 3.15 takes all three from the last one's bits.
        _ => write!(out, "{}MHz", clocks(word.field(0, 4))),
    };
    out.write_str("\t\tCapC: ")?;
    word.flags(&[("PegG4Dis", 28)], out)?;
    out.write_str(" DDR4MaxFreq=")?;
    most(23, out)?;
    out.write_char(' ')?;
    word.flags(&[("LPDDREn", 22)], out)?;
    out.write_str(" LPDDR4MaxFreq=")?;
    most(17, out)?;
    out.write_char(' ')?;
    word.flags(&[("LPDDR4En", 16)], out)?;
    out.write_str("\n\t\t      ")?;
    word.flags(&[("QClkGvDis", 14), ("SgxDis", 9)], out)?;
    let clock = match word.field(7, 2) {
        0 => "Disabled",
        1 => "115MHz",
        2 => "130MHz",
        _ => "Unlimited",
    };
    write!(out, " BClkOC={clock} ")?;
    word.flags(&[("IddDis", 6), ("Pipe3Dis", 5)], out)?;
    out.write_str(" Gear1MaxFreq=")?;
    most(0, out)?;
    out.write_char('\n')
}

/// So many clocks of 266.6 MHz, in MHz.
const fn clocks(count: u32) -> u32 {
    count * 2666 / 10
}

#[derive(Clone, Copy)]
struct Word(u32);

impl Word {
    const fn has(self, bit: u32) -> bool {
        self.field(bit, 1) == 1
    }

    const fn field(self, low: u32, width: u32) -> u32 {
        self.0 >> low & ((1 << width) - 1)
    }

    /// Writes each name with its bit's sign.
    fn flags<const N: usize>(self, bits: &[(&str, u32); N], out: &mut dyn Write) -> fmt::Result {
        signs(out, &bits.map(|(name, bit)| (name, self.has(bit))))
    }
}
