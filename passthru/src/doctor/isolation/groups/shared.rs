//! Members of a group that must be bound to vfio-pci, or that block the group.

use host_tree::Evidence;
use iommu::{Completeness, Member, MemberState};
use pci_core::Address;

use super::chipset::has_lpc_bridge;
use super::members::{addresses, groups, other_members, ports};
use super::needed::needed;
use crate::doctor::isolation::sriov_groups::mixed_groups;
use crate::doctor::rule::{Context, Diagnostic};
use crate::host::Driver;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::remedy::Remedy;
use crate::text::{Text, plural, text};
use crate::verdict::Verdict;

pub(super) fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    let mixed = mixed_groups(context);
    for group in groups(context) {
        let other_members = other_members(context, group);
        if other_members.is_empty() || mixed.contains(&group) {
            continue;
        }
        let members: Vec<Member<'_>> = other_members
            .iter()
            .map(|(address, _)| context.host.member(*address))
            .collect();
        let standings = iommu::viability(&members, Completeness::Whole).states;
        let blocks: Vec<Address> = standings
            .iter()
            .filter(|(_, standing)| matches!(standing, MemberState::Blocks { .. }))
            .map(|(address, _)| *address)
            .collect();
        // Other sources name another group for each of these: the dispute is a finding of its own.
        let is_disputed = |address: &Address| context.host.group_of(*address) != Some(group);
        if !blocks.is_empty() && blocks.iter().all(is_disputed) {
            continue;
        }
        let list = addresses(other_members.iter().map(|(address, _)| *address));
        let asked: Vec<Address> = context
            .functions()
            .map(|device| device.address)
            .filter(|address| context.host.group_of(*address) == Some(group))
            .collect();
        let beside =
            |other_member: &Address| asked.iter().any(|one| one.slot() == other_member.slot());
        let is_beside = other_members
            .iter()
            .all(|(other_member, _)| beside(other_member));
        // Without ids it is not known which functions of a slot are one card.
        let is_shown = |address: &Address| {
            let device = context.host.devices.get(address);
            device.is_some_and(|device| device.id.is_some() || device.source_name.is_some())
        };
        let is_known = (other_members.iter().map(|(address, _)| address))
            .chain(&asked)
            .all(is_shown);
        // Bridges do not count, and of these it is not shown whether they are some.
        let is_unknown = |(address, _): &(Address, Evidence)| {
            let device = context.host.devices.get(address);
            device.is_none_or(|device| device.class.is_none() && device.id.is_none())
        };
        if blocks.is_empty() && other_members.iter().all(is_unknown) {
            // Its finding is another one.
            if has_lpc_bridge(context.host, &other_members) {
                continue;
            }
            let title = plural!(
                other_members.len(),
                "not in the input: whether {list}, also in IOMMU group {group}, is a bridge, \
                 which does not block the assignment",
                "not in the input: whether {list}, also in IOMMU group {group}, are bridges, \
                 which do not block the assignment",
                group,
                list
            );
            reported.push(
                Diagnostic::new(Verdict::Unknown, title)
                    .of(other_members.iter().map(|(address, _)| *address))
                    .evidence(other_members.iter().map(|(_, evidence)| evidence.clone()))
                    .remedy(Remedy::inspect(&["lspci", "-nnk"])),
            );
            continue;
        }
        let (verdict, title) = if is_beside && !is_known && blocks.is_empty() {
            (
                Verdict::Unknown,
                text!(
                    "not in the input: the IDs of {list} in IOMMU group {group}, which may belong \
                     to the same card",
                    list,
                    group
                ),
            )
        } else if blocks.is_empty() {
            (
                Verdict::Fix,
                text!(
                    "IOMMU group {group} also contains {list}: the whole group must be assigned \
                     to the guest",
                    group,
                    list
                ),
            )
        } else {
            let holders = addresses(blocks.iter().copied());
            let text = plural!(
                blocks.len(),
                "IOMMU group {group} also contains {list}; {holders} is bound to a host driver: \
                 the group is not viable",
                "IOMMU group {group} also contains {list}; {holders} are bound to host drivers: \
                 the group is not viable",
                group,
                list,
                holders
            );
            (Verdict::Blocker, text)
        };
        let ports = ports(context, group);
        let needed = needed(context, other_members.iter().map(|(address, _)| *address));
        let text = if !needed.is_empty() {
            of_needed(&asked, is_beside, needed)
        } else if asked.iter().all(|address| address.bus() == 0) {
            text!(
                "choose another device, or assign the whole group: the device is part of the \
                 chipset or the processor, whose groups no slot changes"
            )
        } else if is_beside {
            text!(
                "choose another device, or assign the whole group: these are functions of the \
                 same device, which no slot separates"
            )
        } else if ports.len() > 1 {
            text!(
                "move the card to a slot whose port has ACS, or assign the whole group: the ports \
                 {functions} have none; sudo passthru groups {card} --predict shows the slots with \
                 a group of their own",
                functions = addresses(ports),
                card = asked
                    .first()
                    .map_or_else(String::new, |address| format!("{:#}", address.slot()))
            )
        } else {
            text!(
                "move the card to another slot, or assign the whole group; with the output of \
                 sudo lspci -vvvnnxxxx as input, passthru groups --predict names the slots with a \
                 group of their own"
            )
        };
        let manual = Remedy::Manual {
            step: "choose-slot",
            text,
        };
        reported.push(
            Diagnostic::new(verdict, title)
                .of(other_members.iter().map(|(address, _)| *address))
                .evidence(other_members.iter().map(|(_, evidence)| evidence.clone()))
                .remedy(manual),
        );
    }
    reported
}

