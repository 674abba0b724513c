//! Configuration space as hex dump: the output of `lspci -x`, `-xxx` and `-xxxx`, and the input of
//! `lspci -F`.
//!
//! A line that starts with an address and a blank starts a function; the lines below it that start
//! with an offset and a colon are its bytes; a blank line ends it. All other lines are skipped, so
//! that the output of `lspci -vvvxxxx` and quoted reports can be parsed unchanged (the rules were
//! found by running pciutils 3.9).
//!
//! ```
//! use pci_core::lspci::{dump, dump::Extent};
//! let text = "01:00.0 VGA compatible controller: NVIDIA Corporation Device 2d04 (rev a1)\n\
//!             00: de 10 04 2d 06 04 10 00 a1 00 00 03 10 00 80 00\n\n";
//! let functions = dump::parse(text)?;
//! assert_eq!(functions[0].address.to_string(), "0000:01:00.0");
//! assert_eq!(functions[0].config.space().word(2), Some(0x2d04));
//! assert_eq!(dump::to_string(&functions, Extent::Header), text);
//! # Ok::<(), pci_core::Error>(())
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::dump_fault::DumpFault;
use crate::Address;
use crate::config::{CONVENTIONAL_SIZE, ConfigBytes, ConfigSpace, EXTENDED_SIZE};
use crate::error::{Cause, Result};

/// A function of a dump.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DumpedFunction {
    /// Address; domain 0 if the text has none.
    pub address: Address,
    /// Whether the text has the domain.
    pub has_domain: bool,
    /// The text after the address on its first line.
    pub heading: String,
    /// Configuration space in the text; empty without hex bytes, as in `lspci` without `-x`.
    pub config: ConfigBytes,
    /// Number of its first line, from 1.
    pub line: u32,
}

/// Parses the dump in `text`.
///
/// A text without any hex bytes is a listing, and yields its functions with empty
/// [`config`](DumpedFunction::config).
///
/// # Errors
///
/// If a hex line continues with other text, or an address is out of range. `lspci -F` rejects such
/// a text too.
pub fn parse(text: &str) -> Result<Vec<DumpedFunction>> {
    let mut functions: Vec<DumpedFunction> = Vec::new();
    let mut open = false;
    let mut number = 0u32;
    for line in text.split('\n') {
        number = number.saturating_add(1);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let at = |(column, fault): (usize, DumpFault)| Cause::Dump {
            line: number,
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
            fault,
        };
        if line.is_empty() {
            open = false;
        } else if let Some(head) = head(line) {
            let (address, has_domain, heading) = head.map_err(at)?;
            functions.push(DumpedFunction {
                address,
                has_domain,
                heading: heading.to_owned(),
                config: ConfigBytes::default(),
                line: number,
            });
            open = true;
        } else if let (true, Some((offset, start))) = (open, offset(line)) {
            let (offset, bytes) = bytes(line, offset, start).map_err(at)?;
            if let Some(function) = functions.last_mut() {
                function.config.set(offset, &bytes);
            }
        }
    }
    Ok(functions)
}

pub(in crate::lspci) type Problem = (usize, DumpFault);

/// The address, whether it has a domain, and the text after it, if `line` is the first of a
/// function.
fn head(line: &str) -> Option<Result<(Address, bool, &str), Problem>> {
    let first = digits(line);
    let (domain, start) = match (first, line.as_bytes().get(first)) {
        (2, Some(b':')) => (0, 0),
        // lspci prints up to 8 digits, and parses up to 6 of them.
        (4..=8, Some(b':')) => (hex(line, first)?, first + 1),
        _ => return None,
    };
    let rest = line.get(start..)?;
    let bus = byte(rest)?;
    let device = byte(rest.get(2..)?.strip_prefix(':')?)?;
    let function = rest.get(5..)?.strip_prefix('.')?;
    let heading = function.get(1..)?.strip_prefix(' ')?;
    let function = u8::try_from(function.chars().next()?.to_digit(16)?).ok()?;
    Some(
        Address::new(domain, bus, device, function)
            .map(|address| (address, start > 0, heading))
            .ok_or((start, DumpFault::NoSuchAddress)),
    )
}

