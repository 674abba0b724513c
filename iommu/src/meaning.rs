//! Meanings of kernel log lines: the table `data/log-lines.tsv`.

use std::sync::LazyLock;

use pci_core::Address;

/// Kind of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLineKind {
    /// The IOMMU is enabled: the line is printed only after its setup.
    ProvesOn,
    /// The option that enables the IOMMU was read, before the kernel probed the hardware: this
    /// proves only the option.
    OptionOn,
    /// The option that disables the IOMMU was read.
    OptionOff,
    /// The kernel disabled the IOMMU, or failed to enable it.
    ProvesOffInKernel,
    /// The firmware offers no IOMMU.
    ProvesOffInFirmware,
    /// The firmware has the ACPI table of the IOMMU.
    FirmwareTable,
    /// An ACPI table that every host has: the list of tables is in the log.
    TableListing,
    /// Interrupt remapping is enabled.
    ProvesRemapping,
    /// Interrupt remapping is disabled.
    ProvesNoRemapping,
    /// The kernel's default domain type.
    DefaultDomain,
    /// The firmware reserves memory for a device, which prevents its assignment.
    Rmrr,
    /// The integrated GPU is excluded from translation.
    GraphicsLeftOut,
    /// `pcie_acs_override` is in use.
    AcsOverride,
    /// A device was assigned without an IOMMU.
    NoIommuMode,
    /// An IOMMU fault: a forbidden access, or no response from a device.
    Fault,
    /// A device did not recover from a reset or from D3cold.
    ResetFailed,
    /// Looks like an error, is harmless.
    Harmless,
    /// A complete boot log added no device to a group. No single line proves this; the evidence is
    /// the log's first line.
    NoGroups,
}

/// Vendor of an IOMMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Vendor {
    /// Intel VT-d (ACPI table DMAR).
    Intel,
    /// AMD-Vi (ACPI table IVRS).
    Amd,
    /// An Arm SMMU.
    Arm,
    /// virtio-iommu, in virtual machines.
    Virtio,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meaning {
    /// The message, with `*` for any text, without the device prefix.
    pub pattern: &'static str,
    /// Kind of the line.
    pub kind: LogLineKind,
    /// Vendor of the IOMMU.
    pub vendor: Option<Vendor>,
    /// Meaning, as a sentence.
    pub text: &'static str,
    /// The kernel source file and function that prints it, or who observed it.
    pub source: &'static str,
}

/// All rows, in the order of the file.
#[must_use]
pub fn meanings() -> &'static [Meaning] {
    static ROWS: LazyLock<Vec<Meaning>> = LazyLock::new(|| {
        let lines = include_str!("../data/log-lines.tsv").lines();
        lines.filter_map(row).collect()
    });
    &ROWS
}

fn row(line: &'static str) -> Option<Meaning> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = line.split('\t');
    Some(Meaning {
        kind: kind(fields.next()?)?,
        vendor: match fields.next()? {
            "intel" => Some(Vendor::Intel),
            "amd" => Some(Vendor::Amd),
            "arm" => Some(Vendor::Arm),
            "virtio" => Some(Vendor::Virtio),
            _ => None,
        },
        pattern: fields.next()?,
        text: fields.next()?,
        source: fields.next()?,
    })
}

fn kind(name: &str) -> Option<LogLineKind> {
    Some(match name {
        "proves-on" => LogLineKind::ProvesOn,
        "option-on" => LogLineKind::OptionOn,
        "option-off" => LogLineKind::OptionOff,
        "proves-off-in-kernel" => LogLineKind::ProvesOffInKernel,
        "proves-off-in-firmware" => LogLineKind::ProvesOffInFirmware,
        "firmware-table" => LogLineKind::FirmwareTable,
        "table-listing" => LogLineKind::TableListing,
        "proves-remapping" => LogLineKind::ProvesRemapping,
        "proves-no-remapping" => LogLineKind::ProvesNoRemapping,
        "default-domain" => LogLineKind::DefaultDomain,
        "rmrr" => LogLineKind::Rmrr,
        "graphics-left-out" => LogLineKind::GraphicsLeftOut,
        "acs-override" => LogLineKind::AcsOverride,
        "no-iommu-mode" => LogLineKind::NoIommuMode,
        "fault" => LogLineKind::Fault,
        "reset-failed" => LogLineKind::ResetFailed,
        "harmless" => LogLineKind::Harmless,
        _ => return None,
    })
}

impl Meaning {
    /// Whether `body`, a message without its device prefix, matches.
    pub(crate) fn fits(&self, body: &str) -> bool {
        fits(self.pattern, body)
    }
}

/// Whether `text` starts with `pattern`, in which `*` matches any text.
///
/// ```
/// assert!(iommu::fits("BAR *: can't reserve [mem", "BAR 1: can't reserve [mem 0xc0000000]"));
/// assert!(!iommu::fits("BAR *: can't reserve [mem", "BAR 1: assigned"));
/// ```
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// The row that `body`, a message without its device prefix, matches, with its number.
pub(crate) fn find(body: &str) -> Option<(usize, &'static Meaning)> {
    let first = body.bytes().next()?;
    let rows = &BY_FIRST.get(usize::from(first))?;
    let mut rows = rows
        .iter()
        .filter_map(|row| Some((*row, meanings().get(*row)?)));
    rows.find(|(_, meaning)| meaning.fits(body))
}

/// Row numbers by the first byte of a message, in order: a row that begins with `*` is listed under
/// every byte.
static BY_FIRST: LazyLock<Vec<Vec<usize>>> = LazyLock::new(|| {
    let begins = |first: u8, meaning: &Meaning| match meaning.pattern.bytes().next() {
        Some(b'*') | None => true,
        Some(own) => own == first,
    };
    let of_byte = |first: u8| {
        let rows = meanings().iter().enumerate();
        let rows = rows.filter(|(_, meaning)| begins(first, meaning));
        rows.map(|(number, _)| number).collect()
    };
    (0..=u8::MAX).map(of_byte).collect()
});

/// Splits off the driver and the device that `dev_printk` puts before a message. A device of
/// another bus has no address.
pub(crate) fn split_device(message: &str) -> (&str, Option<Address>, &str) {
    let with_address = message.split_once(": ").and_then(|(front, body)| {
        let (driver, address) = front.split_once(' ')?;
        Some((driver, address.parse().ok()?, body))
    });
    if let Some((driver, address, body)) = with_address {
        return (driver, Some(address), body);
    }
    // `platform AMDI0020:00: Adding to iommu group 3`
    match message.find(": Adding to iommu group ") {
        Some(at) => {
            let body = message.get(at + 2..).unwrap_or_default();
            (message.split(' ').next().unwrap_or_default(), None, body)
        }
        None => ("", None, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let data = include_str!("../data/log-lines.tsv");
        let rows = data.lines().filter(|line| !line.starts_with('#'));
        for line in rows.clone() {
            assert_eq!(line.split('\t').count(), 5, "{line}");
            assert!(row(line).is_some(), "{line}");
            assert!(line.split('\t').all(|field| !field.is_empty()), "{line}");
        }
        assert_eq!(meanings().len(), rows.count());
    }

    #[test]
    fn no_pattern_is_hidden_by_another() {
        for (at, later) in meanings().iter().enumerate() {
            let sample = later.pattern.replace('*', "x");
            assert!(later.fits(&sample));
            for earlier in &meanings()[..at] {
                assert!(!earlier.fits(&sample), "{} hides {sample}", earlier.pattern);
            }
        }
    }
}
