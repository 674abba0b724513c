//! A card in the configurations of several guests.

use std::collections::BTreeMap;

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::{Device, Host, named_by_guests};
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
    let named = named_by_guests(&host.proxmox_vms, &host.domains);
    let mut reported = Vec::new();
    for card in &context.cards {
        let mut guests: BTreeMap<String, Evidence> = BTreeMap::new();
        // The functions of a graphics card belong together; other functions may be of several guests.
        let is_together = card.iter().any(|device| device.is_display());
        for one in &named {
            let is_named = |device: &&Device| {
                device.address == one.address
                    || (one.is_complete_slot || is_together)
                        && device.address.slot() == one.address.slot()
                        && !host.is_virtual_function(device)
            };
            if card.iter().any(is_named) {
                let line = &one.evidence;
                guests.entry(line.source.clone()).or_insert(line.clone());
            }
        }
        if guests.len() < 2 {
            continue;
        }
        let starts = |path: &str| {
            let mut vms = host.proxmox_vms.iter().filter(|vm| vm.path == path);
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
                    guests = names(host, at_boot.iter().copied())
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
                    guests = names(host, guests.keys().map(String::as_str))
                ),
            ),
        }
        .of(devices)
        .evidence(guests.into_values()));
    }
    reported
}

/// The names of the guests whose configurations are at these paths: those in the configurations, since
/// the number of a pasted one is not known.
fn names<'a>(host: &Host, paths: impl Iterator<Item = &'a str>) -> String {
    let names = paths.map(|path| {
        let mut vms = host.proxmox_vms.iter().filter(|vm| vm.path == path);
        let named = vms.find_map(|vm| Some(vm.config.get("name")?.value.to_owned()));
        named.unwrap_or_else(|| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
            name.to_owned()
        })
    });
    names.collect::<Vec<String>>().join(", ")
}
