//! `pcie_acs_override=`: whether a card needs it, and whether the kernel supports it.

use host_tree::Evidence;
use iommu::LogLineKind;
use pci_core::Address;

use super::groups::{SHOW_GROUPS, addresses, groups, other_members};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Host, KernelOption, Seen};
use crate::remedy::Remedy;
use crate::requirement::Change;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "acs-override-unproven",
        meaning: "pcie_acs_override makes the kernel treat PCIe ports without ACS as if they \
                  isolated their devices. Functions of the split groups may still reach each other \
                  without the IOMMU. The option is useful only if the card would otherwise share \
                  its IOMMU group, and the groups without the option are not in the input.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel); Proxmox VE wiki, PCI Passthrough",
        causes: &[],
        check: acs_override_unproven,
    },
    Rule {
        code: "acs-override-needless",
        meaning: "pcie_acs_override makes the kernel ignore missing isolation, and the card is \
                  alone in its IOMMU group without the option.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel); Proxmox VE wiki, PCI Passthrough",
        causes: &[],
        check: acs_override_needless,
    },
    Rule {
        code: "acs-override-needed",
        meaning: "Without pcie_acs_override the card would share its IOMMU group with other \
                  devices, as predicted from the functions' configuration space. The option is \
                  needed for the card, but the isolation from these devices is only assumed: \
                  another slot, or assigning them together, isolates for certain.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel); docs/predicted-groups.md",
        causes: &[],
        check: acs_override_needed,
    },
    Rule {
        code: "acs-override-ignored",
        meaning: "Only kernels with a patch know pcie_acs_override, and such a kernel logs a \
                  warning about the option. Kernels of Debian, Ubuntu and Fedora do not include \
                  the patch; those of Proxmox VE, Unraid and some others do. Without the patch \
                  the option has no effect.",
        source: "Linux kernel mailing list, \"pci: Enable overrides for missing ACS \
                 capabilities\" (not in the mainline kernel)",
        causes: &[],
        check: ignored,
    },
];

/// The need for pcie_acs_override by the groups.
enum Need {
    /// The option is not set.
    NotSet,
    /// The groups are not shown, or were formed with the option.
    NotShown(Vec<Evidence>, String),
    /// The card is alone without it.
    None(Vec<Evidence>, String),
    /// The card is alone without it, as predicted.
    NonePredicted(Vec<Evidence>, String),
    /// Without it the card would share its group with these functions, as predicted.
    Predicted(Vec<Evidence>, String, Vec<Address>),
    /// The card shares its group with these functions with it, too, as predicted.
    WithoutEffect(Vec<Evidence>, String, Vec<Address>),
}

/// The functions that share groups with the cards.
struct Sharing {
    /// The functions that share a group with the cards without the option.
    others: Vec<Address>,
    /// Those of them that the option separates from the cards.
    separated: Vec<Address>,
}

/// The functions that share groups with the cards, as predicted; `None` if that is not
/// known of each.
fn sharing(context: &Context<'_>) -> Option<Sharing> {
    let predicted = context.host.without_override.as_ref()?;
    let mut others = Vec::new();
    let mut separated = Vec::new();
    let mut known = false;
    for device in context.functions() {
        known = true;
        for address in predicted.group_of(device.address)? {
            let other = context.host.devices.get(address)?;
            if !other.is_bridge() && !context.is_asked(*address) && !others.contains(address) {
                others.push(*address);
                if predicted.separates(device.address, *address) {
                    separated.push(*address);
                }
            }
        }
    }
    known.then_some(Sharing { others, separated })
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
    let formed_without = context.host.boot.running_options_shown && !running;
    let groups = groups(context);
    let all_shown = !groups.is_empty()
        && groups
            .iter()
            .all(|group| context.host.is_complete_group(*group))
        && context
            .functions()
            .all(|device| context.host.group_of(device.address).is_some());
    if formed_without
        && all_shown
        && groups
            .iter()
            .all(|group| other_members(context, *group).is_empty())
    {
        evidence.extend(
            groups
                .iter()
                .flat_map(|group| context.host.members(*group))
                .map(|(_, evidence)| evidence.clone()),
        );
        return Need::None(evidence, text);
    }
    match sharing(context) {
        Some(found) if found.others.is_empty() => Need::NonePredicted(evidence, text),
        Some(found) if found.separated.is_empty() => {
            Need::WithoutEffect(evidence, text, found.others)
        }
        Some(found) => Need::Predicted(evidence, text, found.separated),
        None => Need::NotShown(evidence, text),
    }
}

