//! IOMMU groups: the devices that must be assigned together, and whether that is possible.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Evidence;
use iommu::vfio::GroupMode;
use iommu::{Completeness, IommuStatus, Member, MemberState, Membership};
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Driver, HostImpactKind};
use crate::remedy::Remedy;
use crate::text::{plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "group-not-shown",
        meaning: "The IOMMU group of the function is not in the input. All functions of a group \
                  are assigned to the guest together, so the functions that must be assigned \
                  together are unknown.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "group-none",
        meaning: "The function is in no IOMMU group although the IOMMU is enabled: no IOMMU unit \
                  covers the function. On Intel this is the case for the integrated graphics if \
                  the kernel excludes them until intel_iommu=on is set.",
        source: "Linux Documentation/driver-api/vfio.rst; Linux drivers/iommu/intel/Kconfig, \
                 INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF (Debian)",
        causes: &[],
        check: in_none,
    },
    Rule {
        code: "group-disputed",
        meaning: "Sources name different groups for one function: they are from different boots, \
                  kernels or hosts. Or one source puts the function into a group, and another \
                  into none.",
        source: "the sources themselves",
        causes: &[],
        check: disputed,
    },
    Rule {
        code: "group-shared",
        meaning: "Other functions are in the IOMMU group of the card. Each of them must be bound \
                  to vfio-pci, or to no driver, before the guest can start; the host cannot use \
                  any of them at the same time. Another slot, such as one directly on the \
                  processor, often has a group of its own.",
        source: "Linux Documentation/driver-api/vfio.rst; drivers/vfio/vfio_iommu_type1.c",
        causes: &["group-not-viable"],
        check: shared,
    },
    Rule {
        code: "group-member-unbound",
        meaning: "The hypervisor reports that the group is not viable, and the drivers of these \
                  members are not in the input: at least one member is bound to a host driver. \
                  Bind each member to vfio-pci or to no driver.",
        source: "Linux Documentation/driver-api/vfio.rst; QEMU hw/vfio/container.c, vfio_get_group",
        causes: &["group-not-viable"],
        check: member_unbound,
    },
    Rule {
        code: "group-bridge-driver-bound",
        meaning: "A bridge of the card's IOMMU group has, or may have, a hot-plug controller of \
                  conventional PCI. Linux's driver for the controller, shpchp, makes the whole \
                  group not viable. A bridge without a driver does not block the assignment. PCI \
                  Express ports never do.",
        source: "Linux drivers/pci/hotplug/shpchp_core.c, which lacks driver_managed_dma; seen \
                 on 6.1, 6.12 and 7.2",
        causes: &[],
        check: bridge_held,
    },
    Rule {
        code: "group-host-impact",
        meaning: "The card's IOMMU group also contains a function that the host needs. All \
                  functions of a group are assigned to the guest, or none: with the group the \
                  host loses that function. If the root file system is on the function, the host \
                  stops.",
        source: "Linux Documentation/driver-api/vfio.rst; proc_pid_mountinfo(5); Linux \
                 Documentation/ABI/testing/sysfs-class-net, operstate",
        causes: &[],
        check: costs_host,
    },
    Rule {
        code: "group-alone",
        meaning: "The IOMMU group contains the functions of the card and bridges, and nothing \
                  else: the card can be assigned alone.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: alone,
    },
    Rule {
        code: "group-members-not-shown",
        meaning: "Members of the card's IOMMU group are in the input, but perhaps not all of \
                  them: a filtered or cut list does not show the members that it left out.",
        source: "Linux Documentation/ABI/testing/sysfs-kernel-iommu_groups",
        causes: &[],
        check: members_not_shown,
    },
];