/// The remedy for a group of which the host needs members.
fn of_needed(asked: &[Address], is_beside: bool, needed: Vec<Address>) -> Text {
    let needed = addresses(needed);
    if asked.iter().all(|address| address.bus() == 0) {
        text!(
            "choose another device, since the host needs {needed} of the group; no slot changes the \
             groups of the chipset and the processor",
            needed
        )
    } else if is_beside {
        text!(
            "choose another device, since the host needs {needed} of this one",
            needed
        )
    } else {
        text!(
            "move the card to another slot, since the host needs {needed} of the group; with the \
             output of sudo lspci -vvvnnxxxx as input, passthru groups --predict names the slots \
             with a group of their own",
            needed
        )
    }
}

/// The members that may block a group which a hypervisor reports as not viable.
pub(super) fn member_unbound(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let refused = host.log_messages.iter();
    let refused = refused.filter(|logged| logged.message.code == "group-not-viable");
    let mut reported: Vec<Diagnostic> = Vec::new();
    let mut seen: Vec<u32> = Vec::new();
    for logged in refused {
        let Some(device) = logged.device else {
            continue;
        };
        let Some(group) = host.group_of(device).filter(|group| !seen.contains(group)) else {
            continue;
        };
        // The group of another card.
        if !context.cards.is_empty() && !groups(context).contains(&group) {
            continue;
        }
        seen.push(group);
        // Members with a host driver block the group, and their finding names the others.
        let is_held = |address: Address| {
            let member = host.devices.get(&address);
            let member = member.filter(|member| !member.does_not_block_group());
            address.slot() != device.slot()
                && member.is_some_and(|member| {
                    matches!(&member.driver, Driver::Bound(driver) if !is_for_guests(&driver.value))
                })
        };
        if host.members(group).any(|(address, _)| is_held(address)) {
            continue;
        }
        let open: Vec<(Address, Evidence)> = host
            .members(group)
            .filter(|(address, _)| *address != device)
            .filter(|(address, _)| {
                // A possible bridge is skipped.
                let member = host.devices.get(address);
                let member = member.filter(|member| member.class.is_some());
                member.is_some_and(|member| {
                    !member.does_not_block_group()
                        && !host.is_taken_by_id(member)
                        && matches!(member.driver, Driver::NotShown)
                })
            })
            .map(|(address, line)| (address, line.clone()))
            .collect();
        if open.is_empty() {
            continue;
        }
        let list = addresses(open.iter().map(|(address, _)| *address));
        let title = text!(
            "IOMMU group {group} also contains {list}: bind each to vfio-pci as well, or leave it \
             without a driver",
            group,
            list
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(open.iter().map(|(address, _)| *address))
                .evidence(open.iter().map(|(_, line)| line.clone()))
                .evidence([logged.evidence.clone()])
                .evidence(open.iter().filter_map(|(address, _)| {
                    let member = host.devices.get(address)?;
                    Some(member.shown.clone())
                }))
                .remedy(bind_members(context, device, &open)),
        );
    }
    reported
}

/// The remedy for members without a known driver: a plan for the card where all are its functions.
fn bind_members(context: &Context<'_>, device: Address, open: &[(Address, Evidence)]) -> Remedy {
    let is_of_card = |(member, _): &(Address, Evidence)| member.slot() == device.slot();
    if open.iter().all(is_of_card) {
        return Remedy::Plan {
            arguments: vec![format!("{:#}", device.slot())],
        };
    }
    let others = open.iter().filter(|one| !is_of_card(one));
    let needed = needed(context, others.clone().map(|(member, _)| *member));
    if !needed.is_empty() {
        return Remedy::Manual {
            step: "choose-slot",
            text: of_needed(&[device], false, needed),
        };
    }
    let others: Vec<String> = others.map(|(member, _)| format!("{member:#}")).collect();
    Remedy::Manual {
        step: "choose-slot",
        text: text!(
            "move the card to a slot with a group of its own, or assign the whole group: passthru \
             plan {card} {others}",
            card = format!("{:#}", device.slot()),
            others = others.join(" ")
        ),
    }
}

/// Bridges that block their groups, or may block them.
pub(super) fn bridge_held(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for group in groups(context) {
        for (address, standing) in context.host.viability(group).states {
            let device = context.host.devices.get(&address);
            let Some(device) = device.filter(|device| device.is_pci_bridge()) else {
                continue;
            };
            let (verdict, title, remedy) = match standing {
                MemberState::Blocks { driver } => (
                    Verdict::Blocker,
                    text!(
                        "{driver} is bound to the bridge {address}: group {group} is not viable",
                        driver,
                        address,
                        group
                    ),
                    Remedy::Manual {
                        step: "unbind-bridge",
                        text: text!(
                            "unbind the bridge: echo {address} > \
                             /sys/bus/pci/drivers/{driver}/unbind; to prevent the binding at each \
                             boot, add the line \"blacklist {driver}\" to a file in \
                             /etc/modprobe.d",
                            address = address.to_string(),
                            driver
                        ),
                    },
                ),
                MemberState::Unknown => (
                    Verdict::Unknown,
                    text!(
                        "not in the input: the driver of the bridge {address}, which may make \
                         IOMMU group {group} not viable",
                        address,
                        group
                    ),
                    Remedy::inspect(&["lspci", "-nnk", "-s", &text!("{address}", address)]),
                ),
                MemberState::Ready | MemberState::Harmless => continue,
            };
            let line = match &device.driver {
                Driver::Bound(driver) => driver.evidence.clone(),
                Driver::Unbound(_) | Driver::NotShown => device.shown.clone(),
            };
            reported.push(
                Diagnostic::new(verdict, title)
                    .of([address])
                    .evidence([line])
                    .remedy(remedy),
            );
        }
    }
    reported
}