fn acs_override_unproven(context: &Context<'_>) -> Vec<Diagnostic> {
    // On a kernel without the option, isolation is unchanged.
    if is_unknown_to_kernel(context) {
        return Vec::new();
    }
    match need(context) {
        Need::NotShown(evidence, text) => {
            let title = text!(
                "{option} splits groups without isolation; whether it is needed is not shown",
                option = text
            );
            vec![
                Diagnostic::new(Verdict::Security, title)
                    .evidence(evidence)
                    .remedy(Remedy::inspect(SHOW_GROUPS)),
            ]
        }
        _ => Vec::new(),
    }
}

fn acs_override_needed(context: &Context<'_>) -> Vec<Diagnostic> {
    if is_unknown_to_kernel(context) {
        return Vec::new();
    }
    let Need::Predicted(evidence, text, others) = need(context) else {
        return Vec::new();
    };
    let title = text!(
        "{option} is needed: without it the card would share its group with {others}",
        option = text,
        others = addresses(others.iter().copied())
    );
    let functions = context.functions().map(|device| device.address);
    vec![
        Diagnostic::new(Verdict::Harmless, title)
            .of(functions)
            .evidence(evidence),
    ]
}

fn acs_override_needless(context: &Context<'_>) -> Vec<Diagnostic> {
    if is_unknown_to_kernel(context) {
        return Vec::new();
    }
    match need(context) {
        Need::None(evidence, text) => {
            let title = text!(
                "{option} disables isolation, and the card is alone in its group without it",
                option = text
            );
            vec![
                Diagnostic::new(Verdict::Security, title)
                    .evidence(evidence)
                    .remedy(Change::RemoveKernelOption { option: text }),
            ]
        }
        Need::NonePredicted(evidence, text) => {
            let title = text!(
                "{option} disables isolation, and the card is alone in its predicted group \
                 without it",
                option = text
            );
            vec![
                Diagnostic::new(Verdict::Security, title)
                    .evidence(evidence)
                    .remedy(Change::RemoveKernelOption { option: text }),
            ]
        }
        Need::WithoutEffect(evidence, text, others) => {
            let title = text!(
                "{option} disables isolation, and does not separate the card from {others}",
                option = text,
                others = addresses(others.iter().copied())
            );
            vec![
                Diagnostic::new(Verdict::Security, title)
                    .evidence(evidence)
                    .remedy(Change::RemoveKernelOption { option: text }),
            ]
        }
        Need::NotSet | Need::NotShown(..) | Need::Predicted(..) => Vec::new(),
    }
}

/// Whether the release is of Debian, Ubuntu, Fedora, Red Hat Enterprise Linux or Arch Linux, whose own kernels
/// do not have the patch.
fn is_unpatched(release: &str) -> bool {
    let is_number = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_digit() || b".-_".contains(&byte))
    };
    let of_debian = ["-generic", "-amd64"].iter();
    let debian = of_debian.filter_map(|end| release.strip_suffix(end));
    let debian = debian.map(|rest| rest.split_once("+deb").unwrap_or((rest, "0")));
    let fedora = [".fc", ".el"].iter().filter_map(|mark| {
        let rest = release.strip_suffix(".x86_64")?;
        rest.split_once(mark)
    });
    let arch = release.split_once("-arch").into_iter();
    let mut parts = debian.chain(fedora).chain(arch);
    parts.any(|(before, after)| is_number(before) && is_number(after))
}

