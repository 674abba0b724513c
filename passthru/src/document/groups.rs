//! `passthru groups --json`.

use std::collections::BTreeMap;

use iommu::MemberState;
use iommu::reset::TogetherReason;
use list_order::Inserts as _;
use pci_core::Address;
use serde::Serialize;

use crate::host::{self, Host, HostImpactKind};

/// `passthru groups --json`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Groups {
    /// The version of this form.
    pub schema: &'static str,
    /// Where the groups were read: `sysfs`, or the command or file; several are
    /// joined by commas.
    pub source: String,
    /// The groups, by number.
    pub groups: Vec<Group>,
    /// Functions of which the input shows no group.
    pub ungrouped: Vec<Address>,
    /// Functions that must be assigned together on a host without IOMMU groups; empty on others.
    pub assigned_together: Vec<AssignedTogether>,
}

/// Functions that go to one guest on a host that forms no groups.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct AssignedTogether {
    /// The functions.
    pub devices: Vec<Address>,
    /// `dependent-device`, `not-sharable` or `bus-reset`.
    pub reason: &'static str,
    /// The dependent device, or the bridge.
    pub device: Option<Address>,
}

/// One IOMMU group.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// Its number.
    pub id: u32,
    /// Its members, by address.
    pub devices: Vec<Address>,
    /// The names of members that are not PCI functions.
    pub non_pci_members: Vec<String>,
    /// Its node, through which programs open its functions: `/dev/vfio/17`; `null` if it has none
    /// or the input does not include it.
    pub node: Option<String>,
    /// Whether VFIO made it itself, without an IOMMU.
    pub no_iommu: bool,
    /// Whether these are all its members for certain.
    pub complete: bool,
    /// `viable`, `not-viable` or `unknown`: whether it can go to a guest as it is.
    pub viability: &'static str,
    /// State of each member.
    pub members: Vec<GroupMember>,
    /// Impact on the host, as far as the input shows it.
    pub host_impact: Vec<HostImpactDocument>,
    /// The programs that have it open: if the command named one of its devices.
    pub processes: Vec<ProcessDocument>,
}

/// A program that has a group open.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProcessDocument {
    /// Its process number.
    pub pid: u32,
    /// Its name, truncated by the kernel to 15 bytes; empty if not in the input.
    pub name: String,
}

/// State of a group member for assignment.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct GroupMember {
    /// The function.
    pub address: Address,
    /// `ready`: bound to a driver for guests; `harmless`: unbound, or bound to a driver that does
    /// not use the IOMMU; `blocks`: bound to a host driver; `unknown`.
    pub state: &'static str,
    /// The driver that blocks.
    pub driver: Option<String>,
    /// Its own node, through which programs open it with iommufd: `/dev/vfio/devices/vfio0`; `null`
    /// if it has none or the input does not include it.
    pub node: Option<String>,
    /// QEMU's error if it opened this function now, as far as the input shows one; the first of
    /// several lines.
    pub open_error: Option<String>,
}

/// A resource that the host loses to a guest.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HostImpactDocument {
    /// The function.
    pub address: Address,
    /// `file-system`, `network` or `boot-display`.
    pub kind: &'static str,
    /// Where the file system is mounted, or the name of the interface.
    pub name: Option<String>,
}

/// The groups of some functions, and of these the ones in none.
#[must_use]
pub fn groups_of(host: &Host, functions: &[Address]) -> Groups {
    let mut document = groups(host);
    let is_asked_for = |address: &Address| functions.contains(address);
    document
        .groups
        .retain(|group| group.devices.iter().any(is_asked_for));
    document.ungrouped.retain(is_asked_for);
    document
}

