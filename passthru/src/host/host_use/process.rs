//! Processes that use a card.

use pci_core::Address;

/// A process that runs on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Process {
    /// The card's function.
    pub address: Address,
    /// The process's number.
    pub pid: u32,
    /// Its name.
    pub name: String,
}

/// A process that has a device file open of which the input does not show the function:
/// `/dev/nvidia0`, `/dev/dri/card1`, `/dev/vfio/12`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct DeviceFileUser {
    /// The device file.
    pub node: String,
    /// The process's number.
    pub pid: u32,
    /// Its name; empty where the input has the number alone.
    pub name: String,
}
