//! What a host answers about its functions, groups and IOMMU.

use host_tree::Evidence;
use hostconf::binding::kernel_facts::Presence;
use iommu::{Completeness, LogFact, LogLineKind, Membership, RemappingState};
use pci_core::{Address, Names, Slot};

use super::hardware::device::Device;
use super::state::Host;
use super::words::statements::is_without_vtd;
use crate::names::NameDatabase;

impl Host {
    /// The functions of a slot that are not bridges, by address.
    pub(crate) fn functions_of(&self, slot: Slot) -> impl Iterator<Item = &Device> {
        let there = slot.functions();
        there
            .filter_map(|address| self.devices.get(&address))
            .filter(|device| !device.is_bridge())
    }

    /// The same host with the names of another database, by default passthru's.
    #[must_use]
    pub fn with_names(mut self, names: NameDatabase) -> Self {
        self.names = names;
        self
    }

    /// The names of IDs.
    #[must_use]
    pub fn names(&self) -> Names<'_> {
        self.names.names()
    }

    /// The database of names.
    #[must_use]
    pub(crate) const fn name_database(&self) -> &NameDatabase {
        &self.names
    }

    /// The name of a function for people: from the database, otherwise from the source.
    #[must_use]
    pub fn name_of(&self, device: &Device) -> String {
        let names = self.names();
        match (&device.id, &device.source_name) {
            (Some(id), Some(name)) if names.device(id.value).is_none() => name.clone(),
            (Some(id), _) => names.device_text(id.value).to_string(),
            (None, Some(name)) => name.clone(),
            (None, None) => "(not shown)".to_owned(),
        }
    }

    /// Whether the function is a virtual one of SR-IOV, by sysfs or by the name that pci.ids has for
    /// it: `Ethernet Virtual Function 700 Series`, `MT28908 Family [ConnectX-6 Virtual Function]`.
    pub(crate) fn is_virtual_function(&self, device: &Device) -> bool {
        self.topology.physical_function(device.address).is_some()
            || self.name_of(device).contains("Virtual Function")
    }

    /// The IOMMU group of a function, where the sources agree on one.
    #[must_use]
    pub fn group_of(&self, address: Address) -> Option<u32> {
        match self.groups.group_of(address) {
            Membership::In(group) => Some(group),
            _ => None,
        }
    }

    /// The members of a group, each with the first line that shows it.
    pub fn members(&self, group: u32) -> impl Iterator<Item = (Address, &Evidence)> {
        self.groups
            .get(group)
            .into_iter()
            .flat_map(|group| &group.members)
            .filter_map(|(address, evidence)| Some((*address, evidence.first()?)))
    }

    /// The lines of a list of groups without any PCI function, on a board that has no IOMMU for
    /// PCIe; elsewhere the list may be cut.
    pub(crate) fn groups_without_pci(&self) -> impl Iterator<Item = &Evidence> {
        let groups = || self.groups.iter().map(|(_, group)| group);
        let has_pci = groups().any(|group| !group.members.is_empty());
        let lines = groups().flat_map(|group| group.others.values());
        // A kernel log may have lost the lines of the functions.
        let is_board = self.words.statements.raspberry_pi.is_some();
        lines.filter(move |line| is_board && !has_pci && line.text.contains("/iommu_groups/"))
    }

    /// Whether all members of a group are known.
    #[must_use]
    pub(crate) fn is_complete_group(&self, group: u32) -> bool {
        self.groups.completeness(group) == Completeness::Whole
    }

    /// Whether interrupts are remapped, with the evidence; `None` if not in the input.
    #[must_use]
    pub fn interrupt_remapping(&self) -> (Option<bool>, &[Evidence]) {
        let state = match self.remapping.state {
            RemappingState::Enabled => Some(true),
            RemappingState::Disabled => Some(false),
            RemappingState::Unknown => None,
        };
        (state, &self.remapping.evidence)
    }

    /// Evidence that vfio-pci is built into the kernel, if it is.
    #[must_use]
    pub(crate) fn vfio_pci_built_in(&self) -> Option<&Evidence> {
        let presence = self.system.kernel.modules.get("vfio-pci")?;
        (presence.value == Presence::BuiltIn).then_some(&presence.evidence)
    }

    /// Whether this is a virtual machine that is not known to have an IOMMU of its own: it assigns
    /// no device.
    #[must_use]
    pub(crate) fn is_guest_without_iommu(&self) -> bool {
        self.of_guest.is_some() && self.iommu.status != iommu::IommuStatus::Enabled
    }

    /// The processor that lines of programs name, if it is a model without VT-d.
    pub(crate) fn processor_without_vtd(&self) -> Option<&str> {
        let model = self.system.processor_model.as_deref()?;
        is_without_vtd(model).then_some(model)
    }

    /// Whether the IOMMU is known to be off.
    #[must_use]
    pub(crate) fn iommu_is_off(&self) -> bool {
        use iommu::IommuStatus::{Disabled, DisabledInFirmware, DisabledInKernel};
        matches!(
            self.iommu.status,
            Disabled | DisabledInFirmware | DisabledInKernel
        )
    }

    /// Lines of the kernel's log of one kind.
    pub(crate) fn log_lines(&self, kind: LogLineKind) -> impl Iterator<Item = &LogFact> {
        self.log_facts.iter().filter(move |fact| fact.kind == kind)
    }

    /// The functions that could be assigned to a guest: accelerators, display, storage and network
    /// controllers; each card once, by its first function.
    pub fn candidates(&self) -> impl Iterator<Item = &Device> {
        // Base classes of the PCI Code and ID Assignment Specification: storage,
        // network, display, serial bus, wireless, processing accelerators.
        let wanted = |device: &&Device| {
            device.class.as_ref().is_some_and(|class| {
                matches!(class.value.base, 0x01 | 0x02 | 0x03 | 0x0d | 0x12)
                    || (class.value.base == 0x0c && class.value.sub == 0x03)
            })
        };
        let devices = self.devices.values();
        devices.filter(move |device| wanted(device) || device.is_other_card())
    }
}
