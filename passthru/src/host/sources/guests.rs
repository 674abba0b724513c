//! The functions of the host that configurations of guests name.

use std::collections::BTreeMap;

use host_tree::{Evidence, numbered_lines};
use hvconf::libvirt;
use hvconf::proxmox::{HostAddress, HostDevice, HostPci};
use pci_core::Address;

use crate::host::guests::{Domain, ProxmoxVm};
use crate::host::model::{Entry, Naming, Source};
use crate::host::{Device, Host};

/// A function, or a slot with all its functions, that is assigned to a guest.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The function; of a slot its first one.
    pub(crate) address: Address,
    /// Whether the entire slot is assigned.
    pub(crate) is_complete_slot: bool,
    /// The line of the guest's configuration.
    pub(crate) evidence: Evidence,
    /// The line with the address, where it is another.
    pub(crate) address_line: Option<Evidence>,
}

/// The functions and slots that guests name.
pub(crate) fn named_by_guests(vms: &[ProxmoxVm], domains: &[Domain]) -> Vec<Named> {
    let of_vms = vms.iter().flat_map(of_proxmox);
    let of_domains = domains.iter().flat_map(of_libvirt);
    of_vms.chain(of_domains).collect()
}

/// The configurations of guests that assign a function of the card, by path, each with its line.
pub(crate) fn guests_with(host: &Host, card: &[&Device]) -> BTreeMap<String, Evidence> {
    let mut guests: BTreeMap<String, Evidence> = BTreeMap::new();
    // The functions of a graphics card belong together; other functions may be of several guests.
    let is_together = card.iter().any(|device| device.is_display());
    for one in named_by_guests(&host.guests.proxmox_vms, &host.guests.domains) {
        let is_named = |device: &&Device| {
            device.address == one.address
                || (one.is_complete_slot || is_together)
                    && device.address.slot() == one.address.slot()
                    && !host.is_virtual_function(device)
        };
        if card.iter().any(is_named) {
            let line = one.evidence;
            guests.entry(line.source.clone()).or_insert(line);
        }
    }
    guests
}

/// The names of the guests whose configurations are at these paths: those in the configurations, since
/// the number of a pasted one is not known.
pub(crate) fn guest_names<'a>(host: &Host, paths: impl Iterator<Item = &'a str>) -> String {
    let names = paths.map(|path| {
        let mut vms = host.guests.proxmox_vms.iter().filter(|vm| vm.path == path);
        let named = vms.find_map(|vm| Some(vm.config.get("name")?.value.to_owned()));
        named.unwrap_or_else(|| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
            name.to_owned()
        })
    });
    names.collect::<Vec<String>>().join(", ")
}

/// The functions of a guest of Proxmox VE; `None` where the input does not show those of one of its
/// lines, such as the members of a resource mapping.
pub(crate) fn functions_of_vm(host: &Host, vm: &ProxmoxVm) -> Option<Vec<Address>> {
    let lines = vm.config.entries();
    let lines = lines.filter(|entry| entry.key.starts_with("hostpci"));
    if vm.given.len() < lines.count() {
        return None;
    }
    let functions = vm.given.iter().flat_map(|given| match given {
        HostAddress::Function(function) => vec![*function],
        HostAddress::Slot(slot) => {
            let known: Vec<Address> = host.functions_of(*slot).map(|one| one.address).collect();
            match known.as_slice() {
                [] => slot.function(0).into_iter().collect(),
                _ => known,
            }
        }
    });
    Some(functions.collect())
}

fn of_proxmox(vm: &ProxmoxVm) -> Vec<Named> {
    let text = vm.config.to_string();
    let mut named = Vec::new();
    let entries = vm.config.entries();
    for entry in entries.filter(|entry| entry.key.starts_with("hostpci")) {
        let Ok(hostpci) = entry.value.parse::<HostPci>() else {
            continue;
        };
        let HostDevice::Host(addresses) = hostpci.device else {
            continue;
        };
        let evidence = Evidence::at(&*vm.path, &text, entry.line);
        for address in addresses {
            let function = match address {
                HostAddress::Function(function) => Some(function),
                HostAddress::Slot(slot) => slot.function(0),
            };
            named.extend(function.map(|address_of| Named {
                address: address_of,
                is_complete_slot: matches!(address, HostAddress::Slot(_)),
                evidence: evidence.clone(),
                address_line: None,
            }));
        }
    }
    named
}

fn of_libvirt(domain: &Domain) -> Vec<Named> {
    let Ok(read) = libvirt::Domain::parse(&domain.text) else {
        return Vec::new();
    };
    let hostdevs = read.hostdevs();
    hostdevs
        .iter()
        .map(|hostdev| Named {
            address: hostdev.source,
            is_complete_slot: false,
            evidence: Evidence::at(&*domain.path, &domain.text, hostdev.line),
            address_line: address_line(domain, hostdev.line),
        })
        .collect()
}

/// The line of the host's address in an element `hostdev` that starts at line `start`.
fn address_line(domain: &Domain, start: u32) -> Option<Evidence> {
    let lines = numbered_lines(&domain.text).skip_while(|(number, _)| *number <= start);
    let mut inside = lines.take_while(|(_, line)| !line.contains("</source>"));
    let (number, line) = inside.find(|(_, line)| line.contains("<address "))?;
    Some(Evidence::new(&*domain.path, number, line.trim()))
}

/// The functions that guests name: no more than that they are there.
pub(super) fn read(vms: &[ProxmoxVm], domains: &[Domain]) -> impl Iterator<Item = Entry> {
    named_by_guests(vms, domains).into_iter().map(|named| {
        let naming = if named.is_complete_slot {
            Naming::Slot
        } else {
            Naming::Subject
        };
        Entry::named(named.address, Source::Guest, named.evidence, naming)
    })
}
