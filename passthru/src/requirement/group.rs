//! IOMMU groups: membership, other members, viability.

use host_tree::Evidence;
use iommu::vfio::GroupMode;
use iommu::{GroupVerdict, Membership};
use pci_core::Address;

use super::Evaluation;
use crate::host::{Device, Host};
use crate::text::{Text, text};

pub(super) fn contains(host: &Host, address: Address) -> Evaluation {
    match host.groups.group_of(address) {
        Membership::In(group) => {
            let sentence = text!("{address} is in IOMMU group {group}", address, group);
            Evaluation::met(sentence, membership(host, group, address))
        }
        Membership::InNone(evidence) => {
            Evaluation::unmet(text!("{address} is in no IOMMU group", address), [evidence])
        }
        Membership::Disputed(_) => Evaluation::unknown(text!(
            "sources name different IOMMU groups for {address}",
            address
        )),
        Membership::NotShown => Evaluation::unknown(group_not_shown(address)),
    }
}

pub(super) fn has_only(host: &Host, address: Address, members: &[Address]) -> Evaluation {
    let Some(group) = host.group_of(address) else {
        return Evaluation::unknown(group_not_shown(address));
    };
    let mut others = Vec::new();
    let mut evidence = Vec::new();
    for (member, shown) in host.members(group) {
        let device = host.devices.get(&member);
        if members.contains(&member) {
            if evidence.is_empty() {
                evidence.push(shown.clone());
            }
        } else if !device.is_some_and(Device::is_pci_bridge) {
            others.push(member);
            evidence.push(shown.clone());
        }
    }
    if !others.is_empty() {
        let sentence = text!(
            "IOMMU group {group} of {address} also contains {others}",
            group,
            address,
            others
        );
        return Evaluation::unmet(sentence, evidence);
    }
    if host.is_complete_group(group) {
        let sentence = text!(
            "IOMMU group {group} of {address} contains no other device",
            group,
            address
        );
        Evaluation::met(sentence, evidence)
    } else {
        Evaluation::unknown(members_not_shown(address, group))
    }
}

pub(super) fn is_viable(host: &Host, address: Address) -> Evaluation {
    let Some(group) = host.group_of(address) else {
        return Evaluation::unknown(group_not_shown(address));
    };
    // VFIO's no-IOMMU mode makes separate groups.
    if host.mode(group) != GroupMode::Iommu {
        let sentence = text!(
            "IOMMU group {group} of {address} is a group of VFIO's no-IOMMU mode",
            group,
            address
        );
        return Evaluation::unmet(sentence, membership(host, group, address));
    }
    match host.viability(group).verdict {
        GroupVerdict::Viable if host.is_complete_group(group) => {
            let sentence = text!("IOMMU group {group} of {address} is viable", group, address);
            Evaluation::met(sentence, membership(host, group, address))
        }
        GroupVerdict::NotViable => {
            let sentence = text!(
                "IOMMU group {group} of {address} is not viable: a member is bound to a host \
                 driver",
                group,
                address
            );
            let members = host.members(group).map(|(_, evidence)| evidence.clone());
            Evaluation::unmet(sentence, members)
        }
        GroupVerdict::Viable | GroupVerdict::Unknown => {
            Evaluation::unknown(members_not_shown(address, group))
        }
    }
}

/// The line that shows that the function is in the group.
fn membership(host: &Host, group: u32, address: Address) -> Option<Evidence> {
    let mut members = host.members(group);
    let own = members.find(|(member, _)| *member == address);
    own.map(|(_, evidence)| evidence.clone())
}

fn group_not_shown(address: Address) -> Text {
    text!("not in the input: the IOMMU group of {address}", address)
}

fn members_not_shown(address: Address, group: u32) -> Text {
    text!(
        "not in the input: all members of IOMMU group {group} of {address}",
        group,
        address
    )
}
