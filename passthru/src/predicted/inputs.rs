//! Configuration space, from wherever the input has it.

use std::collections::BTreeMap;

use iommu::predict::{Function, ReadError};
use pci_core::Address;
use pci_core::config::{ConfigBytes, ConfigSpace};
use pci_core::sysfs::{self, Depth, Facts, Wanted};
use pci_core::tree::HostTree;

use crate::host::Host;

/// Why there is no prediction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotPredicted {
    /// The input has no configuration space at all.
    #[error(
        "the input shows no configuration space, from which groups are predicted: run passthru \
         as root on the machine, or give it the output of `sudo lspci -vvvxxxx`"
    )]
    NoConfig,
    /// The input has that of some functions only.
    #[error("the input shows no configuration space of {0}, so its group cannot be predicted")]
    NoConfigOf(Address),
    /// The configuration space of a function does not go far enough.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// All functions of the host, as their configuration space shows them. On a running
/// machine this wakes functions that sleep.
pub(super) fn functions(tree: &dyn HostTree, host: &Host) -> Result<Vec<Function>, NotPredicted> {
    let wanted = Wanted {
        facts: Facts::empty(),
        depth: Depth::Full,
    };
    let mut config: BTreeMap<Address, ConfigBytes> = BTreeMap::new();
    for device in sysfs::read_wanted(tree, wanted).devices {
        if let Some(found) = device.config.found() {
            config.insert(device.address, ConfigBytes::new(found.bytes));
        }
    }
    for device in host.devices.values() {
        if let Some(bytes) = &device.config {
            config
                .entry(device.address)
                .or_insert_with(|| bytes.value.clone());
        }
    }
    if config.is_empty() {
        return Err(NotPredicted::NoConfig);
    }
    if let Some(missing) = host
        .devices
        .keys()
        .find(|address| !config.contains_key(address))
    {
        return Err(NotPredicted::NoConfigOf(*missing));
    }
    let spaces: Vec<(Address, ConfigSpace<'_>)> = config
        .iter()
        .map(|(address, bytes)| (*address, bytes.space()))
        .collect();
    Ok(Function::read_all(spaces)?)
}
