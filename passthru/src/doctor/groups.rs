//! IOMMU groups: what must go along, and whether it can.

use iommu::{Completeness, Member, Membership, Power, Standing};
use pci_core::{Address, Evidence};

use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::{Device, Driver, Seen};
use crate::remedy::Remedy;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "group-not-shown",
        meaning: "The input does not show the IOMMU group of the function. All functions of a \
                  group go to the guest together, so nothing can be said of what must go along.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "group-none",
        meaning: "The function is in no IOMMU group although the IOMMU is on: no unit covers it. \
                  On Intel that is so for the graphics of the processor where the kernel leaves \
                  it out until intel_iommu=on is given.",
        source: "Linux Documentation/driver-api/vfio.rst; Linux drivers/iommu/intel/Kconfig, \
                 INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF (Debian)",
        causes: &[],
        check: in_none,
    },
    Rule {
        code: "group-disputed",
        meaning: "Sources name different groups for one function: they are of different boots, \
                  kernels or hosts.",
        source: "the sources themselves",
        causes: &[],
        check: disputed,
    },
    Rule {
        code: "group-shared",
        meaning: "Other functions are in the IOMMU group of the card. Each of them must be bound \
                  to vfio-pci, or to no driver, before the guest can start; none of them can \
                  serve the host at the same time. Another slot, one that the processor serves \
                  itself, often has its own group.",
        source: "Linux Documentation/driver-api/vfio.rst; drivers/vfio/vfio_iommu_type1.c",
        causes: &[],
        check: shared,
    },
    Rule {
        code: "group-alone",
        meaning: "The IOMMU group holds the functions of the card and bridges, and nothing else: \
                  the card can be passed through by itself.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: alone,
    },
    Rule {
        code: "group-members-not-shown",
        meaning: "The input shows members of the card's IOMMU group, and perhaps not all of them: \
                  a list that was filtered or cut says nothing of what it left out.",
        source: "Linux Documentation/ABI/testing/sysfs-kernel-iommu_groups",
        causes: &[],
        check: members_not_shown,
    },
    Rule {
        code: "acs-override-unproven",
        meaning: "pcie_acs_override makes the kernel believe that PCIe ports isolate their \
                  devices although they do not say so. Guests can then reach each other's and \
                  the host's memory. It is worth that only where the card would otherwise share \
                  its group, and the input does not show the groups without it.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel); Proxmox VE wiki, PCI Passthrough",
        causes: &[],
        check: acs_override_unproven,
    },
    Rule {
        code: "acs-override-needless",
        meaning: "pcie_acs_override gives up the isolation between devices, and the card has \
                  its IOMMU group for itself without it.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel); Proxmox VE wiki, PCI Passthrough",
        causes: &[],
        check: acs_override_needless,
    },
];

/// The command that shows all groups.
const SHOW_GROUPS: &[&str] = &["find", "/sys/kernel/iommu_groups", "-type", "l"];

fn not_shown(context: &Context<'_>) -> Vec<Said> {
    if context.host.iommu_is_off() {
        return Vec::new();
    }
    let missing: Vec<&Device> = context
        .functions()
        .filter(|device| {
            let group = context.host.groups.group_of(device.address);
            matches!(group, Membership::NotShown)
        })
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let evidence = missing.iter().map(|device| device.shown.clone());
    let list = addresses(missing.iter().map(|device| device.address));
    let title = format!("the IOMMU group of {list}: the input does not show it");
    vec![
        Said::new(Verdict::Unknown, title)
            .of(missing.iter().map(|device| device.address))
            .shown_by(evidence)
            .mend(Remedy::look(SHOW_GROUPS)),
    ]
}

/// Members of a group that are neither asked for nor ports on the way.
fn strangers(context: &Context<'_>, group: u32) -> Vec<(Address, Evidence)> {
    context
        .host
        .members(group)
        .filter(|(address, _)| !context.is_asked(*address))
        .filter(|(address, _)| {
            context
                .host
                .devices
                .get(address)
                .is_none_or(|device| !device.is_pci_bridge())
        })
        .map(|(address, evidence)| (address, evidence.clone()))
        .collect()
}

