//! Viability of groups, and the impact of passthrough on the host.

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree};
use iommu::vfio::{GroupMode, Users, VfioOpenError, VfioRequest, node_users};
use iommu::{Member, Viability};
use list_order::Inserts as _;
use pci_core::Address;
use pci_core::config::{Capabilities, CapabilityId};
use pci_core::lspci::{CapabilityKind, Details, Record, Verbosity};

use crate::host::hardware::device::{Device, Driver};
use crate::host::state::Host;

/// Something that the host has now, and would not have where a guest gets a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostImpact {
    /// The function.
    pub address: Address,
    /// The kind of impact.
    pub kind: HostImpactKind,
    /// The line that shows it.
    pub evidence: Evidence,
}

/// A resource that the host loses to a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostImpactKind {
    /// The file system that is mounted there.
    FileSystem(String),
    /// The network interface, which is up.
    Network(String),
    /// The display that the firmware set up for booting.
    BootDisplay,
}

/// Whether a record's bridge has a hot-plug controller of conventional PCI; `None`
/// where the record does not show its capabilities.
pub(in crate::host) fn hot_plug(record: &Record) -> Option<bool> {
    let space = record.config.space();
    if !space.is_empty() {
        let list = Capabilities::read(space);
        let has = list.find(CapabilityId::PCI_HOT_PLUG).is_some();
        return (has || list.end.is_complete()).then_some(has);
    }
    if record.form.verbosity == Verbosity::Plain {
        return None;
    }
    let nothing = Details::default();
    let details = record.details.as_deref().unwrap_or(&nothing);
    if details.capabilities_end.is_some() {
        return None;
    }
    let kind = CapabilityKind::Conventional(CapabilityId::PCI_HOT_PLUG);
    Some(details.find(kind).is_some())
}

impl Host {
    /// The viability of a group, with the state of each member. A member that is not listed
    /// elsewhere has an unknown driver.
    #[must_use]
    pub fn viability(&self, group: u32) -> Viability {
        let members: Vec<Member<'_>> = self
            .members(group)
            .map(|(address, _)| self.member(address))
            .collect();
        iommu::viability(&members, self.groups.completeness(group))
    }

    /// Finds programs that have the groups of these functions open, in the `tree` from which the
    /// host was read. Reads all open files of the machine; only root sees those of other users.
    pub fn find_group_users(&mut self, tree: &dyn HostTree, functions: &[Address]) {
        let groups: BTreeSet<u32> = functions
            .iter()
            .filter_map(|function| self.group_of(*function))
            .into_set();
        for group in groups {
            let node = self.vfio.groups.get(&group);
            let node = node.map(|node| node.mode.path(group));
            let own = self.members(group).filter_map(|(address, _)| {
                let device = self.vfio.devices.get(&address)?;
                device.path()
            });
            let nodes: Vec<String> = node.into_iter().chain(own).collect();
            // A group without nodes has no users.
            if nodes.is_empty() {
                continue;
            }
            let found = node_users(tree, &nodes);
            self.host_use.group_users.insert(group, found);
        }
    }

    /// Whether the IOMMU isolates the functions of a group, or VFIO's no-IOMMU mode is in use.
    #[must_use]
    pub fn mode(&self, group: u32) -> GroupMode {
        match self
            .groups
            .get(group)
            .and_then(|group| group.no_iommu.as_ref())
        {
            Some(_) => GroupMode::NoIommu,
            None => GroupMode::Iommu,
        }
    }

    /// The error of QEMU, or another program, if it opened the function by its group now, as far as
    /// known. A hypervisor that binds functions on start, such as libvirt with `managed='yes'`,
    /// changes the state first.
    #[must_use]
    pub fn refusal(&self, function: Address) -> Option<VfioOpenError> {
        let group = self.group_of(function)?;
        let members: Vec<Member<'_>> = self
            .members(group)
            .map(|(address, _)| self.member(address))
            .collect();
        VfioOpenError::predict_error(&VfioRequest {
            function,
            group,
            members: &members,
            completeness: self.groups.completeness(group),
            mode: self.mode(group),
            users: match self.host_use.group_users.get(&group) {
                Some(holders) if !holders.is_empty() => Users::Another,
                _ => Users::NotShown,
            },
        })
    }

    /// A function as a group member for the viability rule.
    pub(crate) fn member(&self, address: Address) -> Member<'_> {
        let device = self.devices.get(&address);
        Member {
            address,
            driver: match device.map(|device| &device.driver) {
                Some(Driver::Bound(driver)) => iommu::Driver::Named(&driver.value),
                Some(Driver::Unbound(_)) => iommu::Driver::None,
                Some(Driver::NotShown) | None => iommu::Driver::Unknown,
            },
            kind: device.map_or(iommu::MemberKind::Function, Device::member_kind),
        }
    }

    /// Impact on the host if these functions are assigned to guests.
    #[must_use]
    pub(crate) fn host_impact(&self, functions: &BTreeSet<Address>) -> Vec<HostImpact> {
        let storage = self.host_use.storage.iter().map(|fact| HostImpact {
            address: fact.value.address,
            kind: HostImpactKind::FileSystem(fact.value.mount_point.clone()),
            evidence: fact.evidence.clone(),
        });
        let network = self.host_use.interfaces.iter().map(|fact| HostImpact {
            address: fact.value.address,
            kind: HostImpactKind::Network(fact.value.name.clone()),
            evidence: fact.evidence.clone(),
        });
        let asked = functions.iter();
        let display = asked.filter_map(|address| {
            let device = self.devices.get(address)?;
            let shown = device.boot_display.as_ref().filter(|shown| shown.value)?;
            Some(HostImpact {
                address: device.address,
                kind: HostImpactKind::BootDisplay,
                evidence: shown.evidence.clone(),
            })
        });
        let all = storage.chain(network).chain(display);
        all.filter(|impact| functions.contains(&impact.address))
            .collect()
    }
}
