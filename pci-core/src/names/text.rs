//! The text form of the database, as <https://pci-ids.ucw.cz/> gives it out.
//!
//! The rules are those that `lspci -i FILE` (pciutils 3.9) follows, found by
//! asking it: a text that it refuses is refused here, at the same line.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::{String, ToString};

use crate::{DeviceId, PciId, SubsystemId, VendorId};

/// What a `pci.ids` text says, sorted. Names are borrowed from the text.
///
/// ```
/// use pci_core::PciId;
/// use pci_core::names::Database;
/// let database = Database::parse(b"# Version: 2026.10.24\n10de  NVIDIA\n\t2d04  GB206\n")?;
/// assert_eq!(database.version, Some("2026.10.24"));
/// assert_eq!(database.devices[&PciId::new(0x10de, 0x2d04)], "GB206");
/// # Ok::<(), pci_core::names::TextError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Database<'a> {
    /// The comment `# Version:` above the first entry: `2026.10.24`.
    pub version: Option<&'a str>,
    /// The comment `# Date:` above the first entry: `2026-10-24 03:15:02`.
    pub date: Option<&'a str>,
    /// `vvvv  Name`.
    pub vendors: BTreeMap<VendorId, &'a str>,
    /// `TAB dddd  Name` below a vendor.
    pub devices: BTreeMap<PciId, &'a str>,
    /// `TAB TAB ssss dddd  Name` below a device.
    pub subsystems: BTreeMap<(PciId, SubsystemId), &'a str>,
    /// `TAB dddd  Name` below `S vvvv`: that subsystem on whatever device.
    pub generic_subsystems: BTreeMap<SubsystemId, &'a str>,
    /// `C cc  Name`, by base class.
    pub base_classes: BTreeMap<u8, &'a str>,
    /// `TAB ss  Name` below a class, by base class and sub-class.
    pub sub_classes: BTreeMap<(u8, u8), &'a str>,
    /// `TAB TAB pp  Name` below a sub-class, by base class, sub-class and
    /// programming interface.
    pub prog_ifs: BTreeMap<(u8, u8, u8), &'a str>,
}

/// The longest line, in bytes without its end, that libpci reads.
const LONGEST_LINE: usize = 1022;

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
            let before = good.iter().filter(|&&byte| byte == b'\n').count();
            TextError {
                line: u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1)),
                fault: Fault::NotUtf8,
            }
        })?;
        let mut database = Self::default();
        let mut block = Block::None;
        for (line, content) in (1..=u32::MAX).zip(text.split('\n')) {
            database
                .line(content, &mut block)
                .map_err(|fault| TextError { line, fault })?;
        }
        Ok(database)
    }

    fn line(&mut self, line: &'a str, block: &mut Block) -> Result<(), Fault> {
        if line.contains('\0') {
            return Err(Fault::Nul);
        }
        if line.len() > LONGEST_LINE {
            return Err(Fault::LongLine { found: line.len() });
        }
        let line = line.split('\r').next().unwrap_or(line);
        let line = line.strip_suffix(BLANK).unwrap_or(line);
        let content = line.trim_start_matches(BLANK);
        if let Some(comment) = content.strip_prefix('#') {
            if matches!(block, Block::None) {
                self.head_comment(comment);
            }
            return Ok(());
        }
        if content.is_empty() {
            return Ok(());
        }
        let faulty = |expected| Fault::Entry {
            expected,
            found: line.to_string(),
        };
        match (line.strip_prefix('\t'), *block) {
            (Some(_), Block::Other) => Ok(()),
            (None, _) => self.block_head(line, block),
            (Some(entry), Block::Vendor(vendor, child)) => match entry.strip_prefix('\t') {
                None => {
                    let (device, name) = hex4(entry).and_then(named).ok_or_else(|| {
                        faulty("a device line: a tab, four hex digits, blanks, a name")
                    })?;
                    let device = DeviceId(device);
                    *block = Block::Vendor(vendor, Some(device));
                    insert(&mut self.devices, PciId { vendor, device }, name)
                }
                Some(entry) => {
                    let device = child.ok_or_else(|| faulty("a device line first"))?;
                    let (subsystem, name) = subsystem(entry).ok_or_else(|| {
                        faulty("a subsystem line: two tabs, two ids with a blank between, a name")
                    })?;
                    let key = (PciId { vendor, device }, subsystem);
                    insert(&mut self.subsystems, key, name)
                }
            },
            (Some(entry), Block::Generic(vendor)) => {
                let (device, name) = hex4(entry).and_then(named).ok_or_else(|| {
                    faulty("a subsystem line: a tab, four hex digits, blanks, a name")
                })?;
                let device = DeviceId(device);
                let key = SubsystemId { vendor, device };
                insert(&mut self.generic_subsystems, key, name)
            }
            (Some(entry), Block::Class(base, sub)) => match entry.strip_prefix('\t') {
                None => {
                    let (sub, name) = hex2(entry).and_then(named).ok_or_else(|| {
                        faulty("a sub-class line: a tab, two hex digits, blanks, a name")
                    })?;
                    *block = Block::Class(base, sub);
                    insert(&mut self.sub_classes, (base, sub), name)
                }
                Some(entry) => {
                    let (prog_if, name) = hex2(entry).and_then(named).ok_or_else(|| {
                        faulty("an interface line: two tabs, two hex digits, blanks, a name")
                    })?;
                    insert(&mut self.prog_ifs, (base, sub, prog_if), name)
                }
            },
            (Some(_), Block::None) => Err(faulty("a vendor or class line first")),
        }
    }

    /// A line without a tab begins a block.
    fn block_head(&mut self, line: &'a str, block: &mut Block) -> Result<(), Fault> {
        let faulty = |expected| Fault::Entry {
            expected,
            found: line.to_string(),
        };
        let letter = line
            .split_at_checked(1)
            .filter(|(letter, _)| letter.bytes().all(|byte| byte.is_ascii_uppercase()))
            .and_then(|(letter, rest)| Some((letter, rest.strip_prefix(' ')?)));
        match letter {
            Some(("C", entry)) => {
                let (base, name) = hex2(entry)
                    .and_then(named)
                    .ok_or_else(|| faulty("a class line: 'C ', two hex digits, blanks, a name"))?;
                *block = Block::Class(base, 0);
                insert(&mut self.base_classes, base, name)
            }
            Some(("S", entry)) => {
                let vendor = hex4(entry)
                    .filter(|(_, rest)| rest.is_empty())
                    .map(|(vendor, _)| VendorId(vendor))
                    .ok_or_else(|| faulty("a line of 'S ' and four hex digits"))?;
                if !self.vendors.contains_key(&vendor) {
                    return Err(Fault::UnknownVendor { vendor });
                }
                *block = Block::Generic(vendor);
                Ok(())
            }
            Some(_) => {
                *block = Block::Other;
                Ok(())
            }
            None => {
                let (vendor, name) = hex4(line)
                    .and_then(named)
                    .ok_or_else(|| faulty("a vendor line: four hex digits, blanks, a name"))?;
                let vendor = VendorId(vendor);
                *block = Block::Vendor(vendor, None);
                insert(&mut self.vendors, vendor, name)
            }
        }
    }

    fn head_comment(&mut self, comment: &'a str) {
        let comment = comment.trim();
        if let Some(version) = comment.strip_prefix("Version:") {
            self.version.get_or_insert(version.trim());
        } else if let Some(date) = comment.strip_prefix("Date:") {
            self.date.get_or_insert(date.trim());
        }
    }
}

