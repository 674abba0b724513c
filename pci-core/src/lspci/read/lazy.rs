//! Records of `-vmm` that are located at once and parsed on demand.

use alloc::string::String;
use alloc::vec::Vec;

use super::normal::is_plain;
use super::parse::parse;
use super::record::Record;
use crate::{Address, AddressPath};

/// The output of `lspci -vmm` with an index of its records: for programs that need few of many
/// functions, or one after another.
///
/// Each parsed record equals that of [`parse`](super::parse) on the whole text, except that its
/// lines and spans are relative to the record.
///
/// ```
/// use pci_core::lspci::{self, LazyRecords};
/// let text = "Slot:\t01:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t2d04\nDriver:\tnouveau\n\n\
///             Slot:\t01:00.1\nClass:\t0403\nVendor:\t10de\nDevice:\t22eb\n";
/// let found = LazyRecords::find(text.to_owned()).unwrap();
/// assert_eq!((found.len(), found.line(1)), (2, Some(7)));
/// let audio = found.read(1).unwrap();
/// assert_eq!(audio.id, lspci::parse(text).records[1].id);
///
/// // Text that differs from `lspci -vmm` needs the tolerant parser.
/// assert!(LazyRecords::find("01:00.0 VGA".to_owned()).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct LazyRecords {
    text: String,
    starts: Vec<Start>,
}

/// Start of a record.
#[derive(Clone, Copy, Debug)]
struct Start {
    offset: usize,
    line: u32,
}

impl LazyRecords {
    /// Indexes the records of a text, in linear time.
    ///
    /// # Errors
    ///
    /// The text itself, if a line is not in the form of `lspci -vmm`, or a record depends on others
    /// in the text, as with `-P`.
    pub fn find(text: String) -> Result<Self, String> {
        match starts(&text) {
            Some(starts) => Ok(Self { text, starts }),
            None => Err(text),
        }
    }

    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Number of a record's first line in the text, from 1.
    #[must_use]
    pub fn line(&self, index: usize) -> Option<u32> {
        Some(self.starts.get(index)?.line)
    }

    /// Parses a record. `None` if there is none with this index.
    #[must_use]
    pub fn read(&self, index: usize) -> Option<Record> {
        let from = self.starts.get(index)?.offset;
        // Another record after it shows that this one was not cut.
        let end = match self.starts.get(index.checked_add(1)?) {
            Some(next) => {
                let rest = self.text.get(next.offset..)?.as_bytes();
                next.offset + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
            }
            None => self.text.len(),
        };
        let record = self.text.get(from..end)?;
        parse(record).records.into_iter().next()
    }
}

fn starts(text: &str) -> Option<Vec<Start>> {
    // A command pasted with its output applies to all records after it.
    if !is_plain(text) || memchr::memmem::find(text.as_bytes(), b"lspci").is_some() {
        return None;
    }
    let mut starts = Vec::new();
    let (mut offset, mut number) = (0, 1_u32);
    let mut lines = text.split('\n');
    while let Some(line) = lines.next() {
        let start = Start {
            offset,
            line: number,
        };
        let mut pass = |line: &str| {
            offset += line.len() + 1;
            number = number.saturating_add(1);
        };
        pass(line);
        if line.is_empty() {
            continue;
        }
        let others = lines.by_ref().inspect(|line| pass(line));
        if !is_unambiguous(line, others.take_while(|line| !line.is_empty())) {
            return None;
        }
        starts.push(start);
    }
    Some(starts)
}

