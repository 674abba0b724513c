//! Structures whose layout depends on their contents.

use core::fmt::{self, Write};

use super::row::{Context, Row, row};
use super::units::{UNREADABLE, hex};
use crate::config::extended::ResizableBar;

/// The kinds of ranges of Enhanced Allocation; 255 has a name of its own for each half.
macro_rules! properties {
    ($bits:literal, $unavailable:literal) => {
        concat!(
            "{", $bits, ":memory space, non-prefetchable|memory space, prefetchable|I/O space|VF memory space, prefetchable|VF memory space, non-prefetchable|allocation behind bridge, non-prefetchable memory|allocation behind bridge, prefetchable memory|allocation behind bridge, I/O space|253=memory space resource unavailable for use|254=I/O space resource unavailable for use|255=", $unavailable, "|*[^]}"
        )
    };
}

/// A number of few bits.
pub(super) fn small(bits: u64) -> u16 {
    u16::try_from(bits).unwrap_or(u16::MAX)
}

/// Virtual Channel: where its table is.
pub(super) fn arbitration_table(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    match cx.bits(8, 31, 24) {
        0 => Ok(()),
        offset => {
            let place = u64::from(cx.at) + 16 * offset;
            writeln!(out, "\t\tPort Arbitration Table [{place:03x}] <?>")
        }
    }
}

/// Root Complex Link: how many of its links were read.
pub(super) fn whole_links(cx: &Context<'_>) -> u16 {
    let links = 0..small(cx.bits(4, 15, 8));
    let whole = links.take_while(|link| cx.has(0x10 * (2 + link)));
    u16::try_from(whole.count()).unwrap_or(u16::MAX)
}

/// Root Complex Link: the function that a link leads to. Bits 2:0 are the number of bus bits, 0 for
/// 8.
pub(super) fn configuration_address(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    if !cx.bit(0, 1) {
        return Ok(());
    }
    let address = cx.bits(8, 63, 0);
    let count = match address & 7 {
        0 => 8,
        count => count,
    };
    let bus = address >> 20 & ((1 << count) - 1);
    let (device, function) = (address >> 15 & 0x1f, address >> 12 & 7);
    writeln!(
        out,
        "\t\t\tAddr:\t{bus:02x}:{device:02x}.{function}  CfgSpace={address:016x}"
    )
}

/// Root Complex Event Collector: the devices and buses. Placeholders are written with the numbers
/// only for `-vvv`.
pub(super) fn event_collector(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tRCiEPBitmap: ")?;
    let bitmap = cx.bits(4, 31, 0);
    if bitmap == 0 {
        out.write_str(if cx.everything { "00000000 " } else { "" })?;
        out.write_str("[none]")?;
    } else {
        out.write_str("RCiEP at Device(s):")?;
        devices(bitmap, out)?;
    }
    out.write_char('\n')?;
    if cx.bits(0, 19, 16) < 2 {
        return Ok(());
    }
    out.write_str("\t\tAssociatedBusNumbers:")?;
    let (next, last) = (cx.bits(8, 15, 8), cx.bits(8, 23, 16));
    let none = next == 0xff && last == 0;
    if cx.everything || !none {
        write!(out, " {next:02x}-{last:02x}")?;
    }
    out.write_str(if none { " [none]\n" } else { "\n" })
}

/// Writes the devices as ranges. A range up to the last device is left open.
fn devices(bitmap: u64, out: &mut dyn Write) -> fmt::Result {
    let is = |device: u32| device < 32 && bitmap >> device & 1 != 0;
    let mut between = "";
    for device in (0..32).filter(|device| is(*device)) {
        let begins = device == 0 || !is(device - 1);
        if begins {
            write!(out, "{between} {device}")?;
            between = ",";
        } else if device < 31 && !is(device + 1) {
            write!(out, "-{device}")?;
        }
    }
    Ok(())
}

/// SR-IOV: the VF BARs. Types other than 32-bit are printed as 64-bit; the upper half of the last
/// register is read from the following one.
pub(super) fn virtual_function_regions(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut index = 0;
    while index < 6 {
        let at = 0x24 + 4 * index;
        let word = cx.bits(at, 31, 0);
        let this = index;
        index += 1;
        if word == 0 || word == 0xffff_ffff {
            continue;
        }
        write!(out, "\t\tRegion {this}: Memory at ")?;
        if word & 6 == 4 {
            hex(cx.bits(at + 4, 31, 0), 8, out)?;
            index += 1;
        }
        let bits = if word & 6 == 0 { 32 } else { 64 };
        let not = if word & 8 == 0 { "non-" } else { "" };
        let address = word & !0xf;
        writeln!(out, "{address:08x} ({bits}-bit, {not}prefetchable)")?;
    }
    Ok(())
}

