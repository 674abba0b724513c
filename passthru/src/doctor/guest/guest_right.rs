//! Parts of a guest's configuration that are as they have to be.

use std::collections::BTreeSet;

use host_tree::Evidence;
use hvconf::libvirt;
use hvconf::proxmox::{HostDevice, HostDriver, HostPci};
use list_order::{Inserts as _, Order as _};
use pci_core::{Address, ClassCode, Slot};

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Device, Domain, Driver, Fact, ProxmoxVm, SettingLine, named_by_guests};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "hostdev-managed",
        meaning: "With managed='yes' libvirt unbinds the function from its driver when the guest \
                  starts, binds it to vfio-pci, and binds it to its driver again when the guest \
                  ends. Proxmox VE binds each function of hostpciN to vfio-pci at the start. If \
                  the driver cannot be unbound, as is common for a display, bind the function to \
                  vfio-pci at boot instead.",
        source: "libvirt, Domain XML format, hostdev managed; qemu-server \
                 PVE/QemuServer/PCI.pm, prepare_pci_device",
        causes: &[],
        check: managed,
    },
    Rule {
        code: "guest-functions-assigned",
        meaning: "A guest's configuration assigns these functions of the host to the guest.",
        source: "libvirt, Domain XML format, hostdev; Proxmox VE, qm.conf(5), hostpci; bhyve(8), \
                 passthru; vm-bhyve, passthruN; xl.cfg(5), pci; XCP-ng, other-config:pci",
        causes: &[],
        check: assigned,
    },
    Rule {
        code: "guest-gets-one-function",
        meaning: "hostpciN with the address of function 0 assigns this function alone. A graphics \
                  card mostly has an audio function beside it, in the same IOMMU group, which then \
                  stays with the host, and drivers in the guest may fail without it. An address \
                  without a function assigns all functions of the card.",
        source: "Proxmox VE, qm.conf(5), hostpci",
        causes: &[],
        check: one_function,
    },
    Rule {
        code: "guest-lacks-audio",
        meaning: "The guest gets the graphics function of a card, and not its audio function, \
                  which is mostly in the same IOMMU group. A host driver on it blocks the guest's \
                  start, and drivers in the guest may fail without it.",
        source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
        causes: &[],
        check: left_behind,
    },
    Rule {
        code: "hostpci-express",
        meaning: "pcie=1 needs a machine of type q35, which this guest has: the function appears \
                  as PCI Express in the guest, with its whole configuration space.",
        source: "Proxmox VE, qm.conf(5), hostpci, pcie; machine",
        causes: &[],
        check: express,
    },
    Rule {
        code: "guest-firmware-seabios",
        meaning: "A complete configuration of Proxmox VE without bios: starts with SeaBIOS. \
                  SeaBIOS runs only a legacy BIOS image of a card's ROM, and recent cards have \
                  only a UEFI driver (GOP): such a card shows nothing before its driver in the \
                  guest loads.",
        source: "Proxmox VE, qm.conf(5), bios; SeaBIOS src/optionroms.c",
        causes: &[],
        check: seabios,
    },
    Rule {
        code: "guest-firmware-efi",
        meaning: "The guest boots with OVMF, which initializes an assigned card with the EFI \
                  driver in its ROM and has address space for large BARs above 4 GiB.",
        source: "Proxmox VE, qm.conf(5), bios; PCI Passthrough",
        causes: &[],
        check: efi,
    },
];

/// Maximum number of lines of guests that are quoted.
const LINES: usize = 8;

