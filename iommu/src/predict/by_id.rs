//! Linux's ACS quirks and DMA aliases by ID: `data/acs-by-id.tsv` and `data/dma-aliases.tsv`.

use std::sync::LazyLock;

use pci_core::config::conventional::express::DeviceType;
use pci_core::{PciId, SubsystemId};

use super::devfns::Devfns;
use super::function::Function;

/// A row of `data/acs-by-id.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcsById {
    vendor: u16,
    first: u16,
    last: u16,
    pub(super) answer: Answer,
    /// Name of the functions.
    pub what: &'static str,
    /// Source of the row.
    pub source: &'static str,
}

/// The isolation that a row states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The functions are isolated.
    Isolated,
    /// Root ports and downstream ports are isolated.
    Ports,
    /// Root ports are isolated.
    RootPorts,
    /// Multi-function devices on a root bus of a machine with IVRS are isolated.
    AmdSouthbridge,
    /// Root ports are isolated if the workaround was applied.
    IntelPch,
    /// Root ports with ACS registers as dwords.
    IntelSpt,
}

static ACS: LazyLock<Vec<AcsById>> = LazyLock::new(|| {
    let lines = include_str!("../../data/acs-by-id.tsv").lines();
    lines.filter_map(acs_row).collect()
});

fn acs_row(line: &'static str) -> Option<AcsById> {
    let mut fields = line.split('\t');
    let vendor = u16::from_str_radix(fields.next()?, 16).ok()?;
    let (first, last) = ids(fields.next()?)?;
    Some(AcsById {
        vendor,
        first,
        last,
        answer: match fields.next()? {
            "isolated" => Answer::Isolated,
            "ports" => Answer::Ports,
            "root-ports" => Answer::RootPorts,
            "amd-southbridge" => Answer::AmdSouthbridge,
            "intel-pch" => Answer::IntelPch,
            "intel-spt" => Answer::IntelSpt,
            _ => return None,
        },
        what: fields.next()?,
        source: fields.next()?,
    })
}

/// `10c9`, or `10c9-10cb`.
fn ids(text: &str) -> Option<(u16, u16)> {
    let id = |text| u16::from_str_radix(text, 16).ok();
    match text.split_once('-') {
        Some((first, last)) => Some((id(first)?, id(last)?)),
        None => Some((id(text)?, id(text)?)),
    }
}

/// The row of a function, if any.
pub(super) fn acs_row_of(function: &Function) -> Option<&'static AcsById> {
    let PciId { vendor, device } = function.id;
    ACS.iter()
        .find(|row| row.vendor == vendor.0 && (row.first..=row.last).contains(&device.0))
}

/// Whether Linux treats root complex endpoints of this vendor as isolated, as Intel states for its
/// own (`pci_quirk_rciep_acs`, drivers/pci/quirks.c, since 5.8).
pub(super) fn is_intel_rc_endpoint(function: &Function) -> bool {
    function.id.vendor.0 == 0x8086
        && function.device_type == Some(DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT)
}

/// A row of `data/dma-aliases.tsv`.
struct AliasRow {
    vendor: u16,
    first: u16,
    last: u16,
    subsystem: Option<SubsystemId>,
    aliases: Vec<Alias>,
}

/// Other requester IDs on the same bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alias {
    /// A function of the same device.
    SameSlot(u8),
    /// A device and function number.
    At(u8, u8),
    /// A range of functions of each device.
    AllSlots(u8, u8),
    /// All.
    All,
}

static ALIASES: LazyLock<Vec<AliasRow>> = LazyLock::new(|| {
    let lines = include_str!("../../data/dma-aliases.tsv").lines();
    lines.filter_map(alias_row).collect()
});

fn alias_row(line: &str) -> Option<AliasRow> {
    let mut fields = line.split('\t');
    let vendor = u16::from_str_radix(fields.next()?, 16).ok()?;
    let (first, last) = ids(fields.next()?)?;
    let subsystem = match fields.next()? {
        "-" => None,
        ids => Some(ids.parse().ok()?),
    };
    let aliases = fields.next()?.split(' ').map(alias);
    Some(AliasRow {
        vendor,
        first,
        last,
        subsystem,
        aliases: aliases.collect::<Option<_>>()?,
    })
}

fn alias(text: &str) -> Option<Alias> {
    if text == "all" {
        return Some(Alias::All);
    }
    let (device, function) = text.split_once('.')?;
    Some(match (device, function.split_once('-')) {
        ("same-slot", None) => Alias::SameSlot(function.parse().ok()?),
        ("all-slots", Some((first, last))) => {
            Alias::AllSlots(first.parse().ok()?, last.parse().ok()?)
        }
        (device, None) => Alias::At(u8::from_str_radix(device, 16).ok()?, function.parse().ok()?),
        _ => return None,
    })
}

/// The functions of its bus whose requester IDs the requests of `function` may carry besides its
/// own.
pub(super) fn aliases(function: &Function) -> Devfns {
    let mut found = Devfns::default();
    let slot = function.address.device() << 3;
    for alias in aliases_of(function) {
        match *alias {
            Alias::SameSlot(number) => {
                found.insert_devfn(slot | number & 7);
            }
            Alias::At(device, number) => {
                found.insert_devfn((device & 0x1f) << 3 | number & 7);
            }
            Alias::AllSlots(first, last) => {
                for slot in 0..32 {
                    for number in first..=last.min(7) {
                        found.insert_devfn(slot << 3 | number);
                    }
                }
            }
            Alias::All => return Devfns::ALL,
        }
    }
    found
}

fn aliases_of(function: &Function) -> impl Iterator<Item = &'static Alias> {
    let PciId { vendor, device } = function.id;
    let subsystem = function.subsystem;
    let rows = ALIASES.iter().filter(move |row| {
        row.vendor == vendor.0
            && (row.first..=row.last).contains(&device.0)
            && (row.subsystem.is_none() || row.subsystem == subsystem)
    });
    rows.flat_map(|row| &row.aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
        data.lines().filter(|line| !line.starts_with('#'))
    }

    #[test]
    fn every_row_is_read() {
        for line in lines(include_str!("../../data/acs-by-id.tsv")) {
            assert!(
                acs_row(line).is_some_and(|row| row.first <= row.last),
                "{line}"
            );
        }
        for line in lines(include_str!("../../data/dma-aliases.tsv")) {
            assert!(
                alias_row(line).is_some_and(|row| row.first <= row.last),
                "{line}"
            );
        }
    }

    #[test]
    fn no_row_is_hidden_by_another() {
        for (at, later) in ACS.iter().enumerate() {
            for earlier in &ACS[..at] {
                let apart = earlier.vendor != later.vendor
                    || earlier.last < later.first
                    || later.last < earlier.first;
                assert!(apart, "{earlier:?} hides {later:?}");
            }
        }
    }
}