/// The ports that a running kernel with the option would have separated, and the verdict.
fn by_ports(host: &Host, option: &KernelOption) -> Option<(Verdict, Text, Vec<Evidence>)> {
    let value = option.value.as_deref()?;
    let is_of_ports =
        option.seen == Seen::Running && value.split(',').any(|word| word == "downstream");
    let ports = joined_ports(host).filter(|_| is_of_ports)?;
    let [(first, shown), (second, shown_too)] = ports;
    let title = text!(
        "the running kernel does not know {option}: the ports {first} and {second} are in one group",
        option = option.text,
        first,
        second
    );
    // A listing in a text may be older than the option.
    let is_current = shown.source.starts_with("/sys/");
    let verdict = if is_current {
        Verdict::NoEffect
    } else {
        Verdict::Check
    };
    Some((verdict, title, vec![shown.clone(), shown_too.clone()]))
}

/// The option of a running kernel without its effect: its warning is not in a complete log, a group has
/// two root ports, or the kernel is one without the patch.
fn ignored(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if host.log_lines(LogLineKind::AcsOverride).next().is_some() {
        return Vec::new();
    }
    let unpatched = host
        .system
        .kernel
        .release
        .as_ref()
        .filter(|release| is_unpatched(&release.value.to_string()));
    let options = host.settings.kernel_option("pcie_acs_override");
    options
        .filter(|option| option.seen == Seen::Running || unpatched.is_some())
        .filter_map(|option| {
            let (verdict, title, shown) = if let Some(line) = unknown_to_kernel(host, option) {
                let title = text!(
                    "the running kernel does not know {option}: its log lists the option as \
                     unknown",
                    option = option.text
                );
                (Verdict::NoEffect, title, vec![line.clone()])
            } else if let (Some(log), Seen::Running) = (&host.whole_log, option.seen) {
                let title = text!(
                    "the running kernel does not know {option}: its log has no warning about it",
                    option = option.text
                );
                (Verdict::NoEffect, title, vec![log.clone()])
            } else if let Some(joined) = by_ports(host, option) {
                joined
            } else {
                let release = unpatched?;
                let title = text!(
                    "kernels with the release {release} do not know {option}, unless their builder \
                     added the patch",
                    release = release.value.to_string(),
                    option = option.text
                );
                (Verdict::Check, title, vec![release.evidence.clone()])
            };
            let remedy = if verdict == Verdict::NoEffect {
                Change::RemoveKernelOption {
                    option: option.text.clone(),
                }
                .into()
            } else {
                Remedy::inspect(&["dmesg"])
            };
            let found = Diagnostic::new(verdict, title)
                .evidence([option.evidence.clone()])
                .evidence(shown)
                .remedy(remedy);
            Some(found)
        })
        .collect()
}

/// The line of the kernel log that lists the option as unknown (Linux init/main.c,
/// `print_unknown_bootoptions`): the patch registers the option before that.
fn unknown_to_kernel<'a>(host: &'a Host, option: &KernelOption) -> Option<&'a Evidence> {
    let mut logged = host.log_messages.iter();
    let found = logged.find(|one| {
        let mut words = one.evidence.text.split([' ', '"', ',']);
        let (name, _) = option.text.split_once(',').unwrap_or((&option.text, ""));
        one.message.code == "cmdline-unknown" && words.any(|word| word == name)
    })?;
    Some(&found.evidence)
}

/// Whether it is proven that the running kernel does not know the option.
fn is_unknown_to_kernel(context: &Context<'_>) -> bool {
    let mut found = ignored(context).into_iter();
    found.any(|found| found.verdict == Verdict::NoEffect)
}

/// Two root ports of one slot in a group, which `downstream` would separate. Of the PCI-to-PCI
/// bridges on bus 0, only root ports are functions of one slot.
fn joined_ports(host: &Host) -> Option<[(Address, &Evidence); 2]> {
    let is_port = |address: &Address| {
        let class = host
            .devices
            .get(address)
            .and_then(|port| port.class.as_ref());
        address.bus() == 0
            && class.is_some_and(|class| (class.value.base, class.value.sub) == (0x06, 0x04))
    };
    let ports = host.devices.keys().copied().filter(is_port);
    ports.clone().find_map(|first| {
        let group = host.group_of(first)?;
        let (_, shown) = host.members(group).find(|(member, _)| *member == first)?;
        let (second, shown_too) = host.members(group).find(|(member, _)| {
            *member > first && member.slot() == first.slot() && is_port(member)
        })?;
        Some([(first, shown), (second, shown_too)])
    })
}
