//! All that the input shows of a host.

use std::collections::BTreeMap;

use host_tree::{Evidence, Origin, UnreadablePath};
use hostconf::boot::loader::Loader;
use iommu::predict::FirmwareTables;
use iommu::vfio::{NodeUser, Nodes};
use iommu::{Groups, LogFact};
use pci_core::topology::Topology;
use pci_core::{Address, PciId};

use super::commands::binding_order::BindingWrite;
use super::commands::boot_commands::LateBinding;
use super::commands::empty_outputs::EmptyOutput;
use super::commands::quoted_commands::Quoted;
use super::commands::services::Removal;
use super::coverage::Coverage;
use super::derived::Derived;
use super::fact::Fact;
use super::guests::host_memory::HostMemory;
use super::guests::mappings::Mappings;
use super::guests::rom_files::NamedRom;
use super::guests::{Domain, ProxmoxVm, VmxFile};
use super::hardware::device::Device;
use super::hardware::esxi_ownership::Esxi;
use super::hardware::grouping::WithoutOverride;
use super::hardware::hyper_v::HyperV;
use super::hardware::memory_map::MemoryMap;
use super::hardware::without_address::DeviceWithoutAddress;
use super::host_use::in_use::{Interface, Storage, UnknownStorage};
use super::host_use::network_names::NetworkNames;
use super::host_use::process::{DeviceFileUser, Process};
use super::identity::machines::Machines;
use super::identity::platform::Platform;
use super::identity::system::System;
use super::lines::Lines;
use super::model::Contradiction;
use super::named::Named;
use super::settings::Settings;
use super::settings::initramfs_conf::InitramfsConf;
use super::settings::quoted_options::QuotedOption;
use super::settings::vfio_assignment::{IdList, OverrideScript};
use super::words::causes::Explanations;
use super::words::good_news::GoodNews;
use super::words::guest_failure::GuestFailure;
use super::words::known_facts::StatedFacts;
use super::words::messages::LogMessage;
use super::words::named_phrases::NamedPhrases;
use super::words::rebuilt::Rebuilt;
use super::words::situation::Situation;
use super::words::solved::Solved;
use super::words::stated_isolation::StatedIsolation;
use super::words::statements::Statements;
use super::words::symptoms::Symptom;
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
    /// Programs that have groups open: only for groups passed to
    /// [`find_group_users`](Self::find_group_users).
    pub(crate) group_users: BTreeMap<u32, Vec<NodeUser>>,
    /// Evidence that the kernel is that of dom0 under Xen, which owns the IOMMU.
    pub(crate) dom0: Option<Evidence>,
    /// Facts about the IOMMU in the kernel log.
    pub(crate) log_facts: Vec<LogFact>,
    /// The first line of a kernel's log that the input shows from its start on.
    pub(crate) whole_log: Option<Evidence>,
    /// The sentence by which the text is a guide, and describes no host of its writer.
    pub(crate) guide: Option<Evidence>,
    /// Messages of the kernel, drivers and hypervisors that the input quotes.
    pub(crate) log_messages: Vec<LogMessage>,
    /// IDs added to vfio-pci, by the kernel log.
    pub(crate) added_ids: Vec<Fact<PciId>>,
    /// The ids that commands in the input write to vfio-pci's `new_id`.
    pub(crate) new_ids: Vec<Fact<PciId>>,
    /// The functions that commands in the input bind to pcieport, the driver of ports.
    pub(crate) given_to_pcieport: Vec<Fact<Address>>,
    /// Commands that the input quotes, the first of each kind.
    pub(crate) quoted_commands: Vec<Fact<Quoted>>,
    /// The graphics card that the words of the input mean.
    pub(crate) meant_by_words: Option<Address>,
    /// The failures that sentences report as solved.
    pub(crate) solved: Vec<Solved>,
    /// The first sentence about an assignment.
    pub(crate) subject: Option<Evidence>,
    /// The name of the only hypervisor that sentences name.
    pub(crate) named_hypervisor: Option<&'static str>,
    /// The first sentence that reports a failure.
    pub(crate) complaint: Option<Evidence>,
    /// The first sentence that describes a guest which fails.
    pub(crate) guest_failure: Option<Fact<GuestFailure>>,
    /// The first sentence that reports code 43 of Windows.
    pub(crate) code_43_statement: Option<Evidence>,
    /// Sentences that say that a guest runs with its device, or sees it.
    pub(crate) good_news: Vec<GoodNews>,
    /// Symptoms that sentences describe.
    pub(crate) symptoms: Vec<Fact<Symptom>>,
    /// Options of the kernel that sentences name.
    pub(crate) quoted_options: Vec<Fact<QuotedOption>>,
    /// IOMMU groups that have a device file in `/dev/vfio`.
    pub(crate) group_nodes: Vec<Fact<u32>>,
    /// Commands that printed nothing.
    pub(crate) empty_outputs: Vec<Fact<EmptyOutput>>,
    /// The width of physical addresses, and huge pages.
    pub(crate) memory: HostMemory,
    /// Settings of the host.
    pub(crate) settings: Settings,
    /// The values of vfio-pci's `ids=`, in the order in which they take effect: the last one takes
    /// effect.
    pub(crate) vfio_ids: Vec<Fact<IdList>>,
    /// Scripts of the initramfs that bind by address.
    pub(crate) override_scripts: Vec<OverrideScript>,
    /// Configuration of the initramfs.
    pub(crate) initramfs_conf: InitramfsConf,
    /// driverctl's configuration: functions, each with its driver.
    pub(crate) driverctl: Vec<Fact<(Address, String)>>,
    /// The boot loader.
    pub(crate) loader: Loader,
    /// Evidence that changes of `/etc` are lost at a reboot or rebuild: the system is generated
    /// (NixOS, Talos Linux, Unraid).
    pub(crate) etc_not_kept: Option<Evidence>,
    /// Processes that run on cards.
    pub(crate) processes: Vec<Fact<Process>>,
    /// Processes that have device files open of which the input does not show the function.
    pub(crate) device_file_users: Vec<Fact<DeviceFileUser>>,
    /// Virtual machines of Proxmox VE.
    pub(crate) proxmox_vms: Vec<ProxmoxVm>,
    /// libvirt's domains.
    pub(crate) domains: Vec<Domain>,
    /// The functions of running guests, in their order, each with the line that lists the guest.
    pub(crate) running: Vec<Fact<Address>>,
    /// The line that shows a guest of Hyper-V with a device as running.
    pub(crate) runs_with_device: Option<Evidence>,
    /// Virtual machines of VMware.
    pub(crate) vmx_files: Vec<VmxFile>,
    /// Facts of ESXi.
    pub(crate) esxi: Esxi,
    /// Facts of Hyper-V.
    pub(crate) hyper_v: HyperV,
    /// Damage to the input.
    pub(crate) damage: Vec<Fact<Text>>,
    /// Whether the running kernel's command line is shown.
    pub(crate) running_options_shown: bool,
    /// Services and scripts run at each boot that remove a driver after it was loaded.
    pub(crate) removal_services: Vec<Fact<Removal>>,
    /// The ids that services and scripts of each boot write to vfio-pci's `new_id`.
    pub(crate) new_ids_at_boot: Vec<Fact<PciId>>,
    /// The functions that services and scripts of each boot bind or unbind by their addresses.
    pub(crate) bindings_at_boot: Vec<Fact<LateBinding>>,
    /// The writes to sysfs that bind and unbind functions, in the order of each text and script.
    pub(crate) binding_writes: Vec<Vec<Fact<BindingWrite>>>,
    /// The functions that commands in the input bind to pci-stub.
    pub(crate) given_to_pci_stub: Vec<Fact<Address>>,
    /// The units and scripts that were read for that.
    pub(crate) service_files: Vec<String>,
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
    /// libvirt guests whose display card a plan's hook unbinds.
    pub(crate) display_hooks: Vec<Fact<String>>,
    /// libvirt hooks that call virsh, each with the command.
    pub(crate) virsh_hooks: Vec<Fact<String>>,
    /// The functions and boot framebuffers of the host's memory map.
    pub(crate) memory_map: MemoryMap,
    /// The ROM files of guests.
    pub(crate) named_roms: Vec<NamedRom>,
    /// Proxmox VE's resource mappings.
    pub(crate) mappings: Mappings,
    /// The names of network interfaces that the host relies on.
    pub(crate) network_names: NetworkNames,
    /// The network interfaces of functions.
    pub(crate) interfaces: Vec<Fact<Interface>>,
    /// The kernel's names of each function's network interfaces, disks and cards: `enp3s0`,
    /// `nvme0n1`, `card0`.
    pub(crate) kernel_names: BTreeMap<Address, Vec<String>>,
    /// Functions whose addresses are not in the input.
    pub(crate) without_address: Vec<DeviceWithoutAddress>,
    /// Systems whose listing was ignored, since the host is another: it is assumed to be a guest's.
    pub(crate) left_out: Vec<Fact<Platform>>,
    /// The first lines of lspci listings that were ignored: of a virtual machine, whose host is
    /// also in the input.
    pub(crate) guest_listings: Vec<Evidence>,
    /// The functions that guests show, at the guest's addresses, where the input is of the host
    /// too.
    pub(crate) guest_devices: BTreeMap<Address, Device>,
    /// Facts that sentences state.
    pub(crate) statements: Statements,
    /// States that sentences tell.
    pub(crate) situation: Vec<Fact<Situation>>,
    /// Sentences about changes after which the failure remained.
    pub(crate) attempts: Vec<Evidence>,
    /// The kind of the assigned device, by sentences.
    pub(crate) device_kind: Option<&'static str>,
    /// Settings and changes that sentences report as done or tried.
    pub(crate) done: Vec<Fact<&'static NamedPhrases>>,
    /// Settings that only a reboot has yet to bring into effect.
    pub(crate) rebuilt: Rebuilt,
    /// Causes, and changes that helped, that sentences name.
    pub(crate) explanations: Explanations,
    /// The chip of an AMD card without a standard reset that sentences name.
    pub(crate) named_card: Option<Fact<&'static str>>,
    /// Facts of the trade whose words sentences have.
    pub(crate) stated_facts: StatedFacts,
    /// Isolation that sentences state.
    pub(crate) stated_isolation: StatedIsolation,
    /// Whether parts of the input are a guest's.
    pub(crate) has_guest_parts: bool,
    /// Whether the input is of one machine.
    pub(crate) machines: Machines,
    /// Contradictions between lines about one function.
    pub(crate) contradictions: Vec<Contradiction>,
    /// Evidence that the entire input is of a virtual machine.
    pub(crate) guest: Option<Evidence>,
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
        &self.vfio_ids
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
