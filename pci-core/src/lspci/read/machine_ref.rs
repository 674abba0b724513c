//! Records of `-mm` and `-vmm` that are borrowed from the text: the fast way through
//! what programs ask lspci for.

use alloc::borrow::Cow;
use alloc::string::String;

use super::digits::{decimal, hex8, hex16, part};
use super::record_ref::Irregular;
use crate::{Address, AddressPath, ClassCode, PciId, SubsystemId};

/// The records of what `lspci -mm`, `-m`, `-vmm` or `-vm` printed, one by one, as long
/// as each line is as lspci prints it; [`parse`](super::parse) reads all other texts
/// too.
///
/// Nothing is allocated for a record or line. The time is linear in the length of the
/// text. Options and tags that are not known are passed over, as lspci(8) asks for.
///
/// ```
/// use pci_core::lspci;
/// let text = "01:00.0 \"0300\" \"10de\" \"2d04\" -ra1 -p00 \"10b0\" \"205e\"\n";
/// let gpu = lspci::machine_records(text).next().unwrap()?;
/// assert_eq!(gpu.id(), Some("10de:2d04".parse().unwrap()));
/// assert_eq!(gpu.revision, Some(0xa1));
///
/// let text = "Slot:\t01:00.0\nClass:\tVGA compatible controller\nVendor:\tNVIDIA Corporation\n\
///             Device:\tGB206 [GeForce RTX 5060 Ti]\nDriver:\tvfio-pci\nModule:\tnouveau\n";
/// let gpu = lspci::machine_records(text).next().unwrap()?;
/// assert_eq!(gpu.device.name().as_deref(), Some("GB206 [GeForce RTX 5060 Ti]"));
/// assert_eq!(gpu.driver, Some("vfio-pci"));
/// assert_eq!(gpu.modules().collect::<Vec<_>>(), ["nouveau"]);
/// # Ok::<(), pci_core::lspci::Irregular>(())
/// ```
#[must_use]
pub const fn machine_records(text: &str) -> MachineRecords<'_> {
    MachineRecords {
        text,
        offset: 0,
        line: 1,
    }
}

/// The records of a text: [`machine_records`].
pub struct MachineRecords<'a> {
    text: &'a str,
    /// Where the next line begins.
    offset: usize,
    /// Its number.
    line: u32,
}

/// A class, a vendor or a device as the text has it: a name, a number, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MachineValue<'a> {
    text: &'a str,
    /// Whether quotes and backslashes have one before them.
    is_escaped: bool,
}

/// One function, as `-mm` or `-vmm` shows it, borrowed from the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineRecordRef<'a> {
    /// The function's address, or its path behind bridges (`-P`), as written.
    pub slot: &'a str,
    /// The class.
    pub class: MachineValue<'a>,
    /// The vendor.
    pub vendor: MachineValue<'a>,
    /// The device.
    pub device: MachineValue<'a>,
    /// The subsystem's vendor; empty where the function has no subsystem.
    pub subsystem_vendor: MachineValue<'a>,
    /// The subsystem.
    pub subsystem: MachineValue<'a>,
    /// The revision; lspci prints none when it is 0.
    pub revision: Option<u8>,
    /// The programming interface; before 3.8 lspci prints none when it is 0.
    pub prog_if: Option<u8>,
    /// The slot that the platform numbers so (`PhySlot`).
    pub physical_slot: Option<&'a str>,
    /// The driver that holds the function.
    pub driver: Option<&'a str>,
    /// The NUMA node.
    pub numa_node: Option<u32>,
    /// The IOMMU group.
    pub iommu_group: Option<u32>,
    /// The number of its first line, from 1.
    pub line: u32,
    /// Its lines, without the blank line that ends them.
    pub text: &'a str,
    /// Where `text` is in the whole, in bytes.
    pub offset: usize,
}

