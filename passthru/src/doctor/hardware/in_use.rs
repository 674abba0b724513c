//! Current users of the card.

use std::collections::BTreeSet;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{DeviceFileUser, Interface, Process};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "process-on-device",
        meaning: "A process of the host uses the card. Unbinding the driver while the card is in \
                  use makes the driver hang, and can crash the host.",
        source: "nvidia-smi(1); Linux Documentation/driver-api/vfio.rst",
        causes: &["driver-module-in-use", "nvidia-removed-in-use"],
        check: process,
    },
    Rule {
        code: "device-file-open",
        meaning: "A process of the host has a device file open, such as /dev/nvidia0 or \
                  /dev/vfio/12. The driver cannot be unloaded, and the function or IOMMU group \
                  cannot be used by another program, until the process closes the file.",
        source: "fuser(1); lsof(8); Linux drivers/vfio/group.c, vfio_group_fops_open",
        causes: &[
            "driver-module-in-use",
            "module-unload-busy",
            "nvidia-removed-in-use",
            "vfio-group-busy",
            "vfio-device-in-use",
        ],
        check: device_file,
    },
    Rule {
        code: "file-system-on-device",
        meaning: "A file system of the host is on a disk of the function. When the function is \
                  assigned, the host loses the disk: the host stops, or does not boot.",
        source: "proc_pid_mountinfo(5); Linux Documentation/driver-api/vfio.rst",
        causes: &[],
        check: file_system,
    },
    Rule {
        code: "disks-not-shown",
        meaning: "A file system of the host is on disks that are not in the input, and the \
                  function is a controller of disks: they may be the same. When the function is \
                  assigned, the host loses its disks.",
        source: "proc_pid_mountinfo(5); zpool-status(8)",
        causes: &[],
        check: disks_not_shown,
    },
    Rule {
        code: "network-on-device",
        meaning: "A network interface of the function is up. When the function is assigned, the \
                  host loses the interface and every connection over it.",
        source: "Linux Documentation/ABI/testing/sysfs-class-net, operstate",
        causes: &[],
        check: network,
    },
    Rule {
        code: "boot-display",
        meaning: "The card is the display that the firmware initialized for booting. The boot \
                  framebuffer is then in the card's memory, and vfio-pci cannot reserve that \
                  memory while a framebuffer driver uses it. The host's screen goes dark when the \
                  guest starts.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, boot_vga; drivers/firmware/sysfb.c",
        causes: &["bar-not-reserved"],
        check: boot_display,
    },
];

fn process(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .processes
        .iter()
        .filter(|process| context.is_asked(process.value.address))
        .map(|process| {
            let Process { address, pid, name } = &process.value;
            let title = if name.is_empty() {
                text!("process {pid} uses {address}", pid = *pid, address)
            } else {
                text!(
                    "process {pid} ({value}) uses {address}",
                    pid = *pid,
                    value = name,
                    address
                )
            };
            Diagnostic::new(Verdict::Blocker, title)
                .of([process.value.address])
                .evidence([process.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "stop-process",
                    text: text!("stop process {pid} first", pid = process.value.pid),
                })
        })
        .collect()
}

fn device_file(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let has = |codes: &[&str]| {
        let mut logged = host.log_messages.iter();
        logged.any(|logged| codes.contains(&logged.message.code))
    };
    let unload = [
        "driver-module-in-use",
        "module-unload-busy",
        "nvidia-removed-in-use",
    ];
    let of_card = has(&unload);
    let of_group = has(&["vfio-group-busy", "vfio-device-in-use"]);
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let users = host.device_file_users.iter();
    users
        .filter(|user| seen.insert(user.value.pid))
        .filter_map(|user| {
            let DeviceFileUser { node, pid, name } = &user.value;
            let is_of_group = node.starts_with("/dev/vfio/");
            let verdict = match (is_of_group, of_card, of_group) {
                (true, _, true) | (false, true, _) => Verdict::Blocker,
                // A guest that runs.
                (true, _, false) => return None,
                (false, false, _) => Verdict::Unknown,
            };
            let title = match (verdict, name.is_empty()) {
                (Verdict::Unknown, _) => text!(
                    "not in the input: the card of {node}, which process {pid} has open",
                    node,
                    pid = *pid
                ),
                (_, true) => text!("process {pid} has {node} open", pid = *pid, node),
                (_, false) => text!(
                    "process {pid} ({value}) has {node} open",
                    pid = *pid,
                    value = name,
                    node
                ),
            };
            let reported = Diagnostic::new(verdict, title).evidence([user.evidence.clone()]);
            Some(if verdict == Verdict::Unknown {
                reported.remedy(Remedy::inspect(&["lspci", "-nnk"]))
            } else {
                reported.remedy(Remedy::Manual {
                    step: "stop-process",
                    text: text!("stop process {pid} first", pid = *pid),
                })
            })
        })
        .collect()
}

