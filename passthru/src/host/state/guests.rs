//! The guests of a host.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree};
use pci_core::Address;

use crate::host::commands::hooks;
use crate::host::fact::Fact;
use crate::host::guests::host_memory::HostMemory;
use crate::host::guests::mappings::Mappings;
use crate::host::guests::rom_files::NamedRom;
use crate::host::guests::{Domain, ProxmoxVm, VmxFile, rom_arguments};
use crate::host::hardware::device::Device;
use crate::host::hardware::hyper_v::HyperV;
use crate::host::texts::Texts;

/// The guests, by their configurations and by the outputs that show them.
#[derive(Debug, Default)]
pub(crate) struct Guests {
    /// Virtual machines of Proxmox VE.
    pub(crate) proxmox_vms: Vec<ProxmoxVm>,
    /// Proxmox VE's resource mappings.
    pub(crate) mappings: Mappings,
    /// libvirt's domains.
    pub(crate) domains: Vec<Domain>,
    /// Virtual machines of VMware.
    pub(crate) vmx_files: Vec<VmxFile>,
    /// Facts of Hyper-V.
    pub(crate) hyper_v: HyperV,
    /// The ROM files of guests.
    pub(crate) named_roms: Vec<NamedRom>,
    /// libvirt guests whose display card a plan's hook unbinds.
    pub(crate) display_hooks: Vec<Fact<String>>,
    /// libvirt hooks that call virsh, each with the command.
    pub(crate) virsh_hooks: Vec<Fact<String>>,
    /// The width of physical addresses, and huge pages.
    pub(crate) memory: HostMemory,
    /// The functions of running guests, in their order, each with the line that lists the guest.
    pub(crate) running: Vec<Fact<Address>>,
    /// The line that shows a guest of Hyper-V with a device as running.
    pub(crate) runs_with_device: Option<Evidence>,
    /// The first lines of lspci listings that were ignored: of a virtual machine, whose host is
    /// also in the input.
    pub(crate) listings: Vec<Evidence>,
    /// The functions that guests show, at the guest's addresses, where the input is of the host
    /// too.
    pub(crate) devices: BTreeMap<Address, Device>,
    /// Whether parts of the input are a guest's.
    pub(crate) has_parts: bool,
}

impl Guests {
    /// Reads the configurations.
    pub(in crate::host) fn read(tree: &dyn HostTree, texts: &Texts<'_>) -> Self {
        let mappings = Mappings::read(tree);
        let proxmox_vms = ProxmoxVm::read(tree, mappings.host_context());
        let domains = Domain::read(tree);
        let arguments = rom_arguments::read(texts.all);
        Self {
            named_roms: NamedRom::read(tree, arguments, &proxmox_vms, &mappings, &domains),
            proxmox_vms,
            mappings,
            domains,
            vmx_files: VmxFile::read(tree),
            display_hooks: hooks::guest_hooks(tree),
            virsh_hooks: hooks::virsh_hooks(tree),
            memory: HostMemory::read(tree),
            ..Self::default()
        }
    }
}