fn assigned(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let named = named_by_guests(&host.guests.proxmox_vms, &host.guests.domains).into_iter();
    // A slot has a finding of its own.
    let of_guests = named
        .filter(|named| !named.is_complete_slot)
        .flat_map(|named| {
            let second = named.address_line.clone();
            let first = (named.address, named.evidence);
            [Some(first), second.map(|line| (named.address, line))]
        });
    let of_bhyve = host.lines.given_to_bhyve().iter();
    let of_bhyve = of_bhyve.map(|fact| (fact.value, fact.evidence.clone()));
    let is_moved = |address: &Address| host.moved_of_xen().is_some_and(|one| one.names(*address));
    let of_xen = host.lines.setting_lines().iter().flat_map(|fact| {
        let functions = match &fact.value {
            SettingLine::XenAssigned(functions) => functions.as_slice(),
            SettingLine::QubesAssigned(function) => std::slice::from_ref(function),
            _ => &[],
        };
        functions
            .iter()
            .filter(|address| !is_moved(address))
            .map(|address| (*address, fact.evidence.clone()))
    });
    let all: Vec<(Address, Evidence)> = of_guests.flatten().chain(of_bhyve).chain(of_xen).collect();
    let mut functions: Vec<Address> = all.iter().map(|(address, _)| *address).collect();
    functions.order();
    functions.dedup();
    if functions.is_empty() {
        return Vec::new();
    }
    let mut guests: Vec<&str> = all.iter().map(|(_, line)| &*line.source).collect();
    guests.order();
    guests.dedup();
    let functions_of = |guest: &&str| {
        let own = all.iter().filter(|(_, line)| &*line.source == *guest);
        let mut own: Vec<Address> = own.map(|(address, _)| *address).collect();
        own.order();
        own.dedup();
        let name = guest.rsplit('/').next().unwrap_or(guest);
        let name = name.trim_end_matches(".conf").trim_end_matches(".xml");
        format!("{name} ({})", addresses(own))
    };
    let title = match guests.as_slice() {
        [] | [_] => text!(
            "the guest's configuration assigns {functions}",
            functions = addresses(functions.iter().copied())
        ),
        several => text!(
            "the configurations of several guests assign functions: {guests}",
            guests = several
                .iter()
                .take(LINES)
                .map(functions_of)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    };
    let shown = all.into_iter().map(|(_, line)| line).take(LINES);
    vec![
        Diagnostic::new(Verdict::Ok, title)
            .of(functions)
            .evidence(shown),
    ]
}

fn one_function(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let named = named_by_guests(&host.guests.proxmox_vms, &[]);
    let mut reported = Vec::new();
    for one in &named {
        let is_of_slot = |address: &Address| address.slot() == one.address.slot();
        let is_alone = named
            .iter()
            .filter(|other| is_of_slot(&other.address))
            .count()
            == 1;
        let mut devices = host.devices.values();
        let is_listed = devices.any(|device| is_of_slot(&device.address) && !device.is_only_named);
        let shown = [one.evidence.clone()];
        let is_display = shown.iter().any(|line| line.text.contains("x-vga=1"));
        let is_meant = !one.is_complete_slot && one.address.function() == 0;
        // The graphics of Intel's processors have one function.
        let is_integrated = one.address.bus() == 0 && one.address.device() == 2;
        if !is_meant || !is_alone || is_listed || !is_display || is_integrated {
            continue;
        }
        let title = text!(
            "the guest gets {function} alone; not in the input: whether the graphics card also has \
             an audio function, which stays with the host",
            function = format!("{:#}", one.address)
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .of([one.address])
                .evidence(shown)
                .remedy(Remedy::Manual {
                    step: "assign-whole-card",
                    text: text!(
                        "write the address without the function in hostpciN, such as 0000:82:00, to \
                         assign all functions of the card"
                    ),
                }),
        );
    }
    reported
}

/// The audio functions of assigned graphics cards that a listing shows, and that no guest names.
fn left_behind(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // hostpciN has a rule of its own.
    let named = named_by_guests(&[], &host.guests.domains);
    let mut reported = Vec::new();
    let cards = named.iter().filter(|one| !one.is_complete_slot);
    for one in cards {
        let card = host.devices.get(&one.address);
        if !card.is_some_and(Device::is_display) {
            continue;
        }
        let is_left = |device: &&Device| {
            let is_audio =
                |class: &Fact<ClassCode>| class.value.base == 0x04 && class.value.sub == 0x03;
            device.address.slot() == one.address.slot()
                && device.class.as_ref().is_some_and(is_audio)
                && named.iter().all(|other| other.address != device.address)
        };
        let Some(audio) = host.devices.values().find(is_left) else {
            continue;
        };
        let title = text!(
            "the guest gets {function} alone: {audio}, the audio of the card, stays with the host",
            function = format!("{:#}", one.address),
            audio = format!("{:#}", audio.address)
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .of([one.address, audio.address])
                .evidence([one.evidence.clone(), audio.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "assign-audio",
                    text: text!("assign both functions to the same guest"),
                }),
        );
    }
    reported
}

fn managed(context: &Context<'_>) -> Vec<Diagnostic> {
    // Old releases of libvirt bind the function to pci-stub.
    let mut logged = context.host.log_messages.iter();
    if logged.any(|logged| logged.message.code.contains("pci-assign")) {
        return Vec::new();
    }
    let moved = context
        .host
        .moved()
        .iter()
        .filter(|moved| moved.now.is_some());
    let moved: BTreeSet<Slot> = moved.map(|moved| moved.bound.address.slot()).into_set();
    let mut functions: Vec<Address> = Vec::new();
    let mut reported = Vec::new();
    for domain in &context.host.guests.domains {
        for (function, line) in managed_by(domain) {
            let is_meant = context.asked.is_empty() || context.is_asked(function);
            let is_bridge = context
                .host
                .devices
                .get(&function)
                .is_some_and(Device::is_bridge);
            let is_meant = is_meant && !is_bridge && !moved.contains(&function.slot());
            if !is_meant || functions.contains(&function) {
                continue;
            }
            functions.push(function);
            let title = text!(
                "libvirt binds {function} to vfio-pci when the guest starts",
                function
            );
            reported.push(
                Diagnostic::new(Verdict::Ok, title)
                    .of([function])
                    .evidence([line]),
            );
        }
    }
    let devices: Vec<&Device> = context.functions().collect();
    for vm in &context.host.guests.proxmox_vms {
        for device in devices
            .iter()
            .filter(|device| is_bound_at_start(vm, device))
        {
            let Driver::Bound(driver) = &device.driver else {
                continue;
            };
            let function = device.address;
            if is_for_guests(&driver.value) || device.is_display() || functions.contains(&function)
            {
                continue;
            }
            functions.push(function);
            let title = text!(
                "Proxmox VE binds {function} to vfio-pci when the guest starts",
                function
            );
            let text = vm.config.to_string();
            let of_function = vm.hostpci().find(|(_, entry)| covers(entry, function));
            let line = of_function.map(|(number, _)| Evidence::at(&*vm.path, &text, number));
            reported.push(
                Diagnostic::new(Verdict::Ok, title)
                    .of([function])
                    .evidence(line)
                    .evidence([driver.evidence.clone()]),
            );
        }
    }
    reported
}

/// Whether the entry names the function, alone or in its slot.
fn covers(entry: &HostPci, function: Address) -> bool {
    match &entry.device {
        HostDevice::Host(addresses) => addresses.iter().any(|one| one.covers(function)),
        _ => false,
    }
}

/// Whether Proxmox VE binds the function to vfio-pci when the guest starts (qemu-server
/// PVE/QemuServer/PCI.pm, `prepare_pci_device`).
pub(in crate::doctor) fn is_bound_at_start(vm: &ProxmoxVm, device: &Device) -> bool {
    let keeps = |entry: &HostPci| {
        covers(entry, device.address)
            && (entry.mdev.is_some() || entry.driver == Some(HostDriver::Keep))
    };
    vm.passes(device.address) && !vm.hostpci().any(|(_, entry)| keeps(&entry))
}

/// The functions that libvirt binds when the guest starts, each with its line.
pub(in crate::doctor) fn managed_by(domain: &Domain) -> Vec<(Address, Evidence)> {
    let Ok(read) = libvirt::Domain::parse(&domain.text) else {
        return Vec::new();
    };
    let hostdevs = read.hostdevs().into_iter();
    hostdevs
        .filter(|hostdev| hostdev.managed)
        .map(|hostdev| {
            let line = Evidence::at(&*domain.path, &domain.text, hostdev.line);
            (hostdev.source, line)
        })
        .collect()
}

/// The lines with `number`s of the guest's configuration.
fn shown(vm: &ProxmoxVm, numbers: impl IntoIterator<Item = u32>) -> Vec<Evidence> {
    let text = vm.config.to_string();
    let numbers = numbers.into_iter();
    numbers
        .map(|number| Evidence::at(&*vm.path, &text, number))
        .collect()
}

fn express(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for vm in &context.host.guests.proxmox_vms {
        let Some(machine) = vm.q35() else {
            continue;
        };
        let of_host = |entry: &HostPci| matches!(entry.device, HostDevice::Host(_));
        let express = vm
            .hostpci()
            .filter(|(_, one)| one.pcie == Some(true) && of_host(one));
        let numbers: Vec<u32> = express.map(|(number, _)| number).collect();
        if numbers.is_empty() {
            continue;
        }
        let title = text!(
            "the function is PCI Express in the guest, as its machine type q35 \
                           supports"
        );
        let lines = shown(vm, numbers.into_iter().chain([machine]));
        reported.push(Diagnostic::new(Verdict::Ok, title).evidence(lines));
    }
    reported
}

fn seabios(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for vm in &context.host.guests.proxmox_vms {
        let is_display = |entry: &HostPci| {
            let of_host = matches!(entry.device, HostDevice::Host(_));
            of_host && (entry.romfile.is_some() || entry.x_vga == Some(true))
        };
        let cards: Vec<u32> = vm
            .hostpci()
            .filter(|(_, entry)| is_display(entry))
            .map(|(number, _)| number)
            .collect();
        // Two of the keys that Proxmox VE writes for each machine: not an excerpt.
        let is_whole = vm.config.get("vmgenid").is_some() || vm.config.get("boot").is_some();
        if cards.is_empty() || vm.q35().is_none() || !is_whole || !vm.config.lacks("bios") {
            continue;
        }
        let title = text!(
            "the guest starts with SeaBIOS, since its configuration has no bios: line; SeaBIOS \
             does not run the UEFI driver of a ROM"
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .evidence(shown(vm, cards))
                .remedy(Remedy::Manual {
                    step: "check-rom-kind",
                    text: text!(
                        "check the ROM with passthru rom verify; if it has no legacy BIOS image, \
                         set bios: ovmf, add an EFI disk, and install the guest again"
                    ),
                }),
        );
    }
    reported
}

fn efi(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for vm in &context.host.guests.proxmox_vms {
        let bios = vm.config.get("bios");
        let Some(bios) = bios.filter(|bios| bios.value == "ovmf") else {
            continue;
        };
        if vm.hostpci().next().is_some() {
            let title = text!(
                "the guest boots with OVMF, which initializes cards with their EFI \
                               driver"
            );
            reported.push(Diagnostic::new(Verdict::Ok, title).evidence(shown(vm, [bios.line])));
        }
    }
    reported
}