impl<'a> MachineValue<'a> {
    /// The value as the text has it, with the backslashes of `-mm`.
    #[must_use]
    pub const fn as_written(self) -> &'a str {
        self.text
    }

    /// The name, without number and backslashes; `None` where there is only a number, or
    /// nothing.
    ///
    /// A name of four hex digits is taken for a number: without `-nn` the text alone does
    /// not tell the two apart.
    #[must_use]
    pub fn name(self) -> Option<Cow<'a, str>> {
        let name = match self.bracketed() {
            Some((name, _)) => name,
            None if self.bare().is_some() => return None,
            None => self.text,
        };
        if matches!(
            name,
            "" | "Device" | "Vendor" | "Class" | "Unknown vendor" | "Unknown device"
        ) || (self.bracketed().is_none() && self.worded().is_some())
        {
            return None;
        }
        Some(self.unescaped(name))
    }

    /// The number, where the text has it: `-n`, `-nn`, or an id that has no name.
    #[must_use]
    pub fn number(self) -> Option<u16> {
        self.bracketed()
            .map(|(_, number)| number)
            .or_else(|| self.bare())
            .or_else(|| self.worded())
    }

    /// `Name [10de]`.
    fn bracketed(self) -> Option<(&'a str, u16)> {
        let open = self.text.len().checked_sub(" [0000]".len())?;
        let inner = self
            .text
            .get(open..)?
            .strip_prefix(" [")?
            .strip_suffix(']')?;
        Some((part(self.text, 0, open), hex16(inner)?))
    }

    /// `10de`.
    fn bare(self) -> Option<u16> {
        hex16(self.text).filter(|_| self.text.len() == 4)
    }

    /// `Device 2d04`, which stands for a name that the database lacks.
    fn worded(self) -> Option<u16> {
        let (word, number) = self.text.rsplit_once(' ')?;
        let known = [
            "Device",
            "Vendor",
            "Class",
            "Unknown vendor",
            "Unknown device",
        ];
        (known.contains(&word) && number.len() == 4).then(|| hex16(number))?
    }

    fn unescaped(self, text: &'a str) -> Cow<'a, str> {
        if !self.is_escaped || !text.contains('\\') {
            return Cow::Borrowed(text);
        }
        let mut plain = String::with_capacity(text.len());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => plain.extend(characters.next()),
                other => plain.push(other),
            }
        }
        Cow::Owned(plain)
    }
}

impl<'a> MachineRecordRef<'a> {
    /// Where the function is; `None` behind a bridge whose bus `-P` leaves out.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        match self.slot.parse() {
            Ok(address) => Some(address),
            Err(_) => self.path()?.address(),
        }
    }

    /// The bridges on the way to the function, where the text shows them.
    #[must_use]
    pub fn path(&self) -> Option<AddressPath> {
        self.slot.contains('/').then(|| self.slot.parse().ok())?
    }

    /// Vendor and device id, where the text has both.
    #[must_use]
    pub fn id(&self) -> Option<PciId> {
        Some(PciId::new(self.vendor.number()?, self.device.number()?))
    }

    /// The ids of the subsystem, where the text has both.
    #[must_use]
    pub fn subsystem_id(&self) -> Option<SubsystemId> {
        let (vendor, device) = (self.subsystem_vendor.number()?, self.subsystem.number()?);
        Some(SubsystemId::new(vendor, device))
    }

    /// The class by its number, where the text has it.
    #[must_use]
    pub fn class_code(&self) -> Option<ClassCode> {
        let [base, sub] = self.class.number()?.to_be_bytes();
        Some(ClassCode::new(base, sub, self.prog_if))
    }

    /// The modules that say they can drive it.
    pub fn modules(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let lines = self.text.lines();
        lines.filter_map(|line| Some(line.strip_prefix("Module:")?.trim()))
    }

    /// The record that this line of `-mm` is.
    fn of_line(line: &'a str) -> Option<Self> {
        let (slot, mut rest) = line.split_once(' ')?;
        let mut record = Self {
            slot,
            text: line,
            ..Self::default()
        };
        if record.address().is_none() && record.path().is_none() {
            return None;
        }
        let mut values = [MachineValue::default(); 5];
        let mut places = values.iter_mut();
        let mut strings = 0;
        loop {
            rest = rest.trim_start_matches(' ');
            if let Some(inner) = rest.strip_prefix('"') {
                let (value, behind) = quoted(inner)?;
                *places.next()? = value;
                strings += 1;
                rest = behind;
            } else if rest.starts_with('-') {
                let end = memchr::memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
                let (option, behind) = rest.split_at_checked(end)?;
                let value = option.get(2..).filter(|value| value.len() == 2);
                let value = value.and_then(|value| hex8(value, 2));
                match option.as_bytes().get(1) {
                    Some(b'r') => record.revision = value,
                    Some(b'p') => record.prog_if = value,
                    _ => {}
                }
                rest = behind;
            } else {
                break;
            }
        }
        [
            record.class,
            record.vendor,
            record.device,
            record.subsystem_vendor,
            record.subsystem,
        ] = values;
        // A subsystem has both of its strings.
        (rest.is_empty() && matches!(strings, 3 | 5)).then_some(record)
    }

    /// Takes a line of a tag and a value; whether it is one.
    fn take(&mut self, line: &'a str) -> bool {
        let Some((tag, value)) = line.split_once(':') else {
            return false;
        };
        let value = value.strip_prefix('\t').unwrap_or(value);
        let plain = MachineValue {
            text: value,
            is_escaped: false,
        };
        match tag {
            "Class" => self.class = plain,
            "Vendor" => self.vendor = plain,
            "Device" => self.device = plain,
            "SVendor" => self.subsystem_vendor = plain,
            "SDevice" => self.subsystem = plain,
            "Rev" => self.revision = hex8(value, 2),
            "ProgIf" => self.prog_if = hex8(value, 2),
            "PhySlot" => self.physical_slot = Some(value),
            "Driver" => self.driver = Some(value),
            "NUMANode" => self.numa_node = decimal(value),
            "IOMMUGroup" => self.iommu_group = decimal(value),
            // What later releases print.
            _ => return !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        }
        true
    }
}