/// The groups of the functions that are to be passed through.
fn groups(context: &Context<'_>) -> Vec<u32> {
    let mut groups: Vec<u32> = context
        .functions()
        .filter_map(|device| context.host.group_of(device.address))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn in_none(context: &Context<'_>) -> Vec<Said> {
    if context.host.iommu.power != Power::On {
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
            let title = format!("{:#} is in no IOMMU group", device.address);
            Said::new(Verdict::Blocker, title)
                .of([device.address])
                .shown_by([evidence])
                .mend(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.address)],
                })
        })
        .collect()
}

fn disputed(context: &Context<'_>) -> Vec<Said> {
    context
        .host
        .groups
        .disputes()
        .map(|(address, claims)| {
            let title = format!("the sources put {address:#} into different IOMMU groups");
            Said::new(Verdict::Unknown, title)
                .of([address])
                .shown_by(claims.iter().map(|claim| claim.evidence.clone()))
                .mend(Remedy::look(SHOW_GROUPS))
        })
        .collect()
}

fn shared(context: &Context<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for group in groups(context) {
        let strangers = strangers(context, group);
        if strangers.is_empty() {
            continue;
        }
        let members: Vec<Member<'_>> = strangers
            .iter()
            .map(|(address, _)| member(context, *address))
            .collect();
        let standings = iommu::viability(&members, Completeness::Whole).standings;
        let blocks: Vec<Address> = standings
            .iter()
            .filter(|(_, standing)| matches!(standing, Standing::Blocks { .. }))
            .map(|(address, _)| *address)
            .collect();
        let list = addresses(strangers.iter().map(|(address, _)| *address));
        let (verdict, title) = if blocks.is_empty() {
            (
                Verdict::Fix,
                format!("IOMMU group {group} also holds {list}: all of it goes along"),
            )
        } else {
            let holders = addresses(blocks);
            let text = format!(
                "IOMMU group {group} also holds {list}; the host's drivers hold {holders}: the \
                 group is not viable"
            );
            (Verdict::Blocker, text)
        };
        let asked: Vec<Address> = context
            .functions()
            .map(|device| device.address)
            .filter(|address| context.host.group_of(*address) == Some(group))
            .collect();
        let beside = |stranger: &Address| asked.iter().any(|one| one.slot() == stranger.slot());
        let text = if asked.iter().all(|address| address.bus() == 0) {
            "it is part of the chipset or the processor, whose groups no slot changes: choose \
             another device, or pass the whole group through"
        } else if strangers.iter().all(|(stranger, _)| beside(stranger)) {
            "these are functions of the same device, which no slot sets apart: choose another \
             device, or pass the whole group through"
        } else {
            "put the card into another slot, or pass the whole group through"
        };
        let manual = Remedy::Manual {
            step: "choose-slot",
            text: text.to_owned(),
        };
        said.push(
            Said::new(verdict, title)
                .of(strangers.iter().map(|(address, _)| *address))
                .shown_by(strangers.iter().map(|(_, evidence)| evidence.clone()))
                .mend(manual),
        );
    }
    said
}

/// A function as the rule on viability asks for it.
fn member<'a>(context: &Context<'a>, address: Address) -> Member<'a> {
    let device = context.host.devices.get(&address);
    Member {
        address,
        driver: match device.map(|device| &device.driver) {
            Some(Driver::Bound(driver)) => iommu::Driver::Named(&driver.value),
            Some(Driver::Unbound(_)) => iommu::Driver::None,
            Some(Driver::NotShown) | None => iommu::Driver::Unknown,
        },
        is_bridge: device.is_some_and(Device::is_pci_bridge),
    }
}

/// The asked functions' groups in which there is nothing else, as far as the
/// input shows: the number, its members and the lines that show them.
fn lonely(context: &Context<'_>) -> Vec<(u32, Vec<Address>, Vec<Evidence>)> {
    groups(context)
        .into_iter()
        .filter(|group| strangers(context, *group).is_empty())
        .map(|group| {
            let members = context.host.members(group);
            let (devices, evidence) = members
                .map(|(address, evidence)| (address, evidence.clone()))
                .unzip();
            (group, devices, evidence)
        })
        .collect()
}