fn file_system(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .storage
        .iter()
        .filter(|storage| context.is_asked(storage.value.address))
        .map(|storage| {
            let title = text!(
                "the host's file system {mount_point} is on {address}",
                mount_point = storage.value.mount_point,
                address = storage.value.address
            );
            Diagnostic::new(Verdict::Blocker, title)
                .of([storage.value.address])
                .evidence([storage.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "move-file-system",
                    text: text!(
                        "move the file system to another disk first, or choose another device"
                    ),
                })
        })
        .collect()
}

/// A function that serves disks (PCI Code and ID Assignment Specification 1.11, base
/// class 01h).
const STORAGE: u8 = 0x01;

fn disks_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(first) = host.not_followed.first() else {
        return Vec::new();
    };
    context
        .functions()
        .filter(|device| {
            let class = device.class.as_ref();
            class.is_some_and(|class| class.value.base == STORAGE)
        })
        .filter(|device| {
            let mut known = host.storage.iter();
            !known.any(|storage| storage.value.address == device.address)
        })
        .map(|device| {
            let title = text!(
                "not in the input: whether {first} is on a disk of {address}",
                first = first.value,
                address = device.address
            );
            Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([first.evidence.clone(), device.shown.clone()])
                .remedy(Remedy::inspect(&["zpool", "status", "-P"]))
        })
        .collect()
}

fn network(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .interfaces
        .iter()
        .filter(|interface| context.is_asked(interface.value.address))
        .map(|interface| {
            let Interface {
                name,
                address,
                default_route,
            } = &interface.value;
            let (verdict, title) = match default_route {
                Some(_) => (
                    Verdict::Blocker,
                    text!(
                        "the host's default route uses {name} on {address}",
                        name,
                        address
                    ),
                ),
                None => (
                    Verdict::Fix,
                    text!(
                        "the host's network interface {name} on {address} is up",
                        name,
                        address
                    ),
                ),
            };
            Diagnostic::new(verdict, title)
                .of([*address])
                .evidence([interface.evidence.clone()])
                .evidence(default_route.clone())
                .remedy(Remedy::Manual {
                    step: "move-network",
                    text: text!(
                        "configure another interface for the host first, and remote access that \
                         does not depend on this one"
                    ),
                })
        })
        .collect()
}

fn boot_display(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .functions()
        .filter_map(|device| {
            Some((
                device,
                device.boot_display.as_ref().filter(|fact| fact.value)?,
            ))
        })
        .map(|(device, fact)| {
            let off = context
                .host
                .settings
                .kernel_option("initcall_blacklist")
                .find(|option| {
                    option
                        .value
                        .as_deref()
                        .is_some_and(|v| v.contains("sysfb_init"))
                });
            let reported = match off {
                Some(option) => Diagnostic::new(
                    Verdict::Harmless,
                    text!(
                        "{address} is the boot display; {option} keeps the boot framebuffer off \
                         it",
                        address = device.address,
                        option = option.text
                    ),
                )
                .evidence([option.evidence.clone()]),
                None => Diagnostic::new(
                    Verdict::Fix,
                    text!(
                        "{address} is the boot display: its framebuffer can prevent vfio-pci from \
                         reserving the card's memory",
                        address = device.address
                    ),
                )
                .remedy(Remedy::Plan {
                    arguments: vec![format!("{:#}", device.address)],
                }),
            };
            reported
                .of([device.address])
                .evidence([fact.evidence.clone()])
        })
        .collect()
}
