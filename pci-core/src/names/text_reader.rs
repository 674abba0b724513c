//! Line-by-line parser for the text form.

use alloc::string::ToString;

use super::fault::{Fault, MAX_LINE, TextError};
use super::key::Key;
use super::rows::{Rows, Span};
use crate::hex_digit::{self, NO_DIGIT, hex_digit};
use crate::line_ends::LineEnds;
use crate::{DeviceId, PciId, SubsystemId, VendorId};

/// Parent of the lines with one and two tabs.
#[derive(Clone, Copy)]
enum Block {
    /// No entry yet.
    None,
    /// A vendor, and the last device.
    Vendor(VendorId, Option<DeviceId>),
    /// Subsystems of a vendor.
    Generic(VendorId),
    /// A base class, and the last sub-class; 0 before the first, as in libpci.
    Class(u8, u8),
    /// A block of another letter; skipped.
    Other,
}

/// A text being parsed.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Whether the text has no bytes that need a check in each line.
    is_plain: bool,
    block: Block,
    pub(super) version: Option<Span>,
    pub(super) date: Option<Span>,
    pub(super) vendors: Rows,
    pub(super) devices: Rows,
    pub(super) subsystems: Rows,
    pub(super) generic_subsystems: Rows,
    pub(super) base_classes: Rows,
    pub(super) sub_classes: Rows,
    pub(super) prog_ifs: Rows,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // Half of the lines are devices and half are subsystems, of 38 bytes; one allocation is
        // cheaper than growing.
        let rows = text.len() / 76;
        Self {
            text,
            is_plain: memchr::memchr2(0, b'\r', text.as_bytes()).is_none(),
            block: Block::None,
            version: None,
            date: None,
            vendors: Rows::default(),
            devices: Rows::with_capacity(rows),
            subsystems: Rows::with_capacity(rows),
            generic_subsystems: Rows::default(),
            base_classes: Rows::default(),
            sub_classes: Rows::default(),
            prog_ifs: Rows::default(),
        }
    }

    /// Reads all lines.
    pub(super) fn read(&mut self) -> Result<(), TextError> {
        let bytes = self.text.as_bytes();
        let mut ends = LineEnds::new(bytes);
        let mut start = 0;
        for line in 1..=u32::MAX {
            let found = ends.next();
            let end = found.unwrap_or(bytes.len());
            if !(self.is_plain && self.frequent(start, end)) {
                self.line(start, end)
                    .map_err(|fault| TextError { line, fault })?;
            }
            match found {
                Some(end) => start = end + 1,
                None => break,
            }
        }
        Ok(())
    }

    /// The line from byte `start` to byte `end`.
    fn line(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        let mut line = self.text.as_bytes().get(start..end).unwrap_or_default();
        if !self.is_plain && memchr::memchr(0, line).is_some() {
            return Err(Fault::Nul);
        }
        if line.len() > MAX_LINE {
            return Err(Fault::LongLine { found: line.len() });
        }
        if !self.is_plain {
            if let Some(cut) = memchr::memchr(b'\r', line) {
                line = line.get(..cut).unwrap_or_default();
            }
        }
        if let [before @ .., last] = line {
            if is_blank(*last) {
                line = before;
            }
        }
        // A hex digit after the tabs: neither a comment nor empty.
        match line {
            [b'\t', b'\t', digit, ..] if is_digit(*digit) => self.third_level(start, line),
            [b'\t', digit, ..] if is_digit(*digit) => self.second_level(start, line),
            _ => {
                let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
                match line.get(blanks) {
                    None => Ok(()),
                    Some(b'#') => {
                        if matches!(self.block, Block::None) {
                            self.head_comment(start + blanks + 1, start + line.len());
                        }
                        Ok(())
                    }
                    Some(_) => match line {
                        [b'\t', b'\t', ..] => self.third_level(start, line),
                        [b'\t', ..] => self.second_level(start, line),
                        _ => self.block_head(start, line),
                    },
                }
            }
        }
    }

    /// Parses a device or subsystem line in the most frequent form, in a text without other line
    /// ends; returns whether it matches.
    fn frequent(&mut self, start: usize, end: usize) -> bool {
        let line = self.text.as_bytes().get(start..end).unwrap_or_default();
        let Block::Vendor(vendor, device) = self.block else {
            return false;
        };
        if line.len() > MAX_LINE || line.last().copied().is_none_or(is_blank) {
            return false;
        }
        let name = |at: usize| Span::new(&(start + at..end));
        match *line {
            [
                b'\t',
                b'\t',
                a,
                b,
                c,
                d,
                b' ',
                e,
                f,
                g,
                h,
                b' ',
                b' ',
                first,
                ..,
            ] if !is_blank(first) => {
                let ids = (
                    device,
                    hex_digit::hex4([a, b, c, d]),
                    hex_digit::hex4([e, f, g, h]),
                );
                let (Some(device), Some(card_vendor), Some(card)) = ids else {
                    return false;
                };
                let key = (
                    PciId { vendor, device },
                    SubsystemId::new(card_vendor, card),
                );
                name(13).is_some_and(|name| self.subsystems.push(key.to_number(), name))
            }
            [b'\t', a, b, c, d, b' ', b' ', first, ..] if !is_blank(first) => {
                let Some(device) = hex_digit::hex4([a, b, c, d]).map(DeviceId) else {
                    return false;
                };
                self.block = Block::Vendor(vendor, Some(device));
                let key = PciId { vendor, device };
                name(7).is_some_and(|name| self.devices.push(key.to_number(), name))
            }
            _ => false,
        }
    }

    /// A line without a tab starts a block.
    fn block_head(&mut self, start: usize, line: &[u8]) -> Result<(), Fault> {
        match line {
            [b'C', b' ', entry @ ..] => {
                let (base, name) = hex2(entry)
                    .and_then(|(base, rest)| Some((base, named(rest, start + line.len())?)))
                    .ok_or_else(|| {
                        faulty(line, "a class line: 'C ', two hex digits, blanks, a name")
                    })?;
                self.block = Block::Class(base, 0);
                add(&mut self.base_classes, self.text, base, name)
            }
            [b'S', b' ', entry @ ..] => {
                let vendor = match hex4(entry) {
                    Some((vendor, [])) => VendorId(vendor),
                    _ => return Err(faulty(line, "a line of 'S ' and four hex digits")),
                };
                if self.vendors.get(vendor.to_number()).is_none() {
                    return Err(Fault::UnknownVendor { vendor: vendor.0 });
                }
                self.block = Block::Generic(vendor);
                Ok(())
            }
            [b'A'..=b'Z', b' ', ..] => {
                self.block = Block::Other;
                Ok(())
            }
            _ => {
                let (vendor, name) = hex4(line)
                    .and_then(|(vendor, rest)| Some((vendor, named(rest, start + line.len())?)))
                    .ok_or_else(|| {
                        faulty(line, "a vendor line: four hex digits, blanks, a name")
                    })?;
                let vendor = VendorId(vendor);
                self.block = Block::Vendor(vendor, None);
                add(&mut self.vendors, self.text, vendor, name)
            }
        }
    }

    /// A line with one tab.
    fn second_level(&mut self, start: usize, line: &[u8]) -> Result<(), Fault> {
        let entry = line.get(1..).unwrap_or_default();
        let end = start + line.len();
        let id = || hex4(entry).and_then(|(id, rest)| Some((DeviceId(id), named(rest, end)?)));
        match self.block {
            Block::Vendor(vendor, _) => {
                let (device, name) = id().ok_or_else(|| {
                    faulty(
                        line,
                        "a device line: a tab, four hex digits, blanks, a name",
                    )
                })?;
                self.block = Block::Vendor(vendor, Some(device));
                add(&mut self.devices, self.text, PciId { vendor, device }, name)
            }
            Block::Generic(vendor) => {
                let (device, name) = id().ok_or_else(|| {
                    faulty(
                        line,
                        "a subsystem line: a tab, four hex digits, blanks, a name",
                    )
                })?;
                let key = SubsystemId { vendor, device };
                add(&mut self.generic_subsystems, self.text, key, name)
            }
            Block::Class(base, _) => {
                let (sub, name) = hex2(entry)
                    .and_then(|(sub, rest)| Some((sub, named(rest, end)?)))
                    .ok_or_else(|| {
                        faulty(
                            line,
                            "a sub-class line: a tab, two hex digits, blanks, a name",
                        )
                    })?;
                self.block = Block::Class(base, sub);
                add(&mut self.sub_classes, self.text, (base, sub), name)
            }
            Block::None => Err(faulty(line, "a vendor or class line first")),
            Block::Other => Ok(()),
        }
    }

    /// A line with two tabs. Below `S` it is parsed like one with one.
    fn third_level(&mut self, start: usize, line: &[u8]) -> Result<(), Fault> {
        let entry = line.get(2..).unwrap_or_default();
        let end = start + line.len();
        match self.block {
            Block::Vendor(vendor, device) => {
                let device = device.ok_or_else(|| faulty(line, "a device line first"))?;
                let (card, name) = subsystem(entry, end).ok_or_else(|| {
                    faulty(
                        line,
                        "a subsystem line: two tabs, two ids with a blank between, a name",
                    )
                })?;
                let key = (PciId { vendor, device }, card);
                add(&mut self.subsystems, self.text, key, name)
            }
            Block::Class(base, sub) => {
                let (prog_if, name) = hex2(entry)
                    .and_then(|(prog_if, rest)| Some((prog_if, named(rest, end)?)))
                    .ok_or_else(|| {
                        faulty(
                            line,
                            "an interface line: two tabs, two hex digits, blanks, a name",
                        )
                    })?;
                add(&mut self.prog_ifs, self.text, (base, sub, prog_if), name)
            }
            Block::Generic(_) | Block::None | Block::Other => self.second_level(start, line),
        }
    }

    /// The text after the `#` of a comment above the first entry.
    fn head_comment(&mut self, start: usize, end: usize) {
        let comment = self.text.get(start..end).unwrap_or_default();
        let value = |label: &str| {
            let value = comment.trim_start().strip_prefix(label)?.trim();
            // Part of the comment: it ends before the trailing blanks.
            let start = start + comment.trim_end().len() - value.len();
            Span::new(&(start..start + value.len()))
        };
        self.version = self.version.or_else(|| value("Version:"));
        self.date = self.date.or_else(|| value("Date:"));
    }
}

