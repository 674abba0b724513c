//! Assigned functions of guests.

use std::collections::BTreeMap;

use list_order::{Inserts as _, Order as _};
use pci_core::Address;

use super::difference::Difference;
use crate::host::Host;
use crate::text::text;
use crate::verdict::Verdict;

/// Settings of a Proxmox VE guest that affect passthrough (qm.conf(5)).
fn is_of_passthrough(key: &str) -> bool {
    key.starts_with("hostpci")
        || [
            "machine", "bios", "cpu", "vga", "args", "balloon", "efidisk0",
        ]
        .contains(&key)
}

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all = Vec::new();
    let (were, are) = (settings(old), settings(new));
    for (guest, before) in &were {
        let Some(after) = are.get(guest) else {
            continue;
        };
        let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
        keys.order();
        keys.dedup();
        for key in keys {
            let (was, is) = (before.get(key), after.get(key));
            if was == is {
                continue;
            }
            let word = |value: Option<&String>| match value {
                Some(value) => text!("{value}", value),
                None => text!("not set"),
            };
            let sentence = text!(
                "{key} of {guest} was {before}, and is {after}",
                key,
                guest,
                before = word(was),
                after = word(is)
            );
            let mut difference = Difference::new("guest", Verdict::Harmless, sentence);
            difference.before = was.cloned();
            difference.after = is.cloned();
            all.push(difference);
        }
    }
    all.extend(stale(old, new));
    all
}

type Settings = BTreeMap<String, BTreeMap<String, String>>;

/// Settings that affect passthrough, by guest and name.
fn settings(host: &Host) -> Settings {
    let mut all = Settings::new();
    for vm in &host.guests.proxmox_vms {
        let entries = vm.config.entries();
        let own = entries
            .filter(|entry| is_of_passthrough(entry.key))
            .map(|entry| (entry.key.to_string(), entry.value.to_string()));
        all.insert(vm.path.clone(), own.into_map());
    }
    for domain in &host.guests.domains {
        let functions: Vec<String> = domain.functions.iter().map(Address::to_string).collect();
        let own = BTreeMap::from([("hostdev".to_owned(), functions.join(" "))]);
        all.insert(domain.path.clone(), own);
    }
    all
}

/// Guests that name an address where another device is now.
fn stale(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all = Vec::new();
    for was in old.devices.values() {
        let address = was.address;
        let Some(is) = new.devices.get(&address) else {
            continue;
        };
        let (Some(before), Some(after)) = (&was.id, &is.id) else {
            continue;
        };
        if before.value == after.value {
            continue;
        }
        let vms = new
            .guests
            .proxmox_vms
            .iter()
            .filter(|vm| vm.passes(address));
        let domains = new
            .guests
            .domains
            .iter()
            .filter(|domain| domain.passes(address));
        let paths = vms
            .map(|vm| &vm.path)
            .chain(domains.map(|domain| &domain.path));
        for path in paths {
            let sentence = text!(
                "{path} assigns {address} to its guest, which was {before}, and is {after} now",
                path,
                address,
                before = old.name_of(was),
                after = new.name_of(is)
            );
            let difference = Difference::new("guest-outdated", Verdict::Blocker, sentence);
            all.push(
                difference
                    .of([address])
                    .was(before.value.to_string())
                    .is(after.value.to_string()),
            );
        }
    }
    all
}
