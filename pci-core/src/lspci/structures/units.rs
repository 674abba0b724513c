//! Printing of values.

use core::fmt::{self, Write};

/// Writes `value` in the form of a template's braces.
pub(super) fn write(spec: &'static str, value: u64, out: &mut dyn Write) -> fmt::Result {
    match spec {
        "" => decimal(value, out),
        "x" => hex(value, 1, out),
        "02x" => hex(value, 2, out),
        "03x" => hex(value, 3, out),
        "04x" => hex(value, 4, out),
        "06x" => hex(value, 6, out),
        "08x" => hex(value, 8, out),
        "5d" => write!(out, "{value:5}"),
        "016x" => hex(value, 16, out),
        "+1" => decimal(value + 1, out),
        "4^" => decimal(1 << ((2 * value) & 63), out),
        "2^" => decimal(1 << (value & 63), out),
        "payload" => decimal(128 << value, out),
        "quads" => decimal(value << 2, out),
        "eighths" => hex(value << 3, 8, out),
        "pages" => hex(value << 12, 16, out),
        "blocks" => hex(value << 16, 16, out),
        "overlay" => hex(value << 6, 16, out),
        "bytes" => write!(
            out,
            "{}",
            1_i32.wrapping_shl(u32::try_from(value).unwrap_or(0))
        ),
        "serial" => serial(value, out),
        "latency" => latency(value, out),
        "power-on" => power_on(value, out),
        "threshold" => threshold(value, out),
        "watts" => watts(value, out),
        "minor" => digits(value, 10, 2, out),
        "mebibytes" => hex(value << 20, 16, out),
        "frequency23" => frequency(value >> 23, value, out),
        "frequency17" => frequency(value >> 17, value, out),
        "frequency0" => frequency(value, value, out),
        "rates" => word("<none>|x1|x2|x1,x2|x4|x1,x4|x2,x4|x1,x2,x4", value, out),
        "rates-of-3" => word("<none>|x4|x8|x4,x8|x16|x4,x16|x8,x16|x4,x8,x16", value, out),
        "lanes" => lanes(value, out),
        "speeds-to-32" => speeds(5, value, out),
        "speeds-to-64" => speeds(6, value, out),
        "speeds-to-128" => speeds(7, value, out),
        "subsystem" => {
            hex(value & 0xffff, 4, out)?;
            out.write_char(':')?;
            hex(value >> 16, 4, out)
        }
        "unnamed4" => unnamed(4, value, out),
        "unnamed6" => unnamed(6, value, out),
        words => word(words, value, out),
    }
}

/// The word of `value` in `a|b|7=c|*#`; after the asterisk, `#` is the number, `~` and `^` the
/// number in hex, `^` with two digits.
fn word(words: &'static str, value: u64, out: &mut dyn Write) -> fmt::Result {
    let (mut word, mut is_else) = ("", false);
    for (at, candidate) in (0_u64..).zip(words.split('|')) {
        if let Some(otherwise) = candidate.strip_prefix('*') {
            (word, is_else) = (otherwise, true);
        } else if let Some((number, named)) = numbered(candidate) {
            if number == value {
                (word, is_else) = (named, false);
                break;
            }
        } else if at == value {
            return out.write_str(candidate);
        }
    }
    if !is_else {
        return out.write_str(word);
    }
    for part in word.split_inclusive(['#', '~', '^']) {
        out.write_str(part.trim_end_matches(['#', '~', '^']))?;
        match part.as_bytes().last() {
            Some(b'#') => decimal(value, out)?,
            Some(b'~') => hex(value, 1, out)?,
            Some(b'^') => hex(value, 2, out)?,
            _ => {}
        }
    }
    Ok(())
}

/// `7=c`.
pub(in crate::lspci) fn numbered(word: &'static str) -> Option<(u64, &'static str)> {
    if !word.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (number, word) = word.split_once('=')?;
    number.parse().ok().map(|number| (number, word))
}

/// Writes a decimal number.
pub(super) fn decimal(value: u64, out: &mut dyn Write) -> fmt::Result {
    digits(value, 10, 1, out)
}

/// Writes a hex number of at least `least` digits.
pub(super) fn hex(value: u64, least: usize, out: &mut dyn Write) -> fmt::Result {
    digits(value, 16, least, out)
}

fn digits(value: u64, base: u64, least: usize, out: &mut dyn Write) -> fmt::Result {
    let mut text = [b'0'; 20];
    let mut rest = value;
    let mut count = 0;
    for (at, place) in text.iter_mut().rev().enumerate() {
        if rest == 0 && at >= least {
            break;
        }
        let [digit, ..] = (rest % base).to_le_bytes();
        *place = if digit < 10 { b'0' } else { b'a' - 10 } + digit;
        rest /= base;
        count = at + 1;
    }
    let text = text.get(text.len() - count..).unwrap_or_default();
    out.write_str(core::str::from_utf8(text).unwrap_or_default())
}

