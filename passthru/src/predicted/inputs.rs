//! Configuration space, from any source in the input.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::HostTree;
use iommu::predict::{Function, Shown};
use pci_core::Address;
use pci_core::config::ConfigSpace;
use pci_core::lspci::{self, Listing, Verbosity};
use pci_core::sysfs::{self, Depth, Facts, Wanted};

use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::Host;
use crate::text::{Text, text};

/// Reason why there is no prediction.
#[derive(Debug)]
pub(super) enum PredictionCause {
    /// The input has no configuration space at all.
    NoConfig,
    /// The input has that of some functions only.
    NoConfigOf(Address),
    /// The configuration space of a function does not go far enough, or the functions do not make
    /// up a machine.
    Iommu(iommu::Error),
}

into_error!(PredictionCause);

impl Cause for PredictionCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::NoPrediction
    }

    fn text(&self) -> Text {
        match self {
            Self::NoConfig => text!(
                "not in the input: configuration space, from which groups are predicted; run \
                 passthru as root on the machine, or add the output of `sudo lspci -vvvnnxxxx`"
            ),
            Self::NoConfigOf(address) => text!(
                "not in the input: configuration space of {address}, from which its group is \
                 predicted",
                address
            ),
            Self::Iommu(error) => Text::of_english(error.to_string()),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Iommu(error) => Some(error),
            _ => None,
        }
    }
}

/// The files that a prediction reads besides those of the host: configuration space
/// of the functions that it does not wake, and the firmware's tables.
#[must_use]
pub fn files(host: &Host) -> Vec<String> {
    let awake = host.devices.values().filter_map(|device| {
        let sysfs = device.sysfs.as_ref()?;
        (!sysfs.power.is_asleep()).then(|| sysfs.path("config"))
    });
    let tables = ["DMAR", "IVRS"].map(|name| format!("/sys/firmware/acpi/tables/{name}"));
    awake.chain(tables).collect()
}

/// The functions of a host, and how they were read.
pub(super) struct Functions {
    pub(super) all: Vec<Function>,
    /// Those whose ID the input shows by name alone.
    pub(super) named: BTreeSet<Address>,
}

/// All functions of the host, from all sources together: configuration space in sysfs and in
/// listings, the lines of `lspci -v`, and the IDs and classes of the host. On a running machine this
/// wakes sleeping functions.
pub(super) fn functions(tree: &dyn HostTree, host: &Host) -> Result<Functions, PredictionCause> {
    let in_sysfs = in_sysfs(tree);
    let listings = listings(tree);
    let mut all: BTreeMap<Address, Shown<'_>> = BTreeMap::new();
    for (address, bytes) in &in_sysfs {
        let shown = all.entry(*address).or_insert_with(|| Shown::new(*address));
        shown.spaces.push(ConfigSpace::new(bytes));
    }
    for record in listings.iter().flat_map(|listing| &listing.records) {
        let shows_registers = !record.config.space().is_empty()
            || record.details.is_some()
            || record.unknown_header.is_some()
            || record.form.verbosity > Verbosity::Plain;
        let Some(address) = record.address.filter(|_| shows_registers) else {
            continue;
        };
        let shown = all.entry(address).or_insert_with(|| Shown::new(address));
        shown.add(record);
    }
    if all.is_empty() {
        return Err(PredictionCause::NoConfig);
    }
    // A few that other sources name leave only their own relations open.
    let missing: Vec<Address> = host.devices.keys().copied().collect();
    let missing: Vec<Address> = missing
        .into_iter()
        .filter(|at| !all.contains_key(at))
        .collect();
    if let Some(first) = missing.first().filter(|_| missing.len() >= all.len()) {
        return Err(PredictionCause::NoConfigOf(*first));
    }
    all.extend(missing.into_iter().map(|at| (at, Shown::new(at))));
    for (address, shown) in &mut all {
        let device = host.devices.get(address);
        shown.id = device.and_then(|device| Some(device.id.as_ref()?.value));
        shown.class = device.and_then(|device| Some(device.class.as_ref()?.value));
    }
    let shown: Vec<Shown<'_>> = all.into_values().collect();
    let functions = Function::read_shown(&shown, Some(&host.names()));
    let functions = functions.map_err(PredictionCause::Iommu)?;
    let by_name = shown.iter().filter(|shown| {
        let mut records = shown.records.iter();
        let is_shown = !shown.records.is_empty();
        is_shown
            && shown.id.is_none()
            && shown.spaces.is_empty()
            && records.all(|record| record.id.is_none())
    });
    Ok(Functions {
        all: functions,
        named: by_name.map(|shown| shown.address).collect(),
    })
}

/// The configuration space that sysfs shows.
fn in_sysfs(tree: &dyn HostTree) -> Vec<(Address, Vec<u8>)> {
    let wanted = Wanted {
        facts: Facts::empty(),
        depth: Depth::Full,
    };
    let found = sysfs::read_wanted(tree, wanted).devices;
    found
        .into_iter()
        .filter_map(|device| Some((device.address, device.config.found()?.bytes)))
        .collect()
}

fn listings(tree: &dyn HostTree) -> Vec<Listing> {
    let texts = tree.texts();
    let read = texts.iter();
    read.map(|text| lspci::parse_output(&text.command, &text.text))
        .collect()
}
