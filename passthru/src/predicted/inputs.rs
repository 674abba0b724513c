//! Configuration space, from any source in the input.

use std::collections::BTreeSet;

use host_tree::HostTree;
use iommu::predict::Function;
use pci_core::Address;
use pci_core::config::ConfigSpace;
use pci_core::lspci::{self, Listing};
use pci_core::sysfs::{self, Depth, Facts, Wanted};

use crate::host::Host;

/// Reason why there is no prediction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPredicted {
    /// The input has no configuration space at all.
    #[error(
        "the input shows no configuration space, from which groups are predicted: run passthru \
         as root on the machine, or give it the output of `sudo lspci -vvvnnxxxx`"
    )]
    NoConfig,
    /// The input has that of some functions only.
    #[error("the input shows no configuration space of {0}, so its group cannot be predicted")]
    NoConfigOf(Address),
    /// The configuration space of a function does not go far enough.
    #[error(transparent)]
    Read(#[from] iommu::Error),
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

/// All functions of the host by their configuration space: that in sysfs, otherwise that in a
/// listing. On a running machine this wakes sleeping functions.
pub(super) fn functions(tree: &dyn HostTree, host: &Host) -> Result<Vec<Function>, NotPredicted> {
    let functions = match in_sysfs(tree) {
        Some(functions) => functions?,
        None => in_listings(tree).ok_or(NotPredicted::NoConfig)??,
    };
    let read: BTreeSet<Address> = functions.iter().map(|function| function.address).collect();
    match host.devices.keys().find(|address| !read.contains(address)) {
        Some(missing) => Err(NotPredicted::NoConfigOf(*missing)),
        None => Ok(functions),
    }
}

fn in_sysfs(tree: &dyn HostTree) -> Option<iommu::Result<Vec<Function>>> {
    let wanted = Wanted {
        facts: Facts::empty(),
        depth: Depth::Full,
    };
    let found = sysfs::read_wanted(tree, wanted).devices;
    let config = found
        .into_iter()
        .filter_map(|device| Some((device.address, device.config.found()?.bytes)));
    let config: Vec<(Address, Vec<u8>)> = config.collect();
    if config.is_empty() {
        return None;
    }
    let spaces = config.iter();
    let spaces = spaces.map(|(address, bytes)| (*address, ConfigSpace::new(bytes)));
    Some(Function::read_all(spaces))
}

/// All listings that show registers, as one.
fn in_listings(tree: &dyn HostTree) -> Option<iommu::Result<Vec<Function>>> {
    let mut all = Listing::default();
    for text in tree.texts() {
        let records = lspci::parse_output(&text.command, &text.text).records;
        all.records.extend(
            records
                .into_iter()
                .filter(|record| !record.config.space().is_empty() || record.details.is_some()),
        );
    }
    (!all.records.is_empty()).then(|| Function::read_listing(&all))
}
