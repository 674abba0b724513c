//! Current users of the card.

use std::collections::BTreeSet;

use host_tree::Evidence;
use hvconf::proxmox::{HostAddress, HostDevice, HostPci};
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, Slot};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{
    Device, DeviceFileUser, Fact, Host, Interface, Process, Storage, UnknownStorage,
};
use crate::remedy::Remedy;
use crate::requirement::{look_at, not_shown, unknown_storage};
use crate::text::{Text, text};
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
        causes: &["host-driver-bound"],
        check: file_system,
    },
    Rule {
        code: "disks-not-shown",
        meaning: "A file system of the host is on disks that are not in the input, and the \
                  function is a controller of disks: they may be the same. Or a disk of the \
                  function belongs to a pool, an array or a volume group, whose use by the host is \
                  not in the input. When the function is assigned, the host loses its disks.",
        source: "proc_pid_mountinfo(5); zpool-status(8)",
        causes: &[],
        check: disks_not_shown,
    },
    Rule {
        code: "network-on-device",
        meaning: "The host uses a network interface of the function: the interface is up, or has \
                  the default gateway. When the function is assigned, the host loses the interface \
                  and every connection over it.",
        source: "Linux Documentation/ABI/testing/sysfs-class-net, operstate",
        causes: &["host-driver-bound"],
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
        .host_use
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
    let users = host.host_use.device_file_users.iter();
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
    let storage = &context.host.host_use.storage;
    let asked = storage
        .iter()
        .map(|storage| storage.value.address)
        .filter(|address| context.is_asked(*address));
    let functions: BTreeSet<Address> = asked.into_set();
    functions
        .into_iter()
        .map(|address| {
            let mut on_it: Vec<&Fact<Storage>> = storage
                .iter()
                .filter(|storage| storage.value.address == address)
                .collect();
            on_it.order_by_key(|storage| weight(&storage.value.mount_point));
            let places: Vec<&str> = on_it
                .iter()
                .map(|storage| storage.value.mount_point.as_str())
                .collect();
            Diagnostic::new(Verdict::Blocker, on_disk(address, &places))
                .of([address])
                .evidence(on_it.iter().map(|storage| storage.evidence.clone()))
                .remedy(Remedy::Manual {
                    step: "move-file-system",
                    text: match places.as_slice() {
                        [pool] if !pool.starts_with('/') => text!(
                            "export the pool if the guest is to use it, or choose another device"
                        ),
                        _ => text!(
                            "move the file system to another disk first, or choose another device"
                        ),
                    },
                })
        })
        .collect()
}

/// File systems of the boot first, then others, then swap.
fn weight(place: &str) -> u8 {
    match place {
        "/" => 0,
        _ if is_of_boot(place) => 1,
        _ if place.starts_with("/dev/") => 3,
        _ => 2,
    }
}

fn is_of_boot(place: &str) -> bool {
    matches!(place, "/" | "/boot" | "/boot/efi" | "/efi")
}

fn on_disk(address: Address, places: &[&str]) -> Text {
    let list = places.join(", ");
    let is_boot = places.iter().copied().any(is_of_boot);
    match places {
        _ if is_boot => text!(
            "{address} has the host's boot disk, with {mount_points}",
            address,
            mount_points = list
        ),
        [place] if place.starts_with("/dev/") => {
            text!("the host's swap {place} is on {address}", place, address)
        }
        [place] if !place.starts_with('/') => {
            text!(
                "the host uses {place} on a disk of {address}",
                place,
                address
            )
        }
        [place] => text!(
            "the host's file system {mount_point} is on {address}",
            mount_point = place,
            address
        ),
        _ => text!(
            "the host's file systems {mount_points} are on {address}",
            mount_points = list,
            address
        ),
    }
}

fn disks_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    context
        .functions()
        .filter(|device| {
            let mut known = host.host_use.storage.iter();
            !known.any(|storage| storage.value.address == device.address)
        })
        .filter_map(|device| {
            let unknown = unknown_storage(host, device)?;
            let title = not_shown(&unknown.value, device.address);
            let remedy = look(unknown);
            let reported = Diagnostic::new(Verdict::Unknown, title)
                .of([device.address])
                .evidence([unknown.evidence.clone(), device.shown.clone()]);
            Some(reported.remedy(remedy))
        })
        .collect()
}

