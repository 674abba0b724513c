//! The text form of the database, as <https://pci-ids.ucw.cz/> gives it out.
//!
//! The rules are those that `lspci -i FILE` (pciutils 3.9) follows, found by
//! asking it: a text that it refuses is refused here, at the same line.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::fault::{Fault, LONGEST_LINE, TextError};
use super::key::Key;
use super::rows::{Entries, Rows, Span};
use crate::hex_digit::{self, NO_DIGIT, hex_digit};
use crate::{DeviceId, PciId, SubsystemId, VendorId};

/// What a `pci.ids` text says, sorted. Names are borrowed from the text.
///
/// ```
/// use pci_core::PciId;
/// use pci_core::names::Database;
/// let database = Database::parse(b"# Version: 2026.10.24\n10de  NVIDIA\n\t2d04  GB206\n")?;
/// assert_eq!(database.version(), Some("2026.10.24"));
/// assert_eq!(database.devices().get(PciId::new(0x10de, 0x2d04)), Some("GB206"));
/// # Ok::<(), pci_core::names::TextError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database<'a> {
    text: &'a str,
    version: Option<Span>,
    date: Option<Span>,
    vendors: Vec<(u64, Span)>,
    devices: Vec<(u64, Span)>,
    subsystems: Vec<(u64, Span)>,
    generic_subsystems: Vec<(u64, Span)>,
    base_classes: Vec<(u64, Span)>,
    sub_classes: Vec<(u64, Span)>,
    prog_ifs: Vec<(u64, Span)>,
}

impl<'a> Database<'a> {
    /// Reads a `pci.ids` text.
    ///
    /// Ids may be upper or lower case, blanks and tabs stand between id and
    /// name, one blank at the end of a line is dropped, as is all behind a
    /// carriage return. Comments and empty lines may be indented. Blocks
    /// of other capital letters than `C` and `S` are skipped.
    ///
    /// # Errors
    /// [`TextError`] with the number of the line that breaks the rules.
    pub fn parse(text: &'a [u8]) -> Result<Self, TextError> {
        let text = core::str::from_utf8(text).map_err(|error| {
            let good = text.get(..error.valid_up_to()).unwrap_or_default();
            let before = memchr::memchr_iter(b'\n', good).count();
            TextError {
                line: u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1)),
                fault: Fault::NotUtf8,
            }
        })?;
        if u32::try_from(text.len()).is_err() {
            return Err(TextError {
                line: 1,
                fault: Fault::LongText,
            });
        }
        let mut reader = Reader::new(text);
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
        for (line, end) in (1..=u32::MAX).zip(ends) {
            reader
                .line(start, end)
                .map_err(|fault| TextError { line, fault })?;
            start = end + 1;
        }
        Ok(Self {
            text,
            version: reader.version,
            date: reader.date,
            vendors: reader.vendors.into_sorted(),
            devices: reader.devices.into_sorted(),
            subsystems: reader.subsystems.into_sorted(),
            generic_subsystems: reader.generic_subsystems.into_sorted(),
            base_classes: reader.base_classes.into_sorted(),
            sub_classes: reader.sub_classes.into_sorted(),
            prog_ifs: reader.prog_ifs.into_sorted(),
        })
    }

    /// The text that this was read from.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The comment `# Version:` above the first entry: `2026.10.24`.
    #[must_use]
    pub fn version(&self) -> Option<&'a str> {
        self.version.map(|version| version.of(self.text))
    }

    /// The comment `# Date:` above the first entry: `2026-10-24 03:15:02`.
    #[must_use]
    pub fn date(&self) -> Option<&'a str> {
        self.date.map(|date| date.of(self.text))
    }

    pub(super) const fn head(&self) -> (Option<Span>, Option<Span>) {
        (self.version, self.date)
    }

    /// `vvvv  Name`.
    #[must_use]
    pub fn vendors(&self) -> Entries<'_, 'a, VendorId> {
        Entries::new(&self.vendors, self.text)
    }

    /// `TAB dddd  Name` below a vendor.
    #[must_use]
    pub fn devices(&self) -> Entries<'_, 'a, PciId> {
        Entries::new(&self.devices, self.text)
    }

    /// `TAB TAB ssss dddd  Name` below a device.
    #[must_use]
    pub fn subsystems(&self) -> Entries<'_, 'a, (PciId, SubsystemId)> {
        Entries::new(&self.subsystems, self.text)
    }

    /// `TAB dddd  Name` below `S vvvv`: that subsystem on whatever device.
    #[must_use]
    pub fn generic_subsystems(&self) -> Entries<'_, 'a, SubsystemId> {
        Entries::new(&self.generic_subsystems, self.text)
    }

    /// `C cc  Name`, by base class.
    #[must_use]
    pub fn base_classes(&self) -> Entries<'_, 'a, u8> {
        Entries::new(&self.base_classes, self.text)
    }

    /// `TAB ss  Name` below a class, by base class and sub-class.
    #[must_use]
    pub fn sub_classes(&self) -> Entries<'_, 'a, (u8, u8)> {
        Entries::new(&self.sub_classes, self.text)
    }

    /// `TAB TAB pp  Name` below a sub-class, by base class, sub-class and
    /// programming interface.
    #[must_use]
    pub fn prog_ifs(&self) -> Entries<'_, 'a, (u8, u8, u8)> {
        Entries::new(&self.prog_ifs, self.text)
    }
}

