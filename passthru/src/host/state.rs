//! All that the input shows of a host.

mod boot;
mod commands;
mod guests;
mod host_use;
mod words;

use std::collections::BTreeMap;

use host_tree::{Evidence, Origin, UnreadablePath};
use iommu::predict::FirmwareTables;
use iommu::vfio::Nodes;
use iommu::{Groups, LogFact};
use pci_core::Address;
use pci_core::topology::Topology;

pub(crate) use self::boot::Boot;
pub(crate) use self::commands::Commands;
pub(crate) use self::guests::Guests;
pub(crate) use self::host_use::HostUse;
pub(crate) use self::words::Words;
use super::coverage::Coverage;
use super::derived::Derived;
use super::fact::Fact;
use super::hardware::device::Device;
use super::hardware::esxi_ownership::Esxi;
use super::hardware::grouping::WithoutOverride;
use super::hardware::memory_map::MemoryMap;
use super::hardware::without_address::DeviceWithoutAddress;
use super::identity::machines::Machines;
use super::identity::platform::Platform;
use super::identity::system::System;
use super::lines::Lines;
use super::model::Contradiction;
use super::named::Named;
use super::settings::Settings;
use super::settings::vfio_assignment::IdList;
use super::words::messages::LogMessage;
use crate::names::NameDatabase;
use crate::text::Text;

/// A host, as far as its tree shows it.
///
/// ```
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_text("lspci -nn", "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
///     Device [10de:2d04] (rev a1)\n");
/// tree.insert_text("dmesg", "[    0.536462] pci 0000:01:00.0: Adding to iommu group 17\n");
/// let host = passthru::Host::read(&tree);
/// assert_eq!(host.devices().len(), 1);
/// assert_eq!(host.group_of("01:00.0".parse()?), Some(17));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Host {
    /// The origins of files whose paths are only assumed.
    pub(crate) origins: Vec<Origin>,
    pub(super) names: NameDatabase,
    pub(super) derived: Derived,
    /// Facts that few rules look at, each read when one asks.
    pub(crate) lines: Lines,
    /// The system.
    pub(crate) system: System,
    /// Paths that could not be read: nothing depends on them.
    pub(crate) unreadable_paths: Vec<UnreadablePath>,
    /// The functions, by address.
    pub(crate) devices: BTreeMap<Address, Device>,
    /// Their bus hierarchy, as far as the listings include it.
    pub(crate) topology: Topology,
    /// Coverage of the host's functions by each listing.
    pub(crate) coverage: Vec<Coverage>,
    /// Whether the IOMMU is on.
    pub(crate) iommu: iommu::IommuState,
    /// Whether interrupts are remapped.
    pub(crate) remapping: iommu::Remapping,
    /// The firmware's table of the IOMMU, where it can be read.
    pub(crate) firmware: Option<Fact<FirmwareTables>>,
    /// The predicted groups without `pcie_acs_override=`, if the host runs with it.
    pub(crate) without_override: Option<WithoutOverride>,
    /// The IOMMU groups.
    pub(crate) groups: Groups,
    /// VFIO's nodes.
    pub(crate) vfio: Nodes,
    /// Evidence that the kernel is that of dom0 under Xen, which owns the IOMMU.
    pub(crate) dom0: Option<Evidence>,
    /// Facts about the IOMMU in the kernel log.
    pub(crate) log_facts: Vec<LogFact>,
    /// The first line of a kernel's log that the input shows from its start on.
    pub(crate) whole_log: Option<Evidence>,
    /// Messages of the kernel, drivers and hypervisors that the input quotes.
    pub(crate) log_messages: Vec<LogMessage>,
    /// Facts, failures and settings that sentences state.
    pub(crate) words: Words,
    /// Commands that were run, or are run at each boot.
    pub(crate) commands: Commands,
    /// The guests.
    pub(crate) guests: Guests,
    /// The host's own use of its functions.
    pub(crate) host_use: HostUse,
    /// How the host boots, and which drivers it binds then.
    pub(crate) boot: Boot,
    /// Settings of the host.
    pub(crate) settings: Settings,
    /// Facts of ESXi.
    pub(crate) esxi: Esxi,
    /// Damage to the input.
    pub(crate) damage: Vec<Fact<Text>>,
    /// The functions and boot framebuffers of the host's memory map.
    pub(crate) memory_map: MemoryMap,
    /// Functions whose addresses are not in the input.
    pub(crate) without_address: Vec<DeviceWithoutAddress>,
    /// Systems whose listing was ignored, since the host is another: it is assumed to be a guest's.
    pub(crate) left_out: Vec<Fact<Platform>>,
    /// Whether the input is of one machine.
    pub(crate) machines: Machines,
    /// Contradictions between lines about one function.
    pub(crate) contradictions: Vec<Contradiction>,
    /// Evidence that the entire input is of a virtual machine.
    pub(crate) of_guest: Option<Evidence>,
    /// The model or the mainboard, as the machine's firmware names it.
    pub(crate) board: Option<Fact<String>>,
    /// The parts of the host that texts name.
    pub(crate) named: Named,
}

/// The parts of a host that stay the same from release to release; documents
/// ([`document`](crate::document)) have the others.
impl Host {
    /// The functions, by address.
    pub const fn devices(&self) -> &BTreeMap<Address, Device> {
        &self.devices
    }

    /// The bus hierarchy of the functions, as far as the listings include it.
    pub const fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The IOMMU groups.
    pub const fn groups(&self) -> &Groups {
        &self.groups
    }

    /// Whether the IOMMU is on.
    pub const fn iommu(&self) -> &iommu::IommuState {
        &self.iommu
    }

    /// Whether interrupts are remapped.
    pub const fn remapping(&self) -> &iommu::Remapping {
        &self.remapping
    }

    /// The settings of the host: kernel options, modules and their options.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The system: hypervisor, distribution, kernel, initramfs generator.
    pub const fn system(&self) -> &System {
        &self.system
    }

    /// The values of vfio-pci's `ids=`, in their order: the last one takes effect.
    pub fn vfio_ids(&self) -> &[Fact<IdList>] {
        &self.boot.vfio_ids
    }

    /// The functions and boot framebuffers of the host's memory map.
    pub const fn memory_map(&self) -> &MemoryMap {
        &self.memory_map
    }

    /// Whether the input is of one machine.
    pub const fn machines(&self) -> &Machines {
        &self.machines
    }

    /// Coverage of the host's functions by each listing.
    pub fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    /// Paths that could not be read: nothing depends on them.
    pub fn unreadable_paths(&self) -> &[UnreadablePath] {
        &self.unreadable_paths
    }
}
