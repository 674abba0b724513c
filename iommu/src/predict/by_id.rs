//! Linux's ACS quirks and DMA aliases by ID: `data/acs-by-id.tsv` and `data/dma-aliases.tsv`.

use std::sync::LazyLock;

use pci_core::config::conventional::express::DeviceType;
use pci_core::{DeviceId, PciId, SubsystemId, VendorId};

use super::devfns::Devfns;
use super::function::{Function, FunctionId};

/// A row of `data/acs-by-id.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcsById {
    vendor: u16,
    first: u16,
    last: u16,
    /// Base class of the functions, where all have the same.
    class: Option<u8>,
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
        class: match fields.next()? {
            "-" => None,
            base => Some(u8::from_str_radix(base, 16).ok()?),
        },
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

/// The row of a device, if any.
pub(super) fn acs_row_of(id: PciId) -> Option<&'static AcsById> {
    ACS.iter()
        .find(|row| row.vendor == id.vendor.0 && (row.first..=row.last).contains(&id.device.0))
}

/// The IDs that a function may have, as far as quirks distinguish them: one for each row that its
/// vendor and class allow, and one without a row. `named` are IDs that kernel options name.
pub(super) fn possible_ids(function: &Function, named: &[PciId]) -> Vec<PciId> {
    let vendors = match &function.id {
        FunctionId::Known(id) => return vec![*id],
        FunctionId::OneOf(ids) => return ids.clone(),
        FunctionId::OfVendor(vendors) => Some(vendors.as_slice()),
        FunctionId::NotShown => None,
    };
    let is_possible = |id: &PciId| vendors.is_none_or(|vendors| vendors.contains(&id.vendor));
    let of = |vendor, device| PciId {
        vendor: VendorId(vendor),
        device: DeviceId(device),
    };
    // Not the ID of a function (PCI Local Bus Specification 3.0, section 6.1).
    let unlisted = DeviceId(0xffff);
    let mut found: Vec<PciId> = match vendors {
        Some(vendors) => vendors
            .iter()
            .map(|vendor| of(vendor.0, unlisted.0))
            .collect(),
        None => [INTEL, 0xffff]
            .map(|vendor| of(vendor, unlisted.0))
            .to_vec(),
    };
    let has_class = |row: &&AcsById| match (function.class, row.class) {
        (Some(class), Some(base)) => class.base == base,
        _ => true,
    };
    // The PCH's ports that need the workaround have no ACS capability.
    let has_acs = |row: &&AcsById| row.answer != Answer::IntelPch || function.acs.is_none();
    let rows = ACS.iter().filter(has_class).filter(has_acs);
    let ids = rows.map(|row| of(row.vendor, row.first));
    let ids = ids.chain(named.iter().copied());
    found.extend(ids.filter(is_possible));
    found
}

const INTEL: u16 = 0x8086;

/// Whether Linux treats root complex endpoints of this vendor as isolated, as Intel states for its
/// own (`pci_quirk_rciep_acs`, drivers/pci/quirks.c, since 5.8).
pub(super) fn is_intel_rc_endpoint(id: PciId, function: &Function) -> bool {
    id.vendor.0 == INTEL
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

/// Functions of a bus whose requester IDs the requests of a function carry besides its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Aliases {
    /// Those that it has.
    pub(super) sure: Devfns,
    /// With those that it may have: its ID is not in the input.
    pub(super) possible: Devfns,
}

/// The aliases of `function` by ID. The devices of the table are parts of cards and boards, never of
/// a root complex, so a device without an ID on a root bus is none of them.
pub(super) fn aliases(function: &Function, is_on_root_bus: bool) -> Aliases {
    let mut found = Aliases::default();
    let has_ids = matches!(function.id, FunctionId::Known(_) | FunctionId::OneOf(_));
    if !has_ids && is_on_root_bus {
        return found;
    }
    let slot = function.address.device() << 3;
    for row in ALIASES.iter() {
        let fits = row.fits(function);
        if fits == Fit::No {
            continue;
        }
        for alias in &row.aliases {
            alias.insert(slot, &mut found.possible);
            if fits == Fit::Yes {
                alias.insert(slot, &mut found.sure);
            }
        }
    }
    found
}

impl Alias {
    fn insert(self, slot: u8, into: &mut Devfns) {
        match self {
            Self::SameSlot(number) => {
                into.insert_devfn(slot | number & 7);
            }
            Self::At(device, number) => {
                into.insert_devfn((device & 0x1f) << 3 | number & 7);
            }
            Self::AllSlots(first, last) => {
                for slot in 0..32 {
                    for number in first..=last.min(7) {
                        into.insert_devfn(slot << 3 | number);
                    }
                }
            }
            Self::All => *into = Devfns::ALL,
        }
    }
}

/// Whether a row is of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Maybe,
}

impl AliasRow {
    fn fits(&self, function: &Function) -> Fit {
        let is = |id: PciId| {
            self.vendor == id.vendor.0 && (self.first..=self.last).contains(&id.device.0)
        };
        let by_id = match &function.id {
            FunctionId::Known(id) if is(*id) => Fit::Yes,
            FunctionId::Known(_) => Fit::No,
            FunctionId::OneOf(ids) if ids.iter().all(|id| is(*id)) => Fit::Yes,
            FunctionId::OneOf(ids) if ids.iter().any(|id| is(*id)) => Fit::Maybe,
            FunctionId::OfVendor(vendors)
                if vendors.iter().any(|vendor| vendor.0 == self.vendor) =>
            {
                Fit::Maybe
            }
            FunctionId::NotShown => Fit::Maybe,
            FunctionId::OneOf(_) | FunctionId::OfVendor(_) => Fit::No,
        };
        match (by_id, self.subsystem, function.subsystem) {
            (Fit::Yes, Some(_), None) => Fit::Maybe,
            (Fit::Yes | Fit::Maybe, Some(wanted), Some(found)) if wanted != found => Fit::No,
            (fit, ..) => fit,
        }
    }
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