fn alone(context: &Context<'_>) -> Vec<Said> {
    lonely(context)
        .into_iter()
        .filter(|(group, ..)| context.host.is_whole_group(*group))
        .map(|(group, devices, evidence)| {
            let list = addresses(devices.iter().copied());
            Said::new(
                Verdict::Ok,
                format!("IOMMU group {group} holds {list} and nothing else"),
            )
            .of(devices)
            .shown_by(evidence)
        })
        .collect()
}

fn members_not_shown(context: &Context<'_>) -> Vec<Said> {
    lonely(context)
        .into_iter()
        .filter(|(group, ..)| !context.host.is_whole_group(*group))
        .map(|(group, devices, evidence)| {
            let list = addresses(devices.iter().copied());
            let title = format!(
                "whether IOMMU group {group} holds more than {list}: the input may not show all \
                 of it"
            );
            Said::new(Verdict::Unknown, title)
                .of(devices)
                .shown_by(evidence)
                .mend(Remedy::look(SHOW_GROUPS))
        })
        .collect()
}

/// What the groups say of the need for pcie_acs_override.
enum Need {
    /// The option is not set.
    NotSet,
    /// The groups are not shown, or were formed with the option.
    NotShown(Vec<Evidence>, String),
    /// The card is alone without it.
    None(Vec<Evidence>, String),
}

fn need(context: &Context<'_>) -> Need {
    let options: Vec<_> = context
        .host
        .settings
        .kernel_option("pcie_acs_override")
        .collect();
    let Some(first) = options.first() else {
        return Need::NotSet;
    };
    let text = first.text.clone();
    let mut evidence: Vec<Evidence> = options
        .iter()
        .map(|option| option.evidence.clone())
        .collect();
    let running = options.iter().any(|option| option.seen == Seen::Running);
    // Only where the running command line is shown is it known that the groups
    // were formed without the option.
    let formed_without = context.host.running_options_shown && !running;
    let groups = groups(context);
    let all_shown = !groups.is_empty()
        && groups
            .iter()
            .all(|group| context.host.is_whole_group(*group))
        && context
            .functions()
            .all(|device| context.host.group_of(device.address).is_some());
    if formed_without
        && all_shown
        && groups
            .iter()
            .all(|group| strangers(context, *group).is_empty())
    {
        evidence.extend(
            groups
                .iter()
                .flat_map(|group| context.host.members(*group))
                .map(|(_, evidence)| evidence.clone()),
        );
        return Need::None(evidence, text);
    }
    Need::NotShown(evidence, text)
}

fn acs_override_unproven(context: &Context<'_>) -> Vec<Said> {
    match need(context) {
        Need::NotShown(evidence, text) => {
            let title = format!(
                "whether any group needs {text}: the input does not show the groups without \
                 it, and it gives up isolation between devices"
            );
            vec![
                Said::new(Verdict::Unknown, title)
                    .shown_by(evidence)
                    .mend(Remedy::look(SHOW_GROUPS)),
            ]
        }
        Need::NotSet | Need::None(..) => Vec::new(),
    }
}

fn acs_override_needless(context: &Context<'_>) -> Vec<Said> {
    match need(context) {
        Need::None(evidence, text) => {
            let title = format!(
                "{text} gives up isolation, and the card has its group for itself without it"
            );
            vec![
                Said::new(Verdict::Security, title)
                    .shown_by(evidence)
                    .mend(Remedy::RemoveKernelOption { option: text }),
            ]
        }
        Need::NotSet | Need::NotShown(..) => Vec::new(),
    }
}

/// Addresses in a sentence: `01:00.0, 01:00.1`.
pub(super) fn addresses(list: impl IntoIterator<Item = Address>) -> String {
    list.into_iter()
        .map(|address| format!("{address:#}"))
        .collect::<Vec<_>>()
        .join(", ")
}