/// The offset at the start of `line`, and the place of its bytes.
pub(in crate::lspci) fn offset(line: &str) -> Option<(u32, usize)> {
    let count = digits(line);
    if !(2..=8).contains(&count) {
        return None;
    }
    let rest = line.get(count..)?.strip_prefix(": ")?;
    Some((hex(line, count)?, line.len() - rest.len()))
}

/// The bytes of `line` from byte `start`, which are at `offset`.
pub(in crate::lspci) fn bytes(
    line: &str,
    offset: u32,
    start: usize,
) -> Result<(u16, Vec<u8>), Problem> {
    let mut bytes = Vec::new();
    let mut at = start;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start_matches(' ').len();
        let rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            break;
        }
        let value = byte(rest).filter(|_| matches!(rest.as_bytes().get(2), None | Some(b' ')));
        let value = value.ok_or((at, DumpFault::NotAByte))?;
        let place = u64::from(offset) + bytes.len() as u64;
        if place >= u64::from(EXTENDED_SIZE) {
            return Err((at, DumpFault::BeyondConfigSpace));
        }
        bytes.push(value);
        at += 2;
    }
    Ok((u16::try_from(offset).unwrap_or(EXTENDED_SIZE), bytes))
}

/// Number of hex digits at the start of `text`, up to 9.
fn digits(text: &str) -> usize {
    let digits = text.bytes().take(9);
    digits.take_while(u8::is_ascii_hexdigit).count()
}

/// The first `count` (1 to 8) characters as a hex number, where all are hex digits.
fn hex(text: &str, count: usize) -> Option<u32> {
    let digits = text.get(..count)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
}

fn byte(text: &str) -> Option<u8> {
    u8::try_from(hex(text, 2)?).ok()
}

/// The part of the configuration space to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// As `-x`: the header, 64 bytes, or 128 for a CardBus bridge.
    Header,
    /// As `-xxx`: 256 bytes if all of them are known, otherwise as `-x`.
    Conventional,
    /// As `-xxxx`: 4096 bytes if all of them are known, otherwise as `-xxx`.
    Extended,
    /// All known bytes, including those that lspci would omit.
    Shown,
}

/// Writes the bytes of `space` as `lspci` does, without the blank line that ends the function: 16
/// per line, after their offset. Unknown bytes are omitted, so that parsing the text returns the
/// same bytes.
///
/// # Errors
///
/// Those of `out`.
pub(crate) fn write_hex(
    out: &mut impl fmt::Write,
    space: ConfigSpace<'_>,
    extent: Extent,
) -> fmt::Result {
    let end = end(space, extent);
    for range in space.shown() {
        let mut at = range.start;
        while at < range.end.min(end) {
            let stop = (at | 0xf).saturating_add(1).min(range.end).min(end);
            write!(out, "{at:02x}:")?;
            for byte in space.bytes(at, stop - at).unwrap_or_default() {
                write!(out, " {byte:02x}")?;
            }
            out.write_char('\n')?;
            at = stop;
        }
    }
    Ok(())
}

fn end(space: ConfigSpace<'_>, extent: Extent) -> u16 {
    let header = match space.byte(0x0e) {
        Some(kind) if kind & 0x7f == 2 && space.bytes(0, 128).is_some() => 128,
        _ => 64,
    };
    let whole = |size| space.bytes(0, size).is_some();
    match extent {
        Extent::Shown => space.len(),
        Extent::Extended if whole(EXTENDED_SIZE) => EXTENDED_SIZE,
        Extent::Extended | Extent::Conventional if whole(CONVENTIONAL_SIZE) => CONVENTIONAL_SIZE,
        _ => header,
    }
}

/// Writes a function: its first line, its bytes and a blank line.
///
/// # Errors
///
/// Those of `out`.
pub fn write(out: &mut impl fmt::Write, function: &DumpedFunction, extent: Extent) -> fmt::Result {
    let address = function.address;
    if function.has_domain || address.domain() != 0 {
        write!(out, "{address}")?;
    } else {
        write!(out, "{address:#}")?;
    }
    // A line break in the heading would end the function.
    let heading = function.heading.lines().next().unwrap_or_default();
    writeln!(out, " {heading}")?;
    write_hex(out, function.config.space(), extent)?;
    out.write_char('\n')
}

