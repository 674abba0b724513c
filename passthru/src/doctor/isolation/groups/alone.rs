//! Groups that have no other member than the functions of a card.

use std::collections::BTreeSet;

use host_tree::Evidence;
use iommu::vfio::GroupMode;
use list_order::Inserts as _;
use pci_core::Address;

use super::members::{SHOW_GROUPS, addresses, groups, other_members, ports};
use crate::doctor::rule::{Context, Diagnostic};
use crate::host::Device;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(super) fn alone(context: &Context<'_>) -> Vec<Diagnostic> {
    lonely(context)
        .into_iter()
        .chain(of_candidates(context))
        .filter(|(group, ..)| context.host.is_complete_group(*group))
        .map(|(group, devices, evidence)| {
            let ports = ports(context, group);
            let ends = devices.iter().filter(|address| !ports.contains(address));
            let list = addresses(ends.copied());
            let title = match ports.as_slice() {
                [] => text!(
                    "IOMMU group {group} contains {list} and nothing else",
                    group,
                    list
                ),
                [port] => text!(
                    "IOMMU group {group} contains {list} and the port {port}, which stays with \
                     the host: the isolation is sufficient",
                    group,
                    list,
                    port
                ),
                _ => text!(
                    "IOMMU group {group} contains {list} and the bridges {functions}, which stay \
                     with the host: the isolation is sufficient",
                    group,
                    list,
                    functions = addresses(ports.iter().copied())
                ),
            };
            // The heading of a group does not name its functions.
            let listed = devices.iter().filter(|address| !ports.contains(address));
            let listed = listed.filter_map(|address| context.host.devices.get(address));
            let listed = listed.map(|device| device.shown.clone());
            let listed: Vec<Evidence> = listed.filter(|line| !evidence.contains(line)).collect();
            let reported = Diagnostic::new(Verdict::Ok, title).of(devices);
            reported.evidence(evidence).evidence(listed)
        })
        .collect()
}

pub(super) fn members_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let logged = context.host.log_messages.iter();
    let refused = logged.filter(|one| one.message.code == "group-not-viable");
    let refused: BTreeSet<Address> = refused.filter_map(|one| one.device).into_set();
    lonely(context)
        .into_iter()
        .filter(|(group, devices, _)| {
            let is_viable = |device: &Address| {
                context.host.is_logged_viable(device.slot()) || context.host.is_in_running(*device)
            };
            !context.host.is_complete_group(*group) && !devices.iter().any(is_viable)
        })
        .map(|(group, devices, evidence)| {
            let list = addresses(devices.iter().copied());
            // QEMU refused the group of the only member that is known.
            let is_refused = matches!(devices.as_slice(), [one] if refused.contains(one));
            let title = if is_refused {
                text!(
                    "not in the input: the members of IOMMU group {group} beside {list}",
                    group,
                    list
                )
            } else {
                text!(
                    "not in the input: whether IOMMU group {group} has members other than {list}",
                    group,
                    list
                )
            };
            Diagnostic::new(Verdict::Unknown, title)
                .of(devices)
                .evidence(evidence)
                .remedy(Remedy::inspect(SHOW_GROUPS))
        })
        .collect()
}

/// The groups that have only requested functions, as far as known: the number, its members and the
/// evidence.
fn lonely(context: &Context<'_>) -> Vec<(u32, Vec<Address>, Vec<Evidence>)> {
    groups(context)
        .into_iter()
        // A group made by VFIO without an IOMMU does not isolate.
        .filter(|group| context.host.mode(*group) == GroupMode::Iommu)
        .filter(|group| other_members(context, *group).is_empty())
        .map(|group| {
            let members = context.host.members(group);
            let (devices, evidence) = members
                .map(|(address, evidence)| (address, evidence.clone()))
                .unzip();
            (group, devices, evidence)
        })
        .collect()
}

/// The groups of display controllers that the question does not exclude, and without a card in
/// question, or in a text, those of other devices that guests can have, each with no other endpoint
/// than one slot's: the number, its members and the evidence.
fn of_candidates(context: &Context<'_>) -> Vec<(u32, Vec<Address>, Vec<Evidence>)> {
    let host = context.host;
    if !context.asked.is_empty() {
        return Vec::new();
    }
    let candidates = host.candidates().filter(|device| {
        let is_meant = device.is_display() || context.cards.is_empty() || device.sysfs.is_none();
        is_meant && !context.is_asked(device.address)
    });
    let mut seen: Vec<u32> = Vec::new();
    candidates
        .filter_map(|device| {
            let group = host.group_of(device.address)?;
            let is_new = !seen.contains(&group) && host.mode(group) == GroupMode::Iommu;
            let is_own = |address: Address| {
                let member = host.devices.get(&address);
                address.slot() == device.address.slot()
                    || member.is_some_and(Device::does_not_block_group)
            };
            let is_alone = host.members(group).all(|(address, _)| is_own(address));
            // The functions of a chipset that share a slot with its ISA bridge stay with the host.
            let is_isa = |address: Address| {
                let class = host
                    .devices
                    .get(&address)
                    .and_then(|member| member.class.as_ref());
                class.is_some_and(|class| (class.value.base, class.value.sub) == (0x06, 0x01))
            };
            let is_of_chipset = host.members(group).any(|(address, _)| is_isa(address));
            if !is_new || !is_alone || is_of_chipset {
                return None;
            }
            seen.push(group);
            let members = host.members(group);
            let (devices, evidence) = members
                .map(|(address, evidence)| (address, evidence.clone()))
                .unzip();
            Some((group, devices, evidence))
        })
        .take(MOST_ALONE)
        .collect()
}

/// Maximum number of groups that are reported without a card in question.
const MOST_ALONE: usize = 8;
