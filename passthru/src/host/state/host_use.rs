//! The host's own use of its functions.

use std::collections::BTreeMap;

use host_tree::Evidence;
use iommu::vfio::NodeUser;
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::host_use::in_use::{Interface, Storage, UnknownStorage};
use crate::host::host_use::network_names::NetworkNames;
use crate::host::host_use::process::{DeviceFileUser, Process};

/// File systems, networks and processes of the host.
#[derive(Debug, Default)]
pub(crate) struct HostUse {
    /// Processes that run on cards.
    pub(crate) processes: Vec<Fact<Process>>,
    /// Processes that have device files open of which the input does not show the function.
    pub(crate) device_file_users: Vec<Fact<DeviceFileUser>>,
    /// Programs that have groups open: only for groups passed to
    /// [`find_group_users`](crate::Host::find_group_users).
    pub(crate) group_users: BTreeMap<u32, Vec<NodeUser>>,
    /// Where the host's file systems are.
    pub(crate) storage: Vec<Fact<Storage>>,
    /// Whether [`storage`](Self::storage) and [`not_followed`](Self::not_followed) have all
    /// mounts: printed tables show some of them.
    pub(crate) is_complete_storage: bool,
    /// The functions whose disks have no file system of the host, or whose network interfaces are
    /// all down, each with its evidence.
    pub(crate) unused: BTreeMap<Address, Evidence>,
    /// Mounted file systems of which the input does not show the disks.
    pub(crate) not_followed: Vec<Fact<UnknownStorage>>,
    /// The names of network interfaces that the host relies on.
    pub(crate) network_names: NetworkNames,
    /// The network interfaces of functions.
    pub(crate) interfaces: Vec<Fact<Interface>>,
    /// The kernel's names of each function's network interfaces, disks and cards: `enp3s0`,
    /// `nvme0n1`, `card0`.
    pub(crate) kernel_names: BTreeMap<Address, Vec<String>>,
}