/// The letters of the units from MB on.
const UNITS: [&str; 5] = ["M", "G", "T", "P", "E"];

/// Resizable BAR: how many there are is in the first entry.
pub(super) fn resizable_bars(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let registers = cx.registers;
    let mut count = 1;
    let mut written = 0;
    while written < count {
        let place = cx.at.saturating_add(4 + 8 * u16::from(written));
        if !registers.has(place, 8) {
            return out.write_str(UNREADABLE);
        }
        let control = registers.dword(place.saturating_add(4));
        let bar = ResizableBar::from_bits(registers.dword(place), control);
        if written == 0 {
            count = bar.count;
        }
        if !(1..=6).contains(&count) {
            return writeln!(
                out,
                "\t\t<error in resizable BAR: num_bars={count} is out of specification>"
            );
        }
        written += 1;
        write!(out, "\t\tBAR {}: current size: ", bar.bar)?;
        match bar.size_bytes() {
            Some(bytes) => size(bytes, out)?,
            None => out.write_str("<unknown>")?,
        }
        for (at, bytes) in bar.possible_bytes().enumerate() {
            out.write_str(if at == 0 { ", supported: " } else { " " })?;
            size(bytes, out)?;
        }
        out.write_char('\n')?;
    }
    Ok(())
}

/// Writes a power of 2 from 1 MiB on.
fn size(bytes: u64, out: &mut dyn Write) -> fmt::Result {
    let mut number = bytes >> 20;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    while number >= 1024 {
        number >>= 10;
        unit = units.next().copied().unwrap_or_default();
    }
    write!(out, "{number}{unit}B")
}

/// MMIO Register Block Locator. If a structure is shorter than its own header, everything after it
/// is written.
pub(super) fn register_blocks(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let length = small(cx.bits(4, 11, 0));
    if !cx.has(0x10) || !cx.has(8 + length) {
        return out.write_str(UNREADABLE);
    }
    let count = (length / 8).checked_sub(1).unwrap_or(u16::MAX);
    for index in 0..count {
        let locator = cx.part(8_u16.saturating_add(index.saturating_mul(8)), index);
        if !locator.has(8) {
            return out.write_str(UNREADABLE);
        }
        let template = "\t\tLocator{#}: BIR: BAR{2:0}, ID: {15:8:Empty|MCAP|255=MDVS|*Reserved (#)}, offset: {63:16:blocks}\n";
        locator.text(0, template, out)?;
    }
    Ok(())
}

/// Enhanced Allocation: the entries, each with its own length, as far as known.
pub(super) fn allocation_entries(cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut at = if cx.layout() == 1 { 8 } else { 4 };
    for index in 0..small(cx.bits(2, 5, 0)) {
        let entry = cx.part(at, index);
        let (is_wide, is_long) = (entry.bit(4, 1), entry.bit(8, 1));
        let end = 12 + 4 * (u16::from(is_wide) + u16::from(is_long));
        if !entry.has(end) {
            break;
        }
        entry.rows(ALLOCATION_ENTRY, out)?;
        number_of(
            "Base",
            entry.bits(4, 31, 2) << 2,
            is_wide.then(|| entry.bits(12, 31, 0)),
            out,
        )?;
        let upper = is_long.then(|| entry.bits(end - 4, 31, 0));
        number_of("MaxOffset", entry.bits(8, 31, 2) << 2 | 3, upper, out)?;
        at += 4 + 4 * small(entry.bits(0, 2, 0));
    }
    Ok(())
}

#[rustfmt::skip]
const ALLOCATION_ENTRY: &[Row] = &[
    row(0, "\t\tEntry {#}: Enable{31} Writable{30} EntrySize={2:0}\n\t\t\t BAR Equivalent Indicator: {7:4:BAR 0|BAR 1|BAR 2|BAR 3|BAR 4|BAR 5|resource behind function|not indicated|expansion ROM|VF-BAR 0|VF-BAR 1|VF-BAR 2|VF-BAR 3|VF-BAR 4|VF-BAR 5|reserved}\n"),
    row(0, concat!("\t\t\t PrimaryProperties: ", properties!("15:8", "entry unavailable for use"), "\n\t\t\t SecondaryProperties: ", properties!("23:16", "entry unavailable for use, PrimaryProperties should be used" ), "\n" )),
];

/// Writes a number; its upper half, if any, without leading zeros.
fn number_of(name: &str, lower: u64, upper: Option<u64>, out: &mut dyn Write) -> fmt::Result {
    match upper {
        Some(upper) => writeln!(out, "\t\t\t {name}: {upper:x}{lower:08x}"),
        None => writeln!(out, "\t\t\t {name}: {lower:08x}"),
    }
}
