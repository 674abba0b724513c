//! Records that are borrowed from the text: the fast way through long listings that
//! are as lspci prints them.

use core::ops::Range;

use super::class_names::ClassNames;
use super::digits::{bracketed_pair, decimal, hex8, part, subsystem};
use super::label::Field;
use super::piece::trimmed;
use super::strict;
use super::value::{is_module_list, is_word, module_words};
use crate::lspci::dump;
use crate::{Address, AddressPath, ClassCode, PciId, SubsystemId};

/// The records of `text`, one by one, as long as each line is just as `lspci` prints
/// it without `-m` and `-t`; [`parse`](super::parse) reads all other texts too.
///
/// Nothing is allocated for a record or line. The time is linear in the length of
/// the text.
///
/// ```
/// use pci_core::lspci;
/// let text = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
///             \tKernel driver in use: vfio-pci\n\
///             \tKernel modules: nvidiafb, nouveau\n";
/// for record in lspci::records(text) {
///     let record = record?;
///     assert_eq!(record.driver, Some("vfio-pci"));
///     assert_eq!(record.modules().collect::<Vec<_>>(), ["nvidiafb", "nouveau"]);
///     assert_eq!(record.span(record.driver.unwrap()), Some(103..111));
/// }
/// // A line that lost its break, or a prompt, is for `parse` to read.
/// assert!(lspci::records("$ lspci\n").next().unwrap().is_err());
/// # Ok::<(), pci_core::lspci::Irregular>(())
/// ```
#[must_use]
pub fn records(text: &str) -> Records<'_> {
    Records {
        text,
        offset: 0,
        line: 1,
        names: ClassNames::new(),
    }
}

/// The records of a text: [`records`].
pub struct Records<'a> {
    text: &'a str,
    /// Where the next line begins.
    offset: usize,
    /// Its number.
    line: u32,
    names: ClassNames,
}

/// One function, as a listing shows it, borrowed from the listing.
///
/// What it says is what [`Record`](super::Record) says under the same names.
#[derive(Clone, Copy, Debug)]
pub struct RecordRef<'a> {
    /// Where the function is; `None` behind a bridge whose bus `-P` leaves out.
    pub address: Option<Address>,
    /// Whether the text has the domain.
    pub has_domain: bool,
    /// The class.
    pub class: Option<ClassCode>,
    /// The class's name.
    pub class_name: Option<&'a str>,
    /// Vendor and device id.
    pub id: Option<PciId>,
    /// Vendor and device name as one text.
    pub name: Option<&'a str>,
    /// The revision; lspci prints none when it is 0.
    pub revision: Option<u8>,
    /// Subsystem vendor and subsystem id.
    pub subsystem: Option<SubsystemId>,
    /// The name of the subsystem.
    pub subsystem_name: Option<&'a str>,
    /// The firmware's label for the function.
    pub device_name: Option<&'a str>,
    /// The header type after `!!! Unknown header type`.
    pub unknown_header: Option<u8>,
    /// The driver that holds the function.
    pub driver: Option<&'a str>,
    /// The IOMMU group.
    pub iommu_group: Option<u32>,
    /// The number of its first line, from 1.
    pub line: u32,
    /// Its lines, without the blank line that ends them.
    pub text: &'a str,
    /// Where `text` is in the whole, in bytes.
    pub offset: usize,
    path: Option<&'a str>,
    modules: Option<&'a str>,
    is_verbose: bool,
}

/// Why a text is not as lspci prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not one that lspci prints for people")]
pub struct Irregular {
    /// The number of the line, from 1.
    pub line: u32,
    /// Where it begins in the text, in bytes.
    pub offset: usize,
}

impl<'a> RecordRef<'a> {
    /// The modules that say they can drive it.
    pub fn modules(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        module_words(self.modules.unwrap_or_default())
    }

    /// The bridges on the way to the function, where the text shows them.
    #[must_use]
    pub fn path(&self) -> Option<AddressPath> {
        self.path?.parse().ok()
    }

    /// Where in the whole text `part` is, in bytes; `None` where it is no part of
    /// this record's text.
    #[must_use]
    pub fn span(&self, part: &str) -> Option<Range<usize>> {
        let place = |text: &str| text.as_ptr().addr();
        let start = place(part).checked_sub(place(self.text))?;
        (start + part.len() <= self.text.len())
            .then_some(self.offset + start..self.offset + start + part.len())
    }

    fn begin(head: &strict::Head<'a>, line: &'a str, number: u32, offset: usize) -> Self {
        let class = head.class.class.map(|class| ClassCode {
            prog_if: head.pair.prog_if,
            ..class
        });
        Self {
            address: head.anchor.address,
            has_domain: head.anchor.has_domain,
            class,
            class_name: head.class.name,
            id: head.pair.id,
            name: head.pair.name,
            revision: head.pair.revision,
            subsystem: None,
            subsystem_name: None,
            device_name: None,
            unknown_header: None,
            driver: None,
            iommu_group: None,
            line: number,
            text: line,
            offset,
            path: head.anchor.is_path.then(|| part(line, 0, head.anchor.end)),
            modules: None,
            is_verbose: false,
        }
    }

