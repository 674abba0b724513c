//! Whether groups can go to a guest, what it takes and what it costs.

use std::collections::BTreeSet;

use iommu::vfio::GroupMode;
use iommu::{GroupVerdict, MemberState};
use pci_core::Address;

use super::style::Style;
use super::wrap::{clean, paragraph};
use crate::host::{Host, Lost};

/// Of each group that has one of `devices`: whether it can go to a guest, the least
/// that makes it so, what QEMU answers as long as that is not done, and what the host
/// would lose.
#[must_use]
pub fn viability(host: &Host, devices: &[Address], style: Style) -> String {
    let groups: BTreeSet<u32> = devices
        .iter()
        .filter_map(|address| host.group_of(*address))
        .collect();
    let mut text = String::new();
    for group in groups {
        let found = host.viability(group);
        let said = match found.verdict {
            _ if host.mode(group) == GroupMode::NoIommu => {
                "not for guests: VFIO's no-IOMMU mode made it, QEMU does not take it, and a \
                 program that has it can read and write all of the host's memory"
                    .to_owned()
            }
            GroupVerdict::Viable => {
                "viable: what is in it goes to one guest, or to none".to_owned()
            }
            GroupVerdict::NotViable => "not viable: drivers of the host hold it".to_owned(),
            GroupVerdict::Unknown => "whether it is viable: the input does not show it".to_owned(),
        };
        text.push_str(&paragraph(&format!("group {group} "), &said, style.columns));
        for (address, standing) in &found.standings {
            let device = host.devices.get(address);
            let is_bridge = device.is_some_and(crate::host::Device::is_pci_bridge);
            let said = match standing {
                MemberState::Blocks { driver } if is_bridge => {
                    format!("{address:#}: take this bridge from {driver}, so that it has no driver")
                }
                MemberState::Blocks { driver } => format!(
                    "{address:#}: take it from {driver}, and give it to vfio-pci or to no driver"
                ),
                MemberState::Unknown => {
                    format!("{address:#}: lspci -nnk shows its driver")
                }
                MemberState::Ready | MemberState::Harmless => continue,
            };
            text.push_str(&paragraph("  - ", &said, style.columns));
        }
        if !host.is_whole_group(group) {
            let said = "there may be more in it: find /sys/kernel/iommu_groups -type l";
            text.push_str(&paragraph("  - ", said, style.columns));
        }
        for holder in host.holders.get(&group).into_iter().flatten() {
            let name = if holder.name.is_empty() {
                String::new()
            } else {
                format!(" ({})", clean(&holder.name))
            };
            let said = format!(
                "process {}{name} has it: {}: {}",
                holder.process, holder.evidence.source, holder.evidence.text
            );
            text.push_str(&paragraph("  - ", &said, style.columns));
        }
        for function in devices {
            if host.group_of(*function) != Some(group) {
                continue;
            }
            if let Some(nodes) = nodes(host, *function, group) {
                let said = format!("programs get {function:#} by {nodes}");
                text.push_str(&paragraph("  - ", &said, style.columns));
            }
            let Some(refusal) = host.refusal(*function) else {
                continue;
            };
            let answer = refusal.qemu_message(*function);
            let first = answer.lines().next().unwrap_or_default();
            let said = format!("as it is, QEMU says: {first}");
            text.push_str(&paragraph("  - ", &said, style.columns));
        }
        let members = found.standings.iter().map(|(address, _)| *address);
        for loss in host.losses(&members.collect()) {
            let lost = match loss.lost {
                Lost::FileSystem(place) => format!("the file system {place}"),
                Lost::Network(name) => format!("the network interface {name}, which is up"),
                Lost::BootDisplay => "the boot display".to_owned(),
            };
            let said = format!("the host loses {lost}, on {:#}", loss.address);
            text.push_str(&paragraph("  - ", &said, style.columns));
        }
    }
    if !text.is_empty() {
        text.insert(0, '\n');
    }
    text
}

/// The nodes by which programs get a function; `None` where it has none, or the input
/// does not show it.
fn nodes(host: &Host, function: Address, group: u32) -> Option<String> {
    let by_group = host.vfio.groups.get(&group);
    let by_group = by_group.map(|node| format!("its group's node {}", node.mode.path(group)));
    let device = host.vfio.devices.get(&function);
    let own = device.and_then(iommu::vfio::DeviceNode::path);
    let own = own.map(|path| format!("its own, {path}, with iommufd"));
    let all: Vec<String> = by_group.into_iter().chain(own).collect();
    (!all.is_empty()).then(|| all.join(" or "))
}