/// The remedy for a disk whose use is not shown. Of other volumes than those of ZFS no source reads
/// the programs' output.
pub(super) fn look(unknown: &Fact<UnknownStorage>) -> Remedy {
    if unknown.value.address.is_some() && !unknown.value.is_zfs {
        return Remedy::Manual {
            step: "check-disk-use",
            text: text!(
                "find the user of {first}: lvs -o +devices, cat /proc/mdstat, ceph-volume lvm list",
                first = unknown.value.mount_point
            ),
        };
    }
    Remedy::Inspect {
        argv: look_at(&unknown.value),
    }
}

fn network(context: &Context<'_>) -> Vec<Diagnostic> {
    // The step for the group names the other functions of the card.
    let logged = context.host.log_messages.iter();
    let of_group = logged.filter(|one| one.message.code == "dpdk-group-not-viable");
    let of_group: BTreeSet<Slot> = of_group
        .filter_map(|one| Some(one.device?.slot()))
        .into_set();
    let is_meant =
        |address: Address| context.is_asked(address) || of_group.contains(&address.slot());
    let interfaces = context.host.host_use.interfaces.iter();
    interfaces
        .filter(|interface| is_meant(interface.value.address))
        .map(|interface| {
            let Interface {
                name,
                address,
                default_route,
            } = &interface.value;
            let given = whole_slot(context.host, *address);
            let (verdict, title) = match default_route {
                Some(_) if interface.value.is_only_configured() => (
                    Verdict::Blocker,
                    text!(
                        "the host's network is configured on {name} on {address}",
                        name,
                        address
                    ),
                ),
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
                .evidence(given.as_ref().map(|(line, _)| line.clone()))
                .remedy(Remedy::Manual {
                    step: "move-network",
                    text: given.map_or_else(move_network, |(_, command)| {
                        text!(
                            "assign only the other functions of the card, each alone in its IOMMU \
                             group: {command}",
                            command
                        )
                    }),
                })
        })
        .collect()
}

fn move_network() -> Text {
    text!(
        "configure another interface for the host first, and remote access that does not depend \
         on this one"
    )
}

/// The line that gives a guest of Proxmox VE the whole slot of a function that the host uses, and the
/// command that gives it the slot's other functions alone; `None` where the host uses them all, or
/// where they are in the group of a function that the host uses.
fn whole_slot(host: &Host, used: Address) -> Option<(Evidence, String)> {
    let is_used = |address: Address| {
        let mut interfaces = host.host_use.interfaces.iter();
        let mut storage = host.host_use.storage.iter();
        interfaces.any(|one| one.value.address == address)
            || storage.any(|one| one.value.address == address)
    };
    let group = |address: Address| host.group_of(address);
    let is_free = |device: &&Device| {
        let of_used = group(used);
        !is_used(device.address) && (of_used.is_none() || group(device.address) != of_used)
    };
    let slot = used.slot();
    let others = host.functions_of(slot).filter(is_free);
    let others: Vec<Address> = others.map(|device| device.address).collect();
    if others.is_empty() {
        return None;
    }
    host.guests.proxmox_vms.iter().find_map(|vm| {
        let mut lines = vm.config.entries();
        lines.find_map(|line| {
            let is_entry = line.key.starts_with("hostpci");
            let mut entry: HostPci = line.value.parse().ok().filter(|_| is_entry)?;
            let HostDevice::Host(addresses) = &entry.device else {
                return None;
            };
            if !addresses.contains(&HostAddress::Slot(slot)) {
                return None;
            }
            let kept = addresses.iter().copied();
            let kept = kept.filter(|one| *one != HostAddress::Slot(slot));
            let functions = others.iter().copied().map(HostAddress::Function);
            entry.device = HostDevice::Host(kept.chain(functions).collect());
            let id = vm.id.map_or_else(|| "VMID".to_owned(), |id| id.to_string());
            let evidence = Evidence::at(&*vm.path, &vm.config.to_string(), line.line);
            Some((evidence, format!("qm set {id} --{} '{entry}'", line.key)))
        })
    })
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
