//! Configuration space, from any source in the input.

use host_tree::HostTree;
use pci_core::Address;

use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::Host;
use crate::host::grouping::{self, Functions, Unread};
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

impl From<Unread> for PredictionCause {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::NoConfig => Self::NoConfig,
            Unread::NoConfigOf(address) => Self::NoConfigOf(address),
            Unread::Iommu(error) => Self::Iommu(error),
        }
    }
}

/// All functions of the host, from all sources together. On a running machine this wakes sleeping
/// functions.
pub(super) fn functions(tree: &dyn HostTree, host: &Host) -> Result<Functions, PredictionCause> {
    let devices = host.devices.values();
    Ok(grouping::functions(tree, devices, Some(&host.names()))?)
}
