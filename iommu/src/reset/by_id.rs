//! Reset quirks by ID: `data/reset-by-id.tsv`.

use std::sync::LazyLock;

use pci_core::{ClassCode, PciId};

/// A row of `data/reset-by-id.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResetById {
    vendor: u16,
    first: u16,
    last: u16,
    base_class: Option<u8>,
    /// The quirk.
    pub quirk: ResetQuirkKind,
    /// Name of the functions.
    pub what: &'static str,
    /// Source of the row.
    pub source: &'static str,
}

/// A reset quirk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResetQuirkKind {
    /// A bus reset hangs the function; Linux does not use it.
    NoBusReset,
    /// The transition to D3hot and back resets nothing; Linux does not use it.
    NoPmReset,
    /// The function advertises FLR, which hangs it; Linux does not use it.
    NoFlr,
    /// Linux has a device-specific reset method.
    DeviceSpecific,
    /// No standard method works repeatedly. The out-of-tree module vendor-reset has one; since
    /// Linux 5.15 `device_specific` must be written to `reset_method` for it.
    VendorReset,
    /// Reports contradict each other: for some, the reset works once per host boot, for others
    /// always. Only a test shows which.
    Reported,
}

impl ResetQuirkKind {
    const WORDS: [(Self, &'static str); 6] = [
        (Self::NoBusReset, "no-bus-reset"),
        (Self::NoPmReset, "no-pm-reset"),
        (Self::NoFlr, "no-flr"),
        (Self::DeviceSpecific, "device-specific"),
        (Self::VendorReset, "vendor-reset"),
        (Self::Reported, "reported"),
    ];

    fn of(word: &str) -> Option<Self> {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, known)| *known == word)
            .map(|(fault, _)| fault)
    }

    /// The word in the table: `no-bus-reset`.
    #[must_use]
    pub fn word(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(fault, _)| *fault == self)
            .map_or("", |(_, word)| word)
    }
}

static ROWS: LazyLock<Vec<ResetById>> = LazyLock::new(|| {
    let lines = include_str!("../../data/reset-by-id.tsv").lines();
    lines.filter_map(row).collect()
});

fn row(line: &'static str) -> Option<ResetById> {
    let hex = |text| u16::from_str_radix(text, 16).ok();
    let mut fields = line.split('\t');
    let vendor = hex(fields.next()?)?;
    let devices = fields.next()?;
    let (first, last) = devices.split_once('-').unwrap_or((devices, devices));
    Some(ResetById {
        vendor,
        first: hex(first)?,
        last: hex(last)?,
        base_class: match fields.next()? {
            "-" => None,
            class => Some(u8::from_str_radix(class, 16).ok()?),
        },
        quirk: ResetQuirkKind::of(fields.next()?)?,
        what: fields.next()?,
        source: fields.next()?,
    })
}

/// The rows of a function.
pub fn rows_of(id: PciId, class: ClassCode) -> impl Iterator<Item = &'static ResetById> {
    ROWS.iter().filter(move |row| {
        row.vendor == id.vendor.0
            && (row.first..=row.last).contains(&id.device.0)
            && row.base_class.is_none_or(|base| base == class.base)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let data = include_str!("../../data/reset-by-id.tsv");
        let lines = data.lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            assert_eq!(line.split('\t').count(), 6, "{line}");
            assert!(row(line).is_some_and(|row| row.first <= row.last), "{line}");
        }
    }
}