/// What may stand between id and name.
const BLANK: [char; 2] = [' ', '\t'];

fn insert<'a, K: Ord>(rows: &mut BTreeMap<K, &'a str>, key: K, name: &'a str) -> Result<(), Fault> {
    match rows.entry(key) {
        Entry::Vacant(free) => {
            free.insert(name);
            Ok(())
        }
        Entry::Occupied(taken) => Err(Fault::Duplicate {
            first: (*taken.get()).to_string(),
            second: name.to_string(),
        }),
    }
}

fn digits(text: &str, count: usize) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

fn hex4(text: &str) -> Option<(u16, &str)> {
    digits(text, 4)
}

fn hex2(text: &str) -> Option<(u8, &str)> {
    let (number, rest) = digits(text, 2)?;
    Some((u8::try_from(number).ok()?, rest))
}

/// The name behind an id: blanks, then at least one byte that is none.
fn named<T>((id, rest): (T, &str)) -> Option<(T, &str)> {
    let name = rest.trim_start_matches(BLANK);
    (name.len() < rest.len() && !name.is_empty()).then_some((id, name))
}

fn subsystem(text: &str) -> Option<(SubsystemId, &str)> {
    let (vendor, rest) = hex4(text)?;
    let (device, name) = hex4(rest.strip_prefix(BLANK)?).and_then(named)?;
    Some((SubsystemId::new(vendor, device), name))
}

/// The line of a `pci.ids` text that breaks the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct TextError {
    /// The line's number, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line of a `pci.ids` text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not UTF-8, which the database has been since 2006; names are texts here.
    #[error("expected UTF-8, found other bytes")]
    NotUtf8,
    /// A zero byte.
    #[error("expected text, found a zero byte")]
    Nul,
    /// Longer than libpci reads.
    #[error("expected at most {LONGEST_LINE} bytes, found {found}")]
    LongLine {
        /// The line's length in bytes.
        found: usize,
    },
    /// No entry, or none that may stand here.
    #[error("expected {expected}, found '{found}'")]
    Entry {
        /// What would have been right there.
        expected: &'static str,
        /// The line.
        found: String,
    },
    /// The id has a name already.
    #[error("expected each id once, found '{second}' for the id of '{first}'")]
    Duplicate {
        /// The name that came first.
        first: String,
        /// The name on this line.
        second: String,
    },
    /// An `S` block of a vendor without a name.
    #[error("expected the vendor line of {vendor} before its 'S' line, found none")]
    UnknownVendor {
        /// The vendor.
        vendor: VendorId,
    },
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
        assert_eq!(database.vendors[&VendorId::NVIDIA], "NVIDIA");
        assert_eq!(database.devices[&gpu], "GB206  [x]");
        assert_eq!(
            database.subsystems[&(gpu, SubsystemId::new(0x10b0, 0x205e))],
            "Card"
        );
        let any = SubsystemId::new(0x10b0, 0x2060);
        assert_eq!(database.generic_subsystems[&any], "Any");
        assert_eq!(database.base_classes[&3], "Display");
        assert_eq!(database.sub_classes[&(3, 0)], "VGA");
        assert_eq!(database.prog_ifs[&(3, 0, 0)], "VGA controller");
        let windows = SAMPLE.replace('\n', "\r\n");
        assert_eq!(Database::parse(windows.as_bytes()), Ok(database));
    }

    #[test]
    fn only_the_head_says_the_version() {
        let database = Database::parse(b"10de  NVIDIA\n# Version: 2026.10.24\n").unwrap();
        assert_eq!(database.version, None);
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
                let entries = database.vendors.len()
                    + database.devices.len()
                    + database.subsystems.len()
                    + database.prog_ifs.len();
                assert!(entries <= lines);
                if let Ok(blob) = database.to_blob() {
                    let names = crate::names::Names::from_blob(&blob).unwrap();
                    for (&id, &name) in &database.devices {
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
