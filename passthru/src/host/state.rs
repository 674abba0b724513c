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
use super::commands::command_lines::MistakenCommand;
use super::commands::empty_outputs::EmptyOutput;
use super::commands::hook_scripts::HookScripts;
use super::commands::quoted_commands::Quoted;
use super::commands::services::Removal;
use super::coverage::Coverage;
use super::derived::Derived;
use super::drivers::module_builds::ModuleBuild;
use super::fact::Fact;
use super::guests::bhyve::VmmModule;
use super::guests::bhyve_slots::BhyveSlot;
use super::guests::cluster::ClusterLine;
use super::guests::container_devices::ContainerDevices;
use super::guests::glass_memory::GlassMemory;
use super::guests::host_memory::HostMemory;
use super::guests::locked_memory::LockedMemory;
use super::guests::mappings::Mappings;
use super::guests::mediated::Mediated;
use super::guests::refused_node::RefusedNode;
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
use super::model::Contradiction;
use super::named::Named;
use super::settings::Settings;
use super::settings::initramfs_conf::InitramfsConf;
use super::settings::quoted_options::QuotedOption;
use super::settings::setting_lines::SettingLine;
use super::settings::vfio_assignment::{IdList, OverrideScript};
use super::words::causes::Explanations;
use super::words::good_news::GoodNews;
use super::words::guest_failure::GuestFailure;
use super::words::known_facts::StatedFacts;
use super::words::messages::LogMessage;
use super::words::named_phrases::NamedPhrases;
use super::words::rebuilt::Rebuilt;
use super::words::rom_parser::ParsedRom;
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
    /// The `vfio-pci.ids=` of a configuration of NixOS that does not load the module.
    pub(crate) without_vfio_module: Option<Evidence>,
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
    /// Single setting lines in the texts.
    pub(crate) setting_lines: Vec<Fact<SettingLine>>,
    /// Options of the kernel that sentences name.
    pub(crate) quoted_options: Vec<Fact<QuotedOption>>,
    /// Commands of bhyve that pass functions, each with whether it wires the guest's memory.
    pub(crate) bhyve_commands: Vec<Fact<bool>>,
    /// Modules for guests that `lsmod` lists.
    pub(crate) loaded_modules: Vec<Fact<&'static str>>,
    /// The functions that guests of bhyve are configured to have.
    pub(crate) given_to_bhyve: Vec<Fact<Address>>,
    /// The head of the table that `vm passthru` of vm-bhyve prints.
    pub(crate) passthru_table: Option<Evidence>,
    /// IOMMU groups that have a device file in `/dev/vfio`.
    pub(crate) group_nodes: Vec<Fact<u32>>,
    /// The row of `/dev/vfio/vfio`, where `/dev/vfio` has no file of a group.
    pub(crate) vfio_without_groups: Option<Evidence>,
    /// Mediated devices and their types.
    pub(crate) mediated: Vec<Fact<Mediated>>,
    /// Commands that printed nothing.
    pub(crate) empty_outputs: Vec<Fact<EmptyOutput>>,
    /// The width of physical addresses, and huge pages.
    pub(crate) memory: HostMemory,
    /// Limits on locked memory, in bytes; none is unlimited.
    pub(crate) locked_memory: Vec<Fact<LockedMemory>>,
    /// Lines of objects of Kubernetes and KubeVirt.
    pub(crate) cluster_lines: Vec<Fact<ClusterLine>>,
    /// The functions that FreeBSD's boot loader reserves for guests of bhyve.
    pub(crate) reserved_for_bhyve: Vec<Fact<Address>>,
    /// FreeBSD's module vmm.
    pub(crate) vmm_module: VmmModule,
    /// The functions that commands of the input bind, unbind or assign.
    pub(crate) commanded: Vec<Fact<Address>>,
    /// Mistakes in commands of the input.
    pub(crate) command_mistakes: Vec<Fact<MistakenCommand>>,
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
    /// The device files of VFIO that containers are started with.
    pub(crate) container_devices: Vec<Fact<ContainerDevices>>,
    /// A device file that the rules of a container refuse.
    pub(crate) refused_node: Option<RefusedNode>,
    /// The kernels that modules outside the kernel are built for, as DKMS lists them.
    pub(crate) module_builds: Vec<Fact<ModuleBuild>>,
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
    /// Scripts that detach a GPU before a guest's start.
    pub(crate) hook_scripts: HookScripts,
    /// The functions and boot framebuffers of the host's memory map.
    pub(crate) memory_map: MemoryMap,
    /// The first root hub of a listing of lsusb that has nothing else.
    pub(crate) root_hubs_alone: Option<Evidence>,
    /// The shared memory of Looking Glass, and the guest's screen.
    pub(crate) glass_memory: GlassMemory,
    /// The ROMs that rom-parser read.
    pub(crate) parsed_roms: Vec<Fact<ParsedRom>>,
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
    /// The places of assigned functions in guests of bhyve.
    pub(crate) bhyve_slots: Vec<BhyveSlot>,
    /// Isolation that sentences state.
    pub(crate) stated_isolation: StatedIsolation,
    /// The sentence that says that `pci=realloc` is set.
    pub(crate) realloc_statement: Option<Evidence>,
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