/// The string up to its closing quote, and what is behind that.
fn quoted(inner: &str) -> Option<(MachineValue<'_>, &str)> {
    let mut is_escaped = false;
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(b'"', b'\\', inner.as_bytes().get(from..)?)?;
        if inner.as_bytes().get(at) == Some(&b'"') {
            let text = inner.get(..at)?;
            return Some((MachineValue { text, is_escaped }, inner.get(at + 1..)?));
        }
        is_escaped = true;
        from = at + 2;
    }
}

impl<'a> MachineRecords<'a> {
    /// The next line, and where the one after it begins.
    fn line(&self) -> Option<(&'a str, usize)> {
        let rest = self.text.get(self.offset..)?;
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.as_bytes();
        let length = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let next = self.text.len().min(self.offset + length + 1);
        Some((part(rest, 0, length), next))
    }

    fn pass(&mut self, next: usize) {
        self.offset = next;
        self.line = self.line.saturating_add(1);
    }

    fn irregular(&mut self) -> Irregular {
        let error = Irregular {
            line: self.line,
            offset: self.offset,
        };
        // What comes behind it is not looked at.
        self.offset = self.text.len();
        error
    }
}

impl<'a> Iterator for MachineRecords<'a> {
    type Item = Result<MachineRecordRef<'a>, Irregular>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut line, mut next) = self.line()?;
        while line.is_empty() {
            self.pass(next);
            (line, next) = self.line()?;
        }
        let (number, start) = (self.line, self.offset);
        if let Some(record) = MachineRecordRef::of_line(line) {
            self.pass(next);
            return Some(Ok(MachineRecordRef {
                line: number,
                offset: start,
                ..record
            }));
        }
        // `-vm` calls the slot a device.
        let slot = ["Slot:\t", "Device:\t"]
            .iter()
            .find_map(|tag| line.strip_prefix(tag));
        let mut record = MachineRecordRef {
            slot: slot.unwrap_or_default(),
            line: number,
            offset: start,
            ..MachineRecordRef::default()
        };
        if record.address().is_none() && record.path().is_none() {
            return Some(Err(self.irregular()));
        }
        let mut end = start + line.len();
        self.pass(next);
        while let Some((line, next)) = self.line().filter(|(line, _)| !line.is_empty()) {
            if !record.take(line) {
                return Some(Err(self.irregular()));
            }
            end = self.offset + line.len();
            self.pass(next);
        }
        record.text = part(self.text, start, end);
        Some(Ok(record))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;
    use crate::lspci::parse;

