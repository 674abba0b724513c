//! Facts of the texts that few rules look at: each is read for the first rule that asks. A new one is a
//! row here.

use std::sync::OnceLock;

use host_tree::{CommandText, Evidence};
use pci_core::Address;

use super::commands::command_lines::{self, MistakenCommand};
use super::commands::hook_scripts::{self, HookScripts};
use super::commands::package_files::{self, PackageMistake};
use super::commands::written_values;
use super::drivers::driver_searches;
use super::drivers::loaded_modules;
use super::drivers::module_builds::{self, ModuleBuild};
use super::drivers::stub_claims::{self, StubClaims};
use super::fact::Fact;
use super::guests::bhyve::{self, VmmModule};
use super::guests::bhyve_slots::{self, BhyveSlot};
use super::guests::cluster::{self, ClusterLine};
use super::guests::container_devices::{self, ContainerDevices};
use super::guests::glass_memory::{self, GlassMemory};
use super::guests::locked_memory::{self, LockedMemory};
use super::guests::mediated::{self, Mediated};
use super::guests::refused_node::{self, RefusedNode};
use super::guests::usb_paths::{self, UsbPath};
use super::hardware::group_nodes;
use super::settings::nixos;
use super::settings::setting_lines::{self, SettingLine};
use super::words::rom_parser::{self, ParsedRom};
use super::words::{lsusb, outputs, prose, quoted_messages, typed_devices};

/// The functions that commands and sentences name.
fn commanded(lines: &Lines) -> Vec<Fact<Address>> {
    let mut named = typed_devices::named(lines.pasted());
    named.extend(command_lines::commanded(lines.pasted()));
    named
}

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $read:expr;)*) => {
        /// The texts of a host, and the facts that were asked for.
        #[derive(Debug, Default)]
        pub(crate) struct Lines {
            texts: Vec<CommandText>,
            $($name: OnceLock<$type>,)*
        }

        impl Lines {
            $($(#[$doc])*
            pub(crate) fn $name(&self) -> &$type {
                let read: fn(&Self) -> $type = $read;
                self.$name.get_or_init(|| read(self))
            })*
        }
    };
}

