//! The text form of the database, as published at <https://pci-ids.ucw.cz/>.
//!
//! The rules are those of `lspci -i FILE` (pciutils 3.9), found by testing it: a text that it
//! rejects is rejected here, at the same line.

use alloc::vec::Vec;

use super::fault::{Fault, TextError};
use super::rows::{Entries, Span};
use super::text_reader::Reader;
use crate::{PciId, SubsystemId, VendorId};

/// A parsed `pci.ids` text, sorted. Names are borrowed from the text.
///
/// ```
/// use pci_core::PciId;
/// use pci_core::names::Database;
/// let database = Database::parse(b"# Version: 2026.10.24\n10de  NVIDIA\n\t2d04  GB206\n")?;
/// assert_eq!(database.version(), Some("2026.10.24"));
/// assert_eq!(database.devices().get(PciId::new(0x10de, 0x2d04)), Some("GB206"));
/// # Ok::<(), pci_core::Error>(())
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
    /// Parses a `pci.ids` text.
    ///
    /// IDs may be upper or lower case; blanks and tabs separate ID and name; one blank at the end
    /// of a line is dropped, as is everything after a carriage return. Comments and empty lines may
    /// be indented. Blocks of other capital letters than `C` and `S` are skipped.
    ///
    /// # Errors
    /// An error with the number of the invalid line.
    pub fn parse(text: &'a [u8]) -> crate::Result<Self> {
        let text = core::str::from_utf8(text).map_err(|error| {
            let good = text.get(..error.valid_up_to()).unwrap_or_default();
            let before = memchr::memchr_iter(b'\n', good).count();
            TextError {
                line: u32::try_from(before).map_or(u32::MAX, |before| before.saturating_add(1)),
                fault: Fault::NotUtf8,
            }
        })?;
        if u32::try_from(text.len()).is_err() {
            let (line, fault) = (1, Fault::LongText);
            return Err(TextError { line, fault }.into());
        }
        let mut reader = Reader::new(text);
        reader.read()?;
        Ok(Self::of(reader))
    }

    /// The entries that were read.
    pub(super) fn of(reader: Reader<'a>) -> Self {
        Self {
            text: reader.text,
            version: reader.version,
            date: reader.date,
            vendors: reader.vendors.into_sorted(),
            devices: reader.devices.into_sorted(),
            subsystems: reader.subsystems.into_sorted(),
            generic_subsystems: reader.generic_subsystems.into_sorted(),
            base_classes: reader.base_classes.into_sorted(),
            sub_classes: reader.sub_classes.into_sorted(),
            prog_ifs: reader.prog_ifs.into_sorted(),
        }
    }

    /// The parsed text.
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

    /// `TAB dddd  Name` below `S vvvv`: that subsystem on any device.
    #[must_use]
    pub(crate) fn generic_subsystems(&self) -> Entries<'_, 'a, SubsystemId> {
        Entries::new(&self.generic_subsystems, self.text)
    }

    /// `C cc  Name`, by base class.
    #[must_use]
    pub(crate) fn base_classes(&self) -> Entries<'_, 'a, u8> {
        Entries::new(&self.base_classes, self.text)
    }

    /// `TAB ss  Name` below a class, by base class and sub-class.
    #[must_use]
    pub(crate) fn sub_classes(&self) -> Entries<'_, 'a, (u8, u8)> {
        Entries::new(&self.sub_classes, self.text)
    }

    /// `TAB TAB pp  Name` below a sub-class, by base class, sub-class and
    /// programming interface.
    #[must_use]
    pub fn prog_ifs(&self) -> Entries<'_, 'a, (u8, u8, u8)> {
        Entries::new(&self.prog_ifs, self.text)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::names::fault::MAX_LINE;

    const SAMPLE: &str = "# Version: 2026.10.24\n10b0  Gainward\n10de  NVIDIA\n\
        \t2d04  GB206  [x]\n\t\t10b0 205e  Card\nS 10b0\n\t2060  Any\n\
        C 03  Display\n\t00  VGA\n\t\t00  VGA controller\nX 1\n\tzz\n";

    fn fault(text: &str) -> crate::Error {
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

    /// Entries are sorted, whatever the order of the text, and each ID occurs once.
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
            assert_eq!(error.line(), Some(9));
            assert_eq!(
                error.to_string(),
                alloc::format!("line 9: expected each id once, found 'X' for the id of '{first}'")
            );
        }
    }

    #[test]
    fn only_the_head_has_the_version() {
        let database = Database::parse(b"10de  NVIDIA\n# Version: 2026.10.24\n").unwrap();
        assert_eq!(database.version(), None);
    }

    #[test]
    fn a_problem_has_its_line() {
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
        assert_eq!(
            (error.line(), error.to_string().as_str()),
            (Some(2), "line 2: expected UTF-8, found other bytes")
        );
        let long = "#".repeat(MAX_LINE + 1);
        assert_eq!(
            fault(&long).to_string(),
            "line 1: expected at most 1022 bytes, found 1023"
        );
        assert!(Database::parse(&long.as_bytes()[1..]).is_ok());
    }

    /// Every accepted text can be compacted and searched, and yields at most one entry per line.
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
            Err(error) => assert!((1..=lines).contains(&(error.line().unwrap() as usize))),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        let sample = SAMPLE.as_bytes();
        for end in 0..sample.len() {
            check(&sample[..end]);
        }
        let mut random = testkit::Random::new(0x9e37_79b9);
        for _ in 0..4_000 {
            let mut text: Vec<u8> = sample.to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(text.len());
                match random.below(3) {
                    0 => text[at] = b"\t\n\r #CS0f\0\xff"[random.below(11)],
                    1 => text.insert(at, b"\t\n\r #CS0f\0\xff"[random.below(11)]),
                    _ => drop(text.remove(at)),
                }
            }
            check(&text);
        }
    }
}
