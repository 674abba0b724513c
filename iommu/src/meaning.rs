//! What single lines of the kernel log mean: the table `data/log-lines.tsv`.

use std::sync::LazyLock;

use pci_core::Address;

/// What kind of thing a log line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLineKind {
    /// The IOMMU translates: the line is printed only after it was set up.
    ProvesOn,
    /// The option that turns the IOMMU on was read. It is printed before the
    /// kernel looks for the hardware, so it proves no more than the option.
    OptionOn,
    /// The option that turns the IOMMU off was read.
    OptionOff,
    /// The kernel gave the IOMMU up or was told to.
    ProvesOffInKernel,
    /// The firmware does not offer one.
    ProvesOffInFirmware,
    /// The firmware has the table that describes the IOMMU.
    FirmwareTable,
    /// The firmware's tables were listed, and this is one that every host has.
    TableListing,
    /// Interrupt remapping is on.
    ProvesRemapping,
    /// Interrupt remapping is off.
    ProvesNoRemapping,
    /// The kernel's default domain type.
    DefaultDomain,
    /// The firmware keeps memory for a device, so it cannot be given to a guest.
    Rmrr,
    /// The integrated graphics are left out of translation.
    GraphicsLeftOut,
    /// `pcie_acs_override` is in use.
    AcsOverride,
    /// A device was given to a guest without any IOMMU.
    NoIommuMode,
    /// A device accessed memory that it must not, or did not answer.
    Fault,
    /// A device did not come back from a reset, or from D3cold.
    ResetFailed,
    /// Looks bad, is fine.
    Harmless,
    /// A whole boot log put no device into a group. No single line says this; the
    /// evidence is the log's first line.
    NoGroups,
}

/// Whose IOMMU it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Vendor {
    /// Intel VT-d, described by the ACPI table DMAR.
    Intel,
    /// AMD-Vi, described by the ACPI table IVRS.
    Amd,
    /// An Arm SMMU.
    Arm,
    /// virtio-iommu, in virtual machines.
    Virtio,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meaning {
    /// The line, with `*` for any text; without a device in front.
    pub pattern: &'static str,
    /// What kind of thing it says.
    pub kind: LogLineKind,
    /// Whose IOMMU it speaks of.
    pub vendor: Option<Vendor>,
    /// What it means, in a sentence.
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
    /// Whether `body`, a message without its device, is this line.
    pub(crate) fn fits(&self, body: &str) -> bool {
        fits(self.pattern, body)
    }
}

/// Whether `text` starts as `pattern` says, in which `*` stands for any text.
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

/// The row that `body`, a message without its device, is, with its number.
pub(crate) fn find(body: &str) -> Option<(usize, &'static Meaning)> {
    let first = body.bytes().next()?;
    let rows = &BY_FIRST.get(usize::from(first))?;
    let mut rows = rows
        .iter()
        .filter_map(|row| Some((*row, meanings().get(*row)?)));
    rows.find(|(_, meaning)| meaning.fits(body))
}

/// The rows by the first byte of a message, in their order: a row that begins with `*` is among
/// those of each byte.
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

/// The driver and the device in front of a message (`dev_printk` puts them there),
/// and the message itself. The device of another bus has no address.
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