/// What the lines with one and two tabs belong to.
#[derive(Clone, Copy)]
enum Block {
    /// No entry yet.
    None,
    /// A vendor, and the device last seen.
    Vendor(VendorId, Option<DeviceId>),
    /// A subsystem vendor's cards.
    Generic(VendorId),
    /// A base class, and the sub-class last seen; 0 before the first, as libpci
    /// has it.
    Class(u8, u8),
    /// A block of a letter that says nothing about PCI; skipped.
    Other,
}

/// A text while it is read.
struct Reader<'a> {
    text: &'a str,
    /// Whether there is a byte in the text that must be looked for in each line.
    has_nul: bool,
    has_carriage_return: bool,
    block: Block,
    version: Option<Span>,
    date: Option<Span>,
    vendors: Rows,
    devices: Rows,
    subsystems: Rows,
    generic_subsystems: Rows,
    base_classes: Rows,
    sub_classes: Rows,
    prog_ifs: Rows,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        // Half of the lines are devices and half are subsystems, of 38 bytes; one
        // allocation is cheaper than growing.
        let rows = text.len() / 76;
        Self {
            text,
            has_nul: memchr::memchr(0, text.as_bytes()).is_some(),
            has_carriage_return: memchr::memchr(b'\r', text.as_bytes()).is_some(),
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

    /// The line from byte `start` to byte `end`.
    fn line(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        let mut line = self.text.as_bytes().get(start..end).unwrap_or_default();
        if self.has_nul && memchr::memchr(0, line).is_some() {
            return Err(Fault::Nul);
        }
        if line.len() > LONGEST_LINE {
            return Err(Fault::LongLine { found: line.len() });
        }
        if self.has_carriage_return {
            if let Some(cut) = memchr::memchr(b'\r', line) {
                line = line.get(..cut).unwrap_or_default();
            }
        }
        if let [before @ .., last] = line {
            if is_blank(*last) {
                line = before;
            }
        }
        // Behind the tabs a hex digit: neither a comment nor empty.
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

    /// A line without a tab begins a block.
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
                    return Err(Fault::UnknownVendor { vendor });
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

    /// A line with two tabs. Below `S` it is read as if it had one.
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

    /// What stands behind the `#` of a comment above the first entry.
    fn head_comment(&mut self, start: usize, end: usize) {
        let comment = self.text.get(start..end).unwrap_or_default();
        let value = |label: &str| {
            let value = comment.trim_start().strip_prefix(label)?.trim();
            // A part of the comment: it ends where the blanks at its end begin.
            let start = start + comment.trim_end().len() - value.len();
            Span::new(&(start..start + value.len()))
        };
        self.version = self.version.or_else(|| value("Version:"));
        self.date = self.date.or_else(|| value("Date:"));
    }
}

/// What may stand between id and name.
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

/// The name behind an id, in a line that ends at byte `end`: blanks, then at least one
/// byte that is none.
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const SAMPLE: &str = "# Version: 2026.10.24\n10b0  Gainward\n10de  NVIDIA\n\
        \t2d04  GB206  [x]\n\t\t10b0 205e  Card\nS 10b0\n\t2060  Any\n\
        C 03  Display\n\t00  VGA\n\t\t00  VGA controller\nX 1\n\tzz\n";

    fn fault(text: &str) -> TextError {
        Database::parse(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn every_kind_of_line() {
        let database = Database::parse(SAMPLE.as_bytes()).unwrap();
        let gpu = PciId::new(0x10de, 0x2d04);
        assert_eq!(database.vendors().get(VendorId::NVIDIA), Some("NVIDIA"));
        assert_eq!(database.devices().get(gpu), Some("GB206  [x]"));
        let card = SubsystemId::new(0x10b0, 0x205e);
        assert_eq!(database.subsystems().get((gpu, card)), Some("Card"));
        let any = SubsystemId::new(0x10b0, 0x2060);
        assert_eq!(database.generic_subsystems().get(any), Some("Any"));
        assert_eq!(database.base_classes().get(3), Some("Display"));
        assert_eq!(database.sub_classes().get((3, 0)), Some("VGA"));
        assert_eq!(database.prog_ifs().get((3, 0, 0)), Some("VGA controller"));
        let windows = SAMPLE.replace('\n', "\r\n");
        let windows = Database::parse(windows.as_bytes()).unwrap();
        assert_eq!(windows.to_blob(), database.to_blob());
    }

    /// The entries come sorted, whatever the order of the text, and an id is had once
    /// wherever its second line stands.
    #[test]
    fn a_text_in_no_order_is_sorted() {
        let text = "# Version: 2026.10.24\n10df  B\n\t0002  b2\n\t0001  b1\n\t0003  b3\n10de  A\n\
            \t0001  a1\n1100  C\n";
        let database = Database::parse(text.as_bytes()).unwrap();
        let names: Vec<&str> = database.vendors().iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["A", "B", "C"]);
        let names: Vec<&str> = database.devices().iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["a1", "b1", "b2", "b3"]);
        for (again, first) in [("10df  X", "B"), ("10de  X", "A"), ("1100  X", "C")] {
            let error = fault(&alloc::format!("{text}{again}"));
            assert_eq!(error.line, 9);
            let first = first.to_string();
            let second = "X".to_string();
            assert_eq!(error.fault, Fault::Duplicate { first, second });
        }
    }

    #[test]
    fn only_the_head_says_the_version() {
        let database = Database::parse(b"10de  NVIDIA\n# Version: 2026.10.24\n").unwrap();
        assert_eq!(database.version(), None);
    }

    #[test]
    fn a_fault_is_said_with_its_line() {
        let says = [
            (
                "\t2d04  GB206",
                "line 1: expected a vendor or class line first, found '\t2d04  GB206'",
            ),
            (
                "10de  N\n\t\t10b0 205e  Card",
                "line 2: expected a device line first, found '\t\t10b0 205e  Card'",
            ),
            (
                "10de  N\n10de  M",
                "line 2: expected each id once, found 'M' for the id of 'N'",
            ),
            (
                "S 10b0",
                "line 1: expected the vendor line of 10b0 before its 'S' line, found none",
            ),
            ("\n\0", "line 2: expected text, found a zero byte"),
        ];
        for (text, says) in says {
            assert_eq!(fault(text).to_string(), says);
        }
        let error = Database::parse(b"10de  N\n10df  \xff").unwrap_err();
        assert_eq!((error.line, error.fault), (2, Fault::NotUtf8));
        let long = "#".repeat(LONGEST_LINE + 1);
        assert_eq!(fault(&long).fault, Fault::LongLine { found: 1023 });
        assert!(Database::parse(&long.as_bytes()[1..]).is_ok());
    }

    /// Whatever is read is compacted, found again, and never more than there
    /// were lines.
    fn check(text: &[u8]) {
        let lines = text.split(|&byte| byte == b'\n').count();
        match Database::parse(text) {
            Ok(database) => {
                let entries = database.vendors().len()
                    + database.devices().len()
                    + database.subsystems().len()
                    + database.prog_ifs().len();
                assert!(entries <= lines);
                if let Ok(blob) = database.to_blob() {
                    let names = crate::names::Names::from_blob(&blob).unwrap();
                    for (id, name) in database.devices().iter() {
                        assert_eq!(names.device(id), Some(name));
                    }
                }
            }
            Err(error) => assert!((1..=lines).contains(&(error.line as usize))),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        let sample = SAMPLE.as_bytes();
        for end in 0..sample.len() {
            check(&sample[..end]);
        }
        let mut state = 0x9e37_79b9_u32;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as usize % below
        };
        for _ in 0..4_000 {
            let mut text: Vec<u8> = sample.to_vec();
            for _ in 0..=random(3) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = b"\t\n\r #CS0f\0\xff"[random(11)],
                    1 => text.insert(at, b"\t\n\r #CS0f\0\xff"[random(11)]),
                    _ => drop(text.remove(at)),
                }
            }
            check(&text);
        }
    }
}