/// The dump of `functions`, in order.
#[must_use]
pub fn to_string(functions: &[DumpedFunction], extent: Extent) -> String {
    let mut text = String::new();
    for function in functions {
        // Writing to a string cannot fail.
        let _ = write(&mut text, function, extent);
    }
    text
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn error(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn lines_between_are_passed_over() {
        let functions = parse(
            "pcilib: noise\n00: ff\n\
             00:02.0 VGA compatible controller: Intel\r\n\
             \tControl: I/O+ Mem+\r\n\
             00: 86 80 \r\n\
             10: 01\r\n\
             1000000000: zz\n\
             \n\
             20: ff\n\
             10000:e1:00.0 NVMe\n\
             \t00: ff\n\
             00:02.0\n",
        )
        .unwrap();
        assert_eq!(functions.len(), 2);
        let space = functions[0].config.space();
        assert_eq!(space.word(0), Some(0x8086));
        assert_eq!(space.byte(2), None);
        assert_eq!(space.byte(0x10), Some(1));
        assert_eq!(space.len(), 0x11);
        assert_eq!(functions[1].address.domain(), 0x10000);
        assert_eq!((functions[1].line, functions[1].has_domain), (10, true));
        assert!(functions[1].config.space().is_empty());
    }

    #[test]
    fn an_error_has_its_place() {
        let at = |line, column, fault: DumpFault| {
            alloc::format!("line {line}, column {column}: {fault}")
        };
        use DumpFault::{BeyondConfigSpace, NoSuchAddress, NotAByte};
        assert_eq!(error("00:00.0 x\n00: 12 3\n"), at(2, 8, NotAByte));
        assert_eq!(error("00:00.0 x\n00: 12 345\n"), at(2, 8, NotAByte));
        assert_eq!(error("00:00.0 x\n00: 12\t34\n"), at(2, 5, NotAByte));
        assert_eq!(error("00:00.0 x\n00: 12 é\n"), at(2, 8, NotAByte));
        assert_eq!(
            error("00:00.0 x\nfff: 00 00\n"),
            at(2, 9, BeyondConfigSpace)
        );
        assert_eq!(
            error("00:00.0 x\nffffffff: 00\n"),
            at(2, 11, BeyondConfigSpace)
        );
        assert_eq!(error("00:20.0 x\n"), at(1, 1, NoSuchAddress));
        assert_eq!(error("0001:00:00.8 x\n"), at(1, 6, NoSuchAddress));
        let error = parse("00:00.0 x\n00: g\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2, column 5: expected a byte of two hex digits"
        );
        assert_eq!((error.line(), error.offset()), (Some(2), Some(4)));
    }

    fn dumped(bytes: &[(u16, &[u8])]) -> DumpedFunction {
        let mut function = parse("00:1f.7 Bridge\n").unwrap().remove(0);
        for (offset, bytes) in bytes {
            function.config.set(*offset, bytes);
        }
        function
    }

    #[test]
    fn how_much_is_printed() {
        let count = |function: &DumpedFunction, extent| {
            let text = to_string(core::slice::from_ref(function), extent);
            text.lines().count() - 2
        };
        let device = dumped(&[(0, &[0; 4096])]);
        assert_eq!(count(&device, Extent::Header), 4);
        assert_eq!(count(&device, Extent::Conventional), 16);
        assert_eq!(count(&device, Extent::Extended), 256);
        let cut = dumped(&[(0, &[0; 300])]);
        assert_eq!(count(&cut, Extent::Extended), 16);
        assert_eq!(count(&cut, Extent::Shown), 19);
        let cardbus = dumped(&[(0, &[2; 128])]);
        assert_eq!(count(&cardbus, Extent::Header), 8);
        let text = to_string(&[device], Extent::Extended);
        assert!(text.contains("\nf0: 00"));
        assert!(text.contains("\n100: 00"));
        assert!(text.ends_with("\nff0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n\n"));
    }

    #[test]
    fn gaps_stay_gaps() {
        let function = dumped(&[(0, &[1; 5]), (9, &[2; 40]), (0x123, &[3; 3])]);
        let text = to_string(core::slice::from_ref(&function), Extent::Shown);
        let again = parse(&text).unwrap().remove(0);
        assert_eq!(again.config, function.config);
    }
}
