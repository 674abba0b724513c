//! Contradictions in a guest's configuration, and entries that pass through more than intended.

use host_tree::{Evidence, numbered_lines};
use hvconf::libvirt;
use hvconf::proxmox::{HostAddress, HostDevice};

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Domain, ProxmoxVm};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "legacy-igd-machine",
        meaning: "legacy-igd=1 assigns the graphics of an Intel processor to the guest as its \
                  only display, at the address that old drivers expect. Proxmox VE requires an \
                  i440fx machine and vga: none for it, and does not start the guest with q35 or \
                  another display.",
        source: "Proxmox VE, qm.conf(5), hostpci, legacy-igd; PVE::QemuServer::PCI, \
                 parse_hostpci_devices",
        causes: &[],
        check: legacy_igd,
    },
    Rule {
        code: "legacy-igd-efi",
        meaning: "In legacy mode the guest's firmware displays through the VGA BIOS of the \
                  graphics, which SeaBIOS runs and OVMF does not. Without an EFI driver in a \
                  romfile the screen stays black until the guest's driver initializes the \
                  graphics.",
        source: "QEMU docs/igd-assign.rst; Proxmox VE, qm.conf(5), hostpci, legacy-igd",
        causes: &[],
        check: legacy_igd_efi,
    },
    Rule {
        code: "slot-with-bridge",
        meaning: "An entry without a function assigns all functions of the slot. On bus 0 these \
                  can be unrelated parts of the chipset: the ISA bridge, audio, SMBus and network \
                  of an Intel chipset share the slot 00:1f. The bridges stay with the host.",
        source: "Proxmox VE, qm.conf(5), hostpci; Linux drivers/vfio/pci/vfio_pci_core.c",
        causes: &[],
        check: slot_with_bridge,
    },
    Rule {
        code: "viommu-without-caching",
        meaning: "The guest has a virtual Intel IOMMU and an assigned function. QEMU needs the \
                  IOMMU's caching mode to pass the guest's mappings to the host, and does not \
                  start the guest without it. A virtual IOMMU of the model virtio does not need \
                  it.",
        source: "libvirt, Domain XML format, iommu; QEMU hw/i386/intel_iommu.c",
        causes: &[],
        check: viommu,
    },
];

fn line(vm: &ProxmoxVm, number: u32) -> Evidence {
    Evidence::at(&*vm.path, &vm.config.to_string(), number)
}

fn legacy_igd(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for vm in &context.host.guests.proxmox_vms {
        for (number, entry) in vm.hostpci() {
            if entry.legacy_igd != Some(true) {
                continue;
            }
            let q35 = vm.q35();
            let vga = vm.config.get("vga");
            let display = vga.filter(|vga| vga.value != "none" && vga.value != "type=none");
            let (title, other) = if let Some(q35) = q35 {
                (
                    text!(
                        "legacy-igd=1 needs an i440fx machine, but this guest has q35: the guest \
                         does not start"
                    ),
                    Some(q35),
                )
            } else if let Some(display) = display {
                (
                    text!(
                        "legacy-igd=1 needs vga: none, but this guest has another display: the \
                         guest does not start"
                    ),
                    Some(display.line),
                )
            } else if vm.config.lacks("vga") {
                (
                    text!(
                        "legacy-igd=1 needs a line vga: none, which is missing: the guest does not \
                         start"
                    ),
                    None,
                )
            } else {
                continue;
            };
            reported.push(
                Diagnostic::new(Verdict::Blocker, title)
                    .evidence([line(vm, number)])
                    .evidence(other.map(|other| line(vm, other)))
                    .remedy(Remedy::Manual {
                        step: "edit-guest",
                        text: if entry.pcie == Some(true) {
                            text!(
                                "remove legacy-igd=1 from the entry; to use legacy mode, set vga: \
                                 none and an i440fx machine, and remove pcie=1, which needs q35"
                            )
                        } else {
                            text!(
                                "remove legacy-igd=1 from the entry; to use legacy mode, set vga: \
                                 none and an i440fx machine"
                            )
                        },
                    }),
            );
        }
    }
    reported
}