/// Separators of ID and name.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cold]
fn faulty(line: &[u8], expected: &'static str) -> Fault {
    Fault::Entry {
        expected,
        // The text is UTF-8, and a line is cut at ASCII only.
        found: core::str::from_utf8(line).unwrap_or_default().to_string(),
    }
}

fn add<K: Key>(rows: &mut Rows, text: &str, key: K, name: Span) -> Result<(), Fault> {
    rows.add(key.to_number(), name)
        .map_err(|first| Fault::Duplicate {
            first: first.of(text).to_string(),
            second: name.of(text).to_string(),
        })
}

fn is_digit(byte: u8) -> bool {
    hex_digit(byte) != NO_DIGIT
}

fn hex4(text: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = text.split_first_chunk()?;
    Some((hex_digit::hex4(*digits)?, rest))
}

fn hex2(text: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = text.split_first_chunk()?;
    Some((hex_digit::hex2(*digits)?, rest))
}

/// The name after an ID, in a line that ends at byte `end`: blanks, then at least one other byte.
fn named(rest: &[u8], end: usize) -> Option<Span> {
    let blanks = match rest {
        // Nearly all.
        [b' ', b' ', other, ..] if !is_blank(*other) => 2,
        _ => rest.iter().take_while(|byte| is_blank(**byte)).count(),
    };
    if blanks == 0 || blanks == rest.len() {
        return None;
    }
    Span::new(&(end - (rest.len() - blanks)..end))
}

fn subsystem(text: &[u8], end: usize) -> Option<(SubsystemId, Span)> {
    let (vendor, rest) = hex4(text)?;
    let (blank, rest) = rest.split_first()?;
    let (device, rest) = hex4(rest).filter(|_| is_blank(*blank))?;
    Some((SubsystemId::new(vendor, device), named(rest, end)?))
}