    /// Takes a line below the first; whether it is one of lspci's.
    fn take(&mut self, line: &'a str) -> bool {
        self.take_plain(line) || self.take_any(line)
    }

    /// Takes a line that is one of the most frequent of `-k`, and just as it mostly is.
    fn take_plain(&mut self, line: &'a str) -> bool {
        if let Some(value) = line.strip_prefix("\tSubsystem: ") {
            let plain = strict::plain_subsystem(value);
            if let Some((id, name)) = plain {
                self.subsystem = Some(id);
                self.subsystem_name = subsystem_name(name);
            }
            return plain.is_some();
        }
        if let Some(driver) = line.strip_prefix("\tKernel driver in use: ") {
            let plain = is_word(driver);
            if plain {
                self.driver = Some(driver);
            }
            return plain;
        }
        if let Some(modules) = line.strip_prefix("\tKernel modules: ") {
            let plain = is_module_list(modules);
            if plain {
                self.modules = Some(modules);
            }
            return plain;
        }
        false
    }

    fn take_any(&mut self, line: &'a str) -> bool {
        let Some(label) = strict::field(line) else {
            return strict::is_detail(line);
        };
        let value = trimmed(part(line, label.end, line.len()));
        self.is_verbose |= matches!(
            label.field,
            Field::Verbose | Field::Flags | Field::UnknownHeader | Field::Buses
        );
        match label.field {
            Field::Subsystem => {
                let bracket = bracketed_pair(value);
                self.subsystem = match bracket {
                    Some(at) => value.get(at + 1..).and_then(subsystem),
                    None => subsystem(value.strip_prefix("Device ").unwrap_or(value)),
                };
                let name = match bracket {
                    Some(at) => trimmed(part(value, 0, at)),
                    None if self.subsystem.is_some() => "",
                    None => value,
                };
                self.subsystem_name = subsystem_name(name);
            }
            Field::DeviceName => self.device_name = Some(value),
            Field::UnknownHeader => self.unknown_header = hex8(value, 2),
            Field::Driver => self.driver = Some(value),
            Field::Modules => self.modules = Some(value),
            Field::Flags => {
                let group = value.rfind("IOMMU group ");
                self.iommu_group = group.and_then(|at| decimal(part(value, at + 12, value.len())));
            }
            Field::Group => self.iommu_group = decimal(value),
            _ => {}
        }
        true
    }
}

/// A name; `Device` alone is what lspci prints where it knows none.
fn subsystem_name(text: &str) -> Option<&str> {
    Some(text).filter(|name| !matches!(*name, "" | "Device"))
}

impl<'a> Records<'a> {
    /// The next line, and where the one after it begins.
    fn line(&self) -> Option<(&'a str, usize)> {
        let rest = self
            .text
            .get(self.offset..)
            .filter(|rest| !rest.is_empty())?;
        let (length, next) = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(length) => (length, length + 1),
            None => (rest.len(), rest.len()),
        };
        Some((part(rest, 0, length), self.offset + next))
    }

    fn pass(&mut self, next: usize) {
        self.offset = next;
        self.line = self.line.saturating_add(1);
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<RecordRef<'a>, Irregular>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut line, mut next) = self.line()?;
        while line.is_empty() {
            self.pass(next);
            (line, next) = self.line()?;
        }
        let irregular = |records: &Self| Irregular {
            line: records.line,
            offset: records.offset,
        };
        let start = self.offset;
        let Some(head) = strict::head(line, &self.names) else {
            let error = irregular(self);
            // What comes behind it is not looked at.
            self.offset = self.text.len();
            return Some(Err(error));
        };
        let mut record = RecordRef::begin(&head, line, self.line, start);
        let mut end = start + line.len();
        self.pass(next);
        while let Some(rest) = self.text.get(self.offset..) {
            let is_bytes = match rest.as_bytes().first() {
                Some(b'\t') => false,
                // A line of bytes: another record's first line has a colon at 2, and no
                // blank behind it.
                Some(first) if first.is_ascii_hexdigit() => match dump::offset(rest) {
                    Some(_) => true,
                    None => break,
                },
                None | Some(b'\n') => break,
                Some(_) => false,
            };
            let Some((line, next)) = self.line() else {
                break;
            };
            let is_own = is_bytes || line.starts_with('\t') && record.take(line);
            if !is_own {
                let error = irregular(self);
                self.offset = self.text.len();
                return Some(Err(error));
            }
            end = self.offset + line.len();
            self.pass(next);
        }
        record.text = part(self.text, start, end);
        if let Some(class) = record.class.as_mut().filter(|_| record.is_verbose) {
            // lspci -v leaves out a programming interface that is 0 and has no name.
            class.prog_if = class.prog_if.or(Some(0));
        }
        Some(Ok(record))
    }
}