    const LINES: &str = "\
00:00.0 \"Host bridge [0600]\" \"Intel Corporation [8086]\" \"Device [a700]\" -r01 -p00 \"\" \"\"
01:00.0 \"VGA compatible controller [0300]\" \"NVIDIA Corporation [10de]\" \"A \\\"B\\\" [1b06]\" -ra1 -p00 -z9 \"MSI [1462]\" \"Device [8a96]\"
10000:e1:00.0/01.0 \"0604\" \"8086\" \"3408\"
";

    const RECORDS: &str = "\
Slot:\t01:00.0
Class:\tVGA compatible controller
Vendor:\tNVIDIA Corporation
Device:\tDevice 2d04
SVendor:\tUnknown vendor fefe
SDevice:\tCard \\ \"x\"
PhySlot:\t0-4
Rev:\ta1
ProgIf:\t00
Driver:\tvfio-pci
Module:\tnvidiafb
Module:\tnouveau
NUMANode:\t1
IOMMUGroup:\t17
Later:\tx

Device:\t01:00.1
Class:\tAudio device
Vendor:\tNVIDIA Corporation
Device:\tGB206
";

    /// What is borrowed is what is read of any text.
    #[test]
    fn borrowed_records_say_what_parsed_ones_do() {
        for (text, count) in [(LINES, 3), (RECORDS, 2)] {
            let borrowed: Vec<_> = machine_records(text).map(Result::unwrap).collect();
            let parsed = parse(text).records;
            assert_eq!((borrowed.len(), parsed.len()), (count, count));
            for (borrowed, parsed) in borrowed.iter().zip(&parsed) {
                assert_eq!(borrowed.address(), parsed.address);
                assert_eq!(borrowed.path(), parsed.path);
                assert_eq!(borrowed.id(), parsed.id);
                let subsystem = parsed.subsystem.as_ref().map(|found| found.value);
                assert_eq!(borrowed.subsystem_id(), subsystem);
                assert_eq!(borrowed.revision, parsed.revision);
                assert_eq!(
                    borrowed.class.name().as_deref(),
                    parsed.class_name.as_deref()
                );
                let vendor = borrowed.vendor.name();
                assert_eq!(vendor.as_deref(), parsed.vendor_name.as_deref());
                let driver = parsed.driver.as_ref().map(|found| found.value.as_str());
                assert_eq!(borrowed.driver, driver);
                let slot = parsed
                    .physical_slot
                    .as_ref()
                    .map(|found| found.value.as_str());
                assert_eq!(borrowed.physical_slot, slot);
                let group = parsed.iommu_group.as_ref().map(|found| found.value);
                assert_eq!(borrowed.iommu_group, group);
                let modules: Vec<&str> = borrowed.modules().collect();
                let parsed_modules = parsed.modules.as_ref().map(|found| found.value.clone());
                assert_eq!(modules, parsed_modules.unwrap_or_default());
                let shown = text.get(borrowed.offset..).unwrap();
                assert!(shown.starts_with(borrowed.text));
                assert_eq!(borrowed.line, parsed.head.line);
            }
        }
        let second = machine_records(LINES).nth(1).unwrap().unwrap();
        assert_eq!(second.subsystem_vendor.name().as_deref(), Some("MSI"));
        assert_eq!(second.subsystem.name(), None);
        assert_eq!(second.device.name().as_deref(), Some("A \"B\""));
        assert_eq!(second.class_code().unwrap().to_string(), "030000");
    }

    #[test]
    fn other_lines_are_for_those_who_read_any_text() {
        for (text, line) in [
            ("$ lspci -mm\n", 1),
            ("\n01:00.0 \"0300\" \"10de\n", 2),
            ("01:00.0 \"0300\" \"10de\" \"2d04\" \"10b0\"\n", 1),
            ("01:00.0 VGA compatible controller: x\n", 1),
            ("Slot:\t01:00.0\nhttp//x\n", 2),
            ("Class:\tx\n", 1),
        ] {
            let error = machine_records(text).last().unwrap().unwrap_err();
            assert_eq!(error.line, line, "{text}");
        }
        assert!(machine_records("").next().is_none());
    }
}
