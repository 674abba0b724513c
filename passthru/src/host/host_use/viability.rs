//! Whether groups may be given away, and what the host would lose.

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree};
use iommu::vfio::{GroupMode, Users, VfioOpenError, VfioRequest, node_users};
use iommu::{Member, Viability};
use pci_core::Address;
use pci_core::config::{Capabilities, CapabilityId};
use pci_core::lspci::{CapabilityKind, Details, Record, Verbosity};

use crate::host::hardware::device::{Device, Driver};
use crate::host::state::Host;

/// Something that the host has now, and would not have where a guest gets a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostImpact {
    /// The function.
    pub address: Address,
    /// What is lost.
    pub kind: HostImpactKind,
    /// The line that shows it.
    pub evidence: Evidence,
}

/// What a host can lose.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostImpactKind {
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
        return (has || list.end.is_whole()).then_some(has);
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
    /// Whether a group may be given to a guest, and what its members have to do with
    /// that. A member that is not listed anywhere else has an unknown driver.
    #[must_use]
    pub fn viability(&self, group: u32) -> Viability {
        let members: Vec<Member<'_>> = self
            .members(group)
            .map(|(address, _)| self.member(address))
            .collect();
        iommu::viability(&members, self.groups.completeness(group))
    }

    /// Looks for programs that have the groups of these functions open, in `tree`, from
    /// which the host was read: that goes through all open files of the machine. Those of
    /// other users are shown to root alone.
    pub fn find_group_users(&mut self, tree: &dyn HostTree, functions: &[Address]) {
        let groups: BTreeSet<u32> = functions
            .iter()
            .filter_map(|function| self.group_of(*function))
            .collect();
        for group in groups {
            let node = self.vfio.groups.get(&group);
            let node = node.map(|node| node.mode.path(group));
            let own = self.members(group).filter_map(|(address, _)| {
                let device = self.vfio.devices.get(&address)?;
                device.path()
            });
            let nodes: Vec<String> = node.into_iter().chain(own).collect();
            // A group without nodes is nobody's.
            if nodes.is_empty() {
                continue;
            }
            let found = node_users(tree, &nodes);
            self.group_users.insert(group, found);
        }
    }

    /// What is between the functions of a group and the memory.
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

    /// Why QEMU, or another program, would not get the function by its group as things
    /// are, as far as the input shows it. A hypervisor that binds functions by itself,
    /// as libvirt does with `managed='yes'`, changes that before it asks.
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
            users: match self.group_users.get(&group) {
                Some(holders) if !holders.is_empty() => Users::Another,
                _ => Users::NotShown,
            },
        })
    }

    /// A function as the rule on viability asks for it.
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

    /// What the host would lose where guests get these functions.
    #[must_use]
    pub fn host_impact(&self, functions: &BTreeSet<Address>) -> Vec<HostImpact> {
        let storage = self.storage.iter().map(|fact| HostImpact {
            address: fact.value.address,
            kind: HostImpactKind::FileSystem(fact.value.mount_point.clone()),
            evidence: fact.evidence.clone(),
        });
        let network = self.interfaces.iter().map(|fact| HostImpact {
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
