//! The viability of groups, the changes that it needs, and the host impact.

use std::collections::BTreeSet;

use iommu::vfio::GroupMode;
use iommu::{GroupVerdict, MemberState};
use list_order::Inserts as _;
use pci_core::Address;

use super::style::Style;
use super::wrap::{clean, paragraph};
use crate::host::{Host, HostImpactKind};
use crate::text::{Text, any_of, text};

/// For each group with one of `devices`: its viability, the least change that makes it viable,
/// QEMU's error until then, and the impact on the host.
#[must_use]
pub fn viability(host: &Host, devices: &[Address], style: Style) -> String {
    let groups: BTreeSet<u32> = devices
        .iter()
        .filter_map(|address| host.group_of(*address))
        .into_set();
    let mut text = String::new();
    for group in groups {
        let found = host.viability(group);
        let said = match found.verdict {
            _ if host.mode(group) == GroupMode::NoIommu => text!(
                "group {group} not for guests: VFIO no-IOMMU mode created it, QEMU rejects it, and a \
                 process that uses it can read and write all of the host's memory",
                group
            ),
            GroupVerdict::Viable => text!(
                "group {group} viable: all its functions must be assigned to one guest",
                group
            ),
            GroupVerdict::NotViable => text!(
                "group {group} not viable: members are bound to host drivers",
                group
            ),
            GroupVerdict::Unknown => {
                text!("group {group} viability unknown: not in the input", group)
            }
        };
        text.push_str(&paragraph("", &style.say(&said), style.columns));
        let mut item = |said: &Text| {
            text.push_str(&paragraph("  - ", &style.say(said), style.columns));
        };
        for (address, standing) in &found.states {
            let device = host.devices.get(address);
            let is_bridge = device.is_some_and(crate::host::Device::is_pci_bridge);
            match standing {
                MemberState::Blocks { driver } if is_bridge => item(&text!(
                    "{address}: unbind this bridge from {driver}",
                    address,
                    driver
                )),
                MemberState::Blocks { driver } => item(&text!(
                    "{address}: unbind from {driver}, then bind to vfio-pci or leave unbound",
                    address,
                    driver
                )),
                MemberState::Unknown => {
                    item(&text!(
                        "{address}: driver unknown; run: lspci -nnk",
                        address
                    ));
                }
                MemberState::Ready | MemberState::Harmless => {}
            }
        }
        if !host.is_complete_group(group) {
            item(&text!(
                "the group may have more members: find /sys/kernel/iommu_groups -type l"
            ));
        }
        for holder in host.host_use.group_users.get(&group).into_iter().flatten() {
            let process = if holder.name.is_empty() {
                holder.process.to_string()
            } else {
                format!("{} ({})", holder.process, clean(&holder.name))
            };
            item(&text!(
                "in use by process {process}: {source}: {line}",
                process,
                source = holder.evidence.source,
                line = holder.evidence.text
            ));
        }
        for function in devices {
            if host.group_of(*function) != Some(group) {
                continue;
            }
            if let Some(nodes) = nodes(host, *function, group) {
                item(&text!(
                    "{function} is available as {nodes}",
                    function,
                    nodes
                ));
            }
            let Some(refusal) = host.refusal(*function) else {
                continue;
            };
            let answer = refusal.qemu_message(*function);
            let first = answer.lines().next().unwrap_or_default();
            item(&text!(
                "in this state QEMU reports: {message}",
                message = first
            ));
        }
        let members = found.states.iter().map(|(address, _)| *address);
        for impact in host.host_impact(&members.into_set()) {
            let address = impact.address;
            item(&match impact.kind {
                HostImpactKind::FileSystem(place) => text!(
                    "host impact: the file system {place}, on {address}",
                    place,
                    address
                ),
                HostImpactKind::Network(name) => text!(
                    "host impact: the network interface {name}, which is up, on {address}",
                    name,
                    address
                ),
                HostImpactKind::BootDisplay => {
                    text!("host impact: the boot display, on {address}", address)
                }
            });
        }
    }
    if !text.is_empty() {
        text.insert(0, '\n');
    }
    text
}

/// The device nodes of a function; `None` if it has none, or they are not in the input.
fn nodes(host: &Host, function: Address, group: u32) -> Option<Text> {
    let by_group = host.vfio.groups.get(&group);
    let by_group = by_group.map(|node| text!("{path} (group)", path = node.mode.path(group)));
    let device = host.vfio.devices.get(&function);
    let own = device.and_then(iommu::vfio::DeviceNode::path);
    let own = own.map(|path| text!("{path} (iommufd)", path));
    let all: Vec<Text> = by_group.into_iter().chain(own).collect();
    (!all.is_empty()).then(|| any_of(all))
}
