//! A card in the configurations of several guests.

use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::{guest_names, guests_with};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "card-in-several-guests",
    meaning: "The configurations of several guests assign the same card. One guest can have it at a \
              time: the start of the second fails while the first runs.",
    source: "Proxmox VE qemu-server, src/PVE/QemuServer/PCI.pm, reserve_pci_usage; libvirt \
             src/hypervisor/virhostdev.c, virHostdevPreparePCIDevices",
    causes: &[],
    check: several,
}];

fn several(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut reported = Vec::new();
    for card in &context.cards {
        let guests = guests_with(host, card);
        if guests.len() < 2 {
            continue;
        }
        let starts = |path: &str| {
            let mut vms = host.guests.proxmox_vms.iter().filter(|vm| vm.path == path);
            vms.any(|vm| vm.config.get("onboot").is_some_and(|one| one.value == "1"))
        };
        let at_boot: Vec<&str> = guests
            .keys()
            .map(String::as_str)
            .filter(|path| starts(path))
            .collect();
        let devices = card.iter().map(|device| device.address);
        let word = card_word(host, card);
        reported.push(match at_boot.as_slice() {
            [_, _, ..] => Diagnostic::new(
                Verdict::Fix,
                text!(
                    "{card} is in the configurations of guests {guests}, which all start at boot: one \
                     of them can run at a time",
                    card = word,
                    guests = guest_names(host, at_boot.iter().copied())
                ),
            )
            .remedy(Remedy::Manual {
                step: "start-one-guest",
                text: text!("start one of them at boot: qm set VMID --onboot 0 for the others"),
            }),
            _ => Diagnostic::new(
                Verdict::Harmless,
                text!(
                    "{card} is in the configurations of guests {guests}: one of them can run at a time",
                    card = word,
                    guests = guest_names(host, guests.keys().map(String::as_str))
                ),
            ),
        }
        .of(devices)
        .evidence(guests.into_values()));
    }
    reported
}