/// The command that shows all groups.
pub(in crate::doctor) const SHOW_GROUPS: &[&str] =
    &["find", "/sys/kernel/iommu_groups", "-type", "l"];

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu_is_off() || context.host.groups_without_pci().next().is_some() {
        return Vec::new();
    }
    let missing: Vec<&Device> = context
        .functions()
        .filter(|device| {
            let group = context.host.groups.group_of(device.address);
            let stated = context
                .host
                .stated_isolation
                .alone_of(device.address.slot());
            matches!(group, Membership::NotShown) && stated.is_none()
        })
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let evidence = missing.iter().map(|device| device.shown.clone());
    let list = addresses(missing.iter().map(|device| device.address));
    let title = text!("not in the input: the IOMMU group of {list}", list);
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(missing.iter().map(|device| device.address))
            .evidence(evidence)
            .remedy(Remedy::inspect(SHOW_GROUPS)),
    ]
}

/// Members of a group that are neither requested nor bridges upstream.
pub(in crate::doctor) fn other_members(
    context: &Context<'_>,
    group: u32,
) -> Vec<(Address, Evidence)> {
    context
        .host
        .members(group)
        .filter(|(address, _)| !context.is_asked(*address))
        .filter(|(address, _)| {
            context
                .host
                .devices
                .get(address)
                .is_none_or(|device| !device.does_not_block_group())
        })
        .map(|(address, evidence)| (address, evidence.clone()))
        .collect()
}

/// The groups of the functions that are to be passed through.
pub(in crate::doctor) fn groups(context: &Context<'_>) -> Vec<u32> {
    let mut groups: Vec<u32> = context
        .functions()
        .filter_map(|device| context.host.group_of(device.address))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn in_none(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu.status != IommuStatus::Enabled {
        return Vec::new();
    }
    context
        .functions()
        .filter_map(
            |device| match context.host.groups.group_of(device.address) {
                Membership::InNone(evidence) => Some((device, evidence)),
                _ => None,
            },
        )
        .map(|(device, evidence)| {
            let title = text!("{address} is in no IOMMU group", address = device.address);
            Diagnostic::new(Verdict::Blocker, title)
                .of([device.address])
                .evidence([evidence])
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.address)],
                })
        })
        .collect()
}

fn disputed(context: &Context<'_>) -> Vec<Diagnostic> {
    let disputed = context.host.disputed().iter().copied();
    disputed
        .filter_map(|address| {
            let Membership::Disputed(claims) = context.host.groups.group_of(address) else {
                return None;
            };
            let title = match context.host.groups.denial(address) {
                None => text!("sources name different IOMMU groups for {address}", address),
                Some(_) => {
                    text!(
                        "some sources name an IOMMU group for {address}, others none",
                        address
                    )
                }
            };
            let found = Diagnostic::new(Verdict::Unknown, title)
                .of([address])
                .evidence(claims.iter().map(|claim| claim.evidence.clone()))
                .evidence(context.host.groups.denial(address).cloned())
                .remedy(Remedy::inspect(SHOW_GROUPS));
            Some(found)
        })
        .collect()
}

fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for group in groups(context) {
        let other_members = other_members(context, group);
        if other_members.is_empty() {
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
        let (verdict, title) = if is_beside && !is_known {
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
        let text = if asked.iter().all(|address| address.bus() == 0) {
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
                "move the card to a slot downstream of a port with ACS, of the processor or the \
                 chipset, or assign the whole group: the ports {functions} have no ACS, so the \
                 group contains all functions downstream of them (sudo passthru groups DEVICE \
                 --predict shows the slots with a group of their own)",
                functions = addresses(ports)
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

/// The members that may block a group which a hypervisor reports as not viable.
fn member_unbound(context: &Context<'_>) -> Vec<Diagnostic> {
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
        seen.push(group);
        let open: Vec<(Address, Evidence)> = host
            .members(group)
            .filter(|(address, _)| *address != device)
            .filter(|(address, _)| {
                // A possible bridge is skipped.
                let member = host.devices.get(address);
                let member = member.filter(|member| member.class.is_some());
                member.is_some_and(|member| {
                    !member.does_not_block_group() && matches!(member.driver, Driver::NotShown)
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
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.slot())],
                }),
        );
    }
    reported
}

/// The ports in a group.
fn ports(context: &Context<'_>, group: u32) -> Vec<Address> {
    let members = context.host.members(group).map(|(address, _)| address);
    let is_port = |address: &Address| {
        let device = context.host.devices.get(address);
        device.is_some_and(Device::is_pci_bridge)
    };
    members.filter(is_port).collect()
}

/// Bridges that block their groups, or may block them.
fn bridge_held(context: &Context<'_>) -> Vec<Diagnostic> {
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

/// Impact on the host of the groups' other members; other rules cover the requested functions.
fn costs_host(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut members: BTreeMap<Address, (u32, Evidence)> = BTreeMap::new();
    for group in groups(context) {
        for (address, evidence) in other_members(context, group) {
            members.insert(address, (group, evidence));
        }
    }
    let functions = members.keys().copied().collect();
    let impacts = context.host.host_impact(&functions);
    let mut seen = BTreeSet::new();
    impacts
        .iter()
        .filter_map(|impact| {
            let (group, member) = members.get(&impact.address)?;
            let address = impact.address;
            let (verdict, title) = match &impact.kind {
                // All file systems of a function are one finding.
                HostImpactKind::FileSystem(place) => {
                    if !seen.insert(address) {
                        return None;
                    }
                    let others = impacts.iter().filter(|other| other.address == address);
                    let places = others.filter_map(|other| match &other.kind {
                        HostImpactKind::FileSystem(place) => Some(place.as_str()),
                        _ => None,
                    });
                    let places: Vec<&str> = places.collect();
                    let title = match places.as_slice() {
                        [_] => text!(
                            "assigning IOMMU group {group} makes the file system {place}, on \
                             {address}, unusable for the host",
                            group,
                            place,
                            address
                        ),
                        places => text!(
                            "assigning IOMMU group {group} makes the file systems {places}, on \
                             {address}, unusable for the host",
                            group,
                            places = places.join(", "),
                            address
                        ),
                    };
                    (Verdict::Blocker, title)
                }
                HostImpactKind::Network(name) => (
                    Verdict::Fix,
                    text!(
                        "assigning IOMMU group {group} makes the network interface {name}, which \
                         is up, on {address}, unusable for the host",
                        group,
                        name,
                        address
                    ),
                ),
                HostImpactKind::BootDisplay => (
                    Verdict::Fix,
                    text!(
                        "assigning IOMMU group {group} makes the boot display, on {address}, \
                         unusable for the host",
                        group,
                        address
                    ),
                ),
            };
            Some(
                Diagnostic::new(verdict, title)
                    .of([impact.address])
                    .evidence([impact.evidence.clone(), member.clone()])
                    .remedy(Remedy::Manual {
                        step: "choose-slot",
                        text: text!(
                            "move the card to a slot with another group, choose another device, \
                             or move the host's use to another device first"
                        ),
                    }),
            )
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

/// Maximum number of groups that are reported without a card in question.
const MOST_ALONE: usize = 8;

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
            if !is_new || !is_alone {
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

fn alone(context: &Context<'_>) -> Vec<Diagnostic> {
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

fn members_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    lonely(context)
        .into_iter()
        .filter(|(group, ..)| !context.host.is_complete_group(*group))
        .map(|(group, devices, evidence)| {
            let list = addresses(devices.iter().copied());
            let title = text!(
                "not in the input: whether IOMMU group {group} has members other than {list}",
                group,
                list
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of(devices)
                .evidence(evidence)
                .remedy(Remedy::inspect(SHOW_GROUPS))
        })
        .collect()
}

/// Addresses for a sentence: each of them, or the range and the number where they are many.
pub(in crate::doctor) fn addresses(list: impl IntoIterator<Item = Address>) -> String {
    let list: Vec<Address> = list.into_iter().collect();
    let range = list.iter().min().zip(list.iter().max());
    if let (true, Some((low, high))) = (list.len() > MOST_LISTED, range) {
        return format!("{} functions from {low:#} to {high:#}", list.len());
    }
    list.iter()
        .map(|address| format!("{address:#}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// So many addresses are read one by one: a slot and a half.
const MOST_LISTED: usize = 12;