/// The groups that the input shows.
#[must_use]
pub fn groups(host: &Host) -> Groups {
    let mut sources: Vec<String> = Vec::new();
    let mut groups: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    for (group, _) in host.groups.iter() {
        groups.entry(group).or_default();
        for (address, evidence) in host.members(group) {
            groups.entry(group).or_default().push(address);
            let source = if evidence.source.starts_with("/sys/") {
                "sysfs"
            } else {
                &evidence.source
            };
            if sources.iter().all(|known| known != source) {
                sources.push(source.to_owned());
            }
        }
    }
    let mut impacts: BTreeMap<Address, Vec<HostImpactDocument>> = BTreeMap::new();
    for impact in host.host_impact(&host.devices.keys().copied().into_set()) {
        let known = impacts.entry(impact.address).or_default();
        known.push(listed_impact(impact));
    }
    Groups {
        schema: "passthru-groups/1",
        source: if sources.is_empty() {
            "none".to_owned()
        } else {
            sources.join(",")
        },
        groups: groups
            .into_iter()
            .map(|(id, devices)| group(host, id, devices, &impacts))
            .collect(),
        ungrouped: host
            .devices
            .keys()
            .copied()
            .filter(|address| host.group_of(*address).is_none())
            .collect(),
        assigned_together: host
            .assigned_together()
            .into_iter()
            .map(assigned_together)
            .collect(),
    }
}

fn listed_impact(impact: host::HostImpact) -> HostImpactDocument {
    let (kind, name) = match impact.kind {
        HostImpactKind::FileSystem(place) => ("file-system", Some(place)),
        HostImpactKind::Network(name) => ("network", Some(name)),
        HostImpactKind::BootDisplay => ("boot-display", None),
    };
    HostImpactDocument {
        address: impact.address,
        kind,
        name,
    }
}

fn group(
    host: &Host,
    id: u32,
    devices: Vec<Address>,
    impacts: &BTreeMap<Address, Vec<HostImpactDocument>>,
) -> Group {
    let found = host.viability(id);
    let members = found.states.into_iter().map(|(address, standing)| {
        let (standing, driver) = match standing {
            MemberState::Ready => ("ready", None),
            MemberState::Harmless => ("harmless", None),
            MemberState::Blocks { driver } => ("blocks", Some(driver)),
            MemberState::Unknown => ("unknown", None),
        };
        GroupMember {
            address,
            state: standing,
            driver,
            node: {
                let device = host.vfio.devices.get(&address);
                device.and_then(iommu::vfio::DeviceNode::path)
            },
            open_error: host.refusal(address).and_then(|refusal| {
                let answer = refusal.qemu_message(address);
                answer.lines().next().map(str::to_owned)
            }),
        }
    });
    let impacts = devices.iter().filter_map(|address| impacts.get(address));
    let impacts = impacts.flatten().cloned().collect();
    let node = host.vfio.groups.get(&id);
    let others = host.groups.get(id);
    Group {
        id,
        non_pci_members: others
            .map_or_else(Vec::new, |group| group.others.keys().cloned().collect()),
        node: node.map(|node| node.mode.path(id)),
        no_iommu: host.mode(id) == iommu::vfio::GroupMode::NoIommu,
        complete: host.is_complete_group(id),
        viability: match found.verdict {
            iommu::GroupVerdict::Viable => "viable",
            iommu::GroupVerdict::NotViable => "not-viable",
            iommu::GroupVerdict::Unknown => "unknown",
        },
        members: members.collect(),
        host_impact: impacts,
        processes: {
            let holders = host.host_use.group_users.get(&id).into_iter().flatten();
            let listed = holders.map(|holder| ProcessDocument {
                pid: holder.process,
                name: holder.name.clone(),
            });
            listed.collect()
        },
        devices,
    }
}

fn assigned_together(set: iommu::reset::AssignedTogether) -> AssignedTogether {
    let (because, device) = match set.reason {
        TogetherReason::DependentDevice(device) => ("dependent-device", Some(device)),
        TogetherReason::BusReset(bridge) => ("bus-reset", Some(bridge)),
        _ => ("not-sharable", None),
    };
    AssignedTogether {
        devices: set.functions.into_iter().collect(),
        reason: because,
        device,
    }
}