/// Whether each line of a record is unambiguous.
fn is_unambiguous<'a>(head: &str, mut lines: impl Iterator<Item = &'a str>) -> bool {
    let has_slot = head.strip_prefix("Slot:\t");
    let (mut classes, mut vendors) = (0, 0);
    let are_known = lines.all(|line| {
        let Some((tag, value)) = line.split_once(":\t") else {
            return false;
        };
        match tag {
            "Class" => classes += 1,
            "Vendor" => vendors += 1,
            // It could start a record of `-vm`.
            "Device" if value.parse::<AddressPath>().is_ok() => return false,
            "Device" | "SVendor" | "SDevice" | "PhySlot" | "Rev" | "ProgIf" | "Driver"
            | "Module" | "NUMANode" | "DTNode" | "IOMMUGroup" => {}
            _ => return false,
        }
        // Line breaks that were lost leave tabs.
        !value.is_empty() && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
    });
    let has_address = has_slot.is_some_and(|slot| slot.parse::<Address>().is_ok());
    has_address && are_known && (classes, vendors) == (1, 1)
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;
    use alloc::format;

    use super::*;
    use crate::lspci::Fields;

    const TEXT: &str = "\
Slot:\t00:00.0
Class:\tHost bridge [0600]
Vendor:\tIntel Corporation [8086]
Device:\tDevice [a700]

Slot:\t0000:01:00.0
Class:\tVGA compatible controller [0300]
Vendor:\tNVIDIA Corporation [10de]
Device:\tGB206 [GeForce RTX 5060 Ti] [2d04]
SVendor:\tMSI [1462]
SDevice:\tDevice [5351]
PhySlot:\t1
Rev:\ta1
Driver:\tvfio-pci
Module:\tnvidiafb
Module:\tnouveau
NUMANode:\t0
IOMMUGroup:\t12

Slot:\t01:00.1
Class:\tAudio device [0403]
Vendor:\tNVIDIA Corporation [10de]
Device:\tDevice [22eb]
SVendor:\tMSI [1462]
SDevice:\tDevice [5351]
";

    /// The facts of a record, independent of its place in the text.
    fn facts(record: &Record) -> String {
        let text = |found: &Option<host_tree::Located<String>>| {
            found.as_ref().map(|found| found.value.clone())
        };
        format!(
            "{:?}",
            (
                (record.address, &record.path, record.has_domain),
                (record.class, &record.class_name, record.id, &record.name),
                (&record.vendor_name, record.revision, &record.subsystem_name),
                record.subsystem.as_ref().map(|found| found.value),
                record.modules.as_ref().map(|found| found.value.clone()),
                (text(&record.driver), text(&record.physical_slot)),
                record.numa_node.as_ref().map(|found| found.value),
                record.iommu_group.as_ref().map(|found| found.value),
                record.fields == Fields::Whole,
            )
        )
    }

    /// Whether the result equals that of the tolerant parser.
    fn same(text: &str) -> bool {
        let Ok(found) = LazyRecords::find(text.to_owned()) else {
            return false;
        };
        let parsed = parse(text);
        assert!(
            parsed.damage.is_empty() && parsed.commands.is_empty(),
            "{text}"
        );
        assert_eq!(found.len(), parsed.records.len(), "{text}");
        for (index, whole) in parsed.records.iter().enumerate() {
            let alone = found.read(index).unwrap();
            assert_eq!(facts(&alone), facts(whole), "{text}");
            assert_eq!(found.line(index), Some(whole.head.line));
        }
        assert!(found.read(found.len()).is_none());
        true
    }

    #[test]
    fn records_are_what_a_reader_of_the_whole_text_makes_of_them() {
        assert!(same(TEXT));
        assert!(same(""));
        assert_eq!(parse(TEXT).records.len(), 3);
    }

    #[test]
    fn incremental_readers_skip_forms_of_the_whole_text() {
        for (one, other) in [
            ("Slot:\t01:00.1", "Slot:\t00:01.0/00.1"),
            ("Class:\tHost bridge [0600]\n", ""),
            ("Class:\tHost bridge", "$ lspci -vmm\nClass:\tHost bridge"),
            ("Device:\tDevice [a700]", "Device:\t00:01.0"),
            ("Driver:\tvfio-pci\nModule", "Driver:\tvfio-pciModule"),
            ("Intel", "Intel\u{ae}"),
            ("MSI", "MSI&nbsp;"),
            ("\n\nSlot", "\nSlot"),
        ] {
            assert!(TEXT.contains(one), "{one}");
            let text = TEXT.replacen(one, other, 1);
            assert!(LazyRecords::find(text.clone()).is_err(), "{text}");
        }
    }

    /// Lines that are moved, omitted, repeated or cut are detected as damage, or harmless.
    #[test]
    fn a_text_that_was_cut_up_is_read_whole_or_as_it_would_be() {
        // Knuth's multiplicative sequence (The Art of Computer Programming, 3.3.4).
        let mut state = 1_u64;
        let mut below = |limit: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % limit
        };
        let mut found = 0;
        for _ in 0..3000 {
            let mut lines: Vec<&str> = TEXT.split('\n').collect();
            for _ in 0..=below(3) {
                let from = below(lines.len());
                let line = match below(3) {
                    0 => lines.remove(from),
                    1 => lines[from],
                    _ => lines[from].get(..below(lines[from].len() + 1)).unwrap(),
                };
                lines.insert(below(lines.len() + 1), line);
            }
            found += usize::from(same(&lines.join("\n")));
        }
        assert!((100..2900).contains(&found), "{found}");
    }
}