lines! {
    /// Commands of bhyve that pass functions, each with whether it wires the guest's memory.
    bhyve_commands: Vec<Fact<bool>> = |lines| bhyve::commands(&lines.texts);
    /// The head of the table that `vm passthru` of vm-bhyve prints.
    passthru_table: Option<Evidence> = |lines| bhyve::table(&lines.texts);
    /// FreeBSD's module vmm.
    vmm_module: VmmModule = |lines| VmmModule::read(&lines.texts);
    /// The places of assigned functions in guests of bhyve.
    bhyve_slots: Vec<BhyveSlot> = |lines| bhyve_slots::read(&lines.texts);
    /// Values that lines name before a write to /sys, each with whether it is a complete address.
    written_values: Vec<Fact<bool>> = |lines| written_values::read(&lines.texts);
    /// Whether a line, and no question, has the option that disables the power saving of links.
    has_aspm_off: bool = |lines| {
        let mut all = lines.texts.iter().flat_map(|text| text.text.lines());
        all.any(|line| line.contains("pcie_aspm=off") && !line.contains(['?', '？']))
    };
    /// Scripts that detach a GPU before a guest's start.
    hook_scripts: HookScripts = |lines| hook_scripts::read(lines.pasted());
    /// Packages that typed commands download or install by mistake.
    package_mistakes: Vec<PackageMistake> = |lines| package_files::read(lines.pasted());
    /// Mistakes in commands of the input.
    command_mistakes: Vec<Fact<MistakenCommand>> = |lines| command_lines::command_mistakes(lines.pasted());
    /// The ROMs that rom-parser read.
    parsed_roms: Vec<Fact<ParsedRom>> = |lines| rom_parser::read(&lines.texts);
    /// Limits on locked memory, in bytes; none is unlimited.
    locked_memory: Vec<Fact<LockedMemory>> = |lines| locked_memory::read(&lines.texts);
    /// The shared memory of Looking Glass, and the guest's screen.
    glass_memory: GlassMemory = |lines| glass_memory::read(lines.pasted());
    /// The device files of VFIO that containers are started with.
    container_devices: Vec<Fact<ContainerDevices>> = |lines| container_devices::read(lines.pasted());
    /// The start of QEMU in a container with a device of vfio-pci and without its files.
    container_without_files: Option<Evidence> = |lines| container_devices::without_files(lines.pasted());
    /// A device file that the rules of a container refuse.
    refused_node: Option<RefusedNode> = |lines| refused_node::read(lines.pasted());
    /// The kernels that modules outside the kernel are built for, as DKMS lists them.
    module_builds: Vec<Fact<ModuleBuild>> = |lines| module_builds::read(&lines.texts);
    /// The IDs that pci-stub received, and the functions that it claimed.
    stub_claims: StubClaims = |lines| stub_claims::read(&lines.texts);
    /// Paths of USB devices where a virtual machine has devices of VFIO.
    usb_paths: Vec<Fact<UsbPath>> = |lines| usb_paths::read(&lines.texts);
    /// Mediated devices and their types.
    mediated: Vec<Fact<Mediated>> = |lines| mediated::read(&lines.texts);
    /// Lines of objects of Kubernetes and KubeVirt.
    cluster_lines: Vec<Fact<ClusterLine>> = |lines| cluster::read(&lines.texts);
    /// Listings of drivers that a search for vfio shortens.
    driver_searches: Vec<Evidence> = |lines| driver_searches::read(&lines.texts);
    /// Modules for guests that `lsmod` lists.
    loaded_modules: Vec<Fact<&'static str>> = |lines| loaded_modules::read(&lines.texts);
    /// The first root hub of a listing of lsusb that has nothing else.
    root_hubs_alone: Option<Evidence> = |lines| lsusb::root_hubs_alone(&lines.texts);
    /// The sentence that says that `pci=realloc` is set.
    realloc_statement: Option<Evidence> = |lines| prose::reallocates(lines.pasted());
    /// The `vfio-pci.ids=` of a configuration of NixOS that does not load the module.
    without_vfio_module: Option<Evidence> = |lines| nixos::without_vfio_module(lines.pasted());
    /// The row of `/dev/vfio/vfio`, where `/dev/vfio` has no file of a group.
    vfio_without_groups: Option<Evidence> = |lines| group_nodes::without_groups(&lines.texts);
    /// IOMMU groups that have a device file in `/dev/vfio`.
    group_nodes: Vec<Fact<u32>> = |lines| group_nodes::read(&lines.texts);
    /// Single setting lines in the texts.
    setting_lines: Vec<Fact<SettingLine>> = |lines| setting_lines::read(&lines.texts);
    /// The functions that FreeBSD's boot loader reserves for guests of bhyve.
    reserved_for_bhyve: Vec<Fact<Address>> = |lines| bhyve::reserved(&lines.texts);
    /// The functions that guests of bhyve are configured to have.
    given_to_bhyve: Vec<Fact<Address>> = |lines| bhyve::given(&lines.texts);
    /// Lines that texts quote because they ask about them.
    quoted_messages: Vec<Evidence> = |lines| quoted_messages::read(lines.pasted());
    /// The functions that commands of the input bind, unbind or assign.
    commanded: Vec<Fact<Address>> = commanded;
    /// The functions that commands of the input bind to vfio-pci, with each line.
    bound_to_vfio: Vec<Fact<Address>> = |lines| command_lines::bound_to_vfio(lines.pasted());
}

impl Lines {
    pub(super) fn of(texts: &[CommandText]) -> Self {
        Self {
            texts: texts.to_vec(),
            ..Self::default()
        }
    }

    /// The texts that may have prose and typed commands.
    fn pasted(&self) -> &[CommandText] {
        outputs::pasted(&self.texts)
    }
}