/// Eight bytes, the highest first.
fn serial(value: u64, out: &mut dyn Write) -> fmt::Result {
    for (at, byte) in value.to_be_bytes().into_iter().enumerate() {
        out.write_str(if at == 0 { "" } else { "-" })?;
        hex(byte.into(), 2, out)?;
    }
    Ok(())
}

/// A value in bits 9:0 in units of 1 ns, 32 ns, … by bits 12:10 (PCI Express Base Specification
/// 6.3, section 7.8.2.2). The unit is a 32-bit number that wraps around for an undefined scale.
fn latency(value: u64, out: &mut dyn Write) -> fmt::Result {
    let scale = u32::try_from(value >> 10).unwrap_or(0);
    let unit = 1_u32.wrapping_shl(5 * scale);
    decimal((value & 0x3ff) * u64::from(unit), out)?;
    out.write_str("ns")
}

/// A value in bits 7:3 in units of 2, 10 or 100 µs by bits 1:0 (PCI Express Base
/// Specification 6.3, section 7.8.3.2).
fn power_on(value: u64, out: &mut dyn Write) -> fmt::Result {
    let unit = match value & 3 {
        0 => 2,
        1 => 10,
        2 => 100,
        _ => return out.write_str("<error>"),
    };
    decimal((value >> 3) * unit, out)?;
    out.write_str("us")
}

/// A value in bits 9:0 in units of 1 ns, 32 ns, … by bits 15:13 (PCI Express Base
/// Specification 6.3, section 7.8.3.3).
fn threshold(value: u64, out: &mut dyn Write) -> fmt::Result {
    match value >> 13 {
        scale @ 0..=5 => {
            decimal((value & 0x3ff) << (5 * scale), out)?;
            out.write_str("ns")
        }
        _ => out.write_str("<error>"),
    }
}

/// A slot power limit, in watts as printed by `%g`: the value in bits 7:0, in units of 1, 0.1, 0.01
/// or 0.001 W by bits 9:8. For 1 W, values from 0xf0 on are codes: 250 W plus 25 W each, up to 600
/// W (PCI Express Base Specification 6.3, section 7.5.3.9).
fn watts(value: u64, out: &mut dyn Write) -> fmt::Result {
    let limit = value & 0xff;
    let milliwatts = match value >> 8 {
        0 if limit == 0xff => return out.write_str(">600W"),
        0 if limit >= 0xf0 => 250_000 + 25_000 * (limit - 0xf0),
        0 => limit * 1000,
        1 => limit * 100,
        2 => limit * 10,
        _ => limit,
    };
    decimal(milliwatts / 1000, out)?;
    let mut rest = milliwatts % 1000;
    if rest != 0 {
        let mut count = 3;
        while rest % 10 == 0 {
            rest /= 10;
            count -= 1;
        }
        out.write_char('.')?;
        digits(rest, 10, count, out)?;
    }
    out.write_char('W')
}

/// The speeds up to the fastest; the release knows the first `known`.
fn speeds(known: u32, value: u64, out: &mut dyn Write) -> fmt::Result {
    let fastest = 64 - value.leading_zeros();
    out.write_str(match fastest {
        0 => "Unknown",
        _ if fastest > known => "RsvdP",
        1 => "2.5GT/s",
        2 => "2.5-5GT/s",
        3 => "2.5-8GT/s",
        4 => "2.5-16GT/s",
        5 => "2.5-32GT/s",
        6 => "2.5-64GT/s",
        _ => "2.5-128GT/s",
    })
}

/// As many clocks of 266.6 MHz as in bits 3:0, in MHz, unless `limit` is 0.
fn frequency(limit: u64, value: u64, out: &mut dyn Write) -> fmt::Result {
    if limit & 0xf == 0 {
        return out.write_str("Unlimited");
    }
    decimal((value & 0xf) * 2666 / 10, out)?;
    out.write_str("MHz")
}

/// The lanes whose bits are set.
fn lanes(value: u64, out: &mut dyn Write) -> fmt::Result {
    if value == 0 {
        return out.write_char('0');
    }
    out.write_str("LaneErr at lane:")?;
    for lane in (0..16).filter(|lane| value >> lane & 1 != 0) {
        out.write_char(' ')?;
        decimal(lane, out)?;
    }
    Ok(())
}

/// Set bits without a name; the lowest is bit `first`.
fn unnamed(first: u64, value: u64, out: &mut dyn Write) -> fmt::Result {
    for bit in (0..8 - first).filter(|bit| value >> bit & 1 != 0) {
        out.write_str(" ??")?;
        decimal(first + bit, out)?;
        out.write_char('+')?;
    }
    Ok(())
}

/// The line for unknown bytes.
pub(super) const UNREADABLE: &str = "\t\t<unreadable>\n";