fn legacy_igd_efi(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for vm in &context.host.guests.proxmox_vms {
        let bios = vm.config.get("bios").filter(|bios| bios.value == "ovmf");
        let Some(bios) = bios else { continue };
        for (number, entry) in vm.hostpci() {
            // The name of the file says that it has the GOP driver.
            let names_gop = line(vm, number).text.to_lowercase().contains("gop");
            if entry.legacy_igd != Some(true) || names_gop {
                continue;
            }
            let title = text!(
                "not in the input: an EFI driver for the graphics; OVMF does not run the VGA BIOS \
                 that legacy-igd=1 is for"
            );
            reported.push(
                Diagnostic::new(Verdict::Unknown, title)
                    .evidence([line(vm, number), line(vm, bios.line)])
                    .remedy(Remedy::Manual {
                        step: "check-guest-rom",
                        text: text!(
                            "check the ROM of romfile= with passthru rom verify; if it has no EFI \
                             driver, set bios: seabios or remove legacy-igd=1"
                        ),
                    }),
            );
        }
    }
    reported
}

/// The functions in entire slots of an entry that cannot be assigned.
fn slot_with_bridge(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for vm in &host.guests.proxmox_vms {
        for (number, entry) in vm.hostpci() {
            let HostDevice::Host(passed) = &entry.device else {
                continue;
            };
            let slots = passed.iter().filter_map(|address| match address {
                HostAddress::Slot(slot) => Some(*slot),
                _ => None,
            });
            for slot in slots {
                let all = host.devices.values();
                let (bridges, others): (Vec<&Device>, Vec<&Device>) = all
                    .filter(|device| device.address.slot() == slot)
                    .partition(|device| device.is_bridge());
                let others = addresses(others.iter().map(|device| device.address));
                if bridges.is_empty() {
                    continue;
                }
                let title = text!(
                    "the entry assigns the whole slot {slot}, including the bridge {functions}, \
                     which the host needs",
                    slot,
                    functions = addresses(bridges.iter().map(|device| device.address))
                );
                reported.push(
                    Diagnostic::new(Verdict::Blocker, title)
                        .of(bridges.iter().map(|device| device.address))
                        .evidence([line(vm, number)])
                        .evidence(bridges.iter().map(|device| device.shown.clone()))
                        .remedy(Remedy::Manual {
                            step: "edit-guest",
                            text: text!(
                                "name one function instead of the slot {slot}: {others}",
                                slot,
                                others
                            ),
                        }),
                );
            }
        }
    }
    reported
}

fn viommu(context: &Context<'_>) -> Vec<Diagnostic> {
    let domains = context.host.guests.domains.iter();
    domains.filter_map(without_caching).collect()
}

fn without_caching(domain: &Domain) -> Option<Diagnostic> {
    let read = libvirt::Domain::parse(&domain.text).ok()?;
    if read.hostdevs().is_empty() {
        return None;
    }
    let is_intel = |text: &str| {
        ["<iommu model='intel'", "<iommu model=\"intel\""]
            .iter()
            .any(|start| text.contains(start))
    };
    let (number, _) = numbered_lines(&domain.text).find(|(_, text)| is_intel(text))?;
    let has_caching = ["caching_mode='on'", "caching_mode=\"on\""]
        .iter()
        .any(|setting| domain.text.contains(setting));
    if has_caching {
        return None;
    }
    let title = text!(
        "the guest's virtual Intel IOMMU has no caching mode: with an assigned function the guest \
         does not start"
    );
    Some(
        Diagnostic::new(Verdict::Blocker, title)
            .evidence([Evidence::at(&*domain.path, &domain.text, number)])
            .remedy(Remedy::Manual {
                step: "edit-guest",
                text: text!(
                    "add <driver intremap='on' caching_mode='on'/> to <iommu>, or remove <iommu>"
                ),
            }),
    )
}
