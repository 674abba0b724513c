//! Addresses and names that moved, or would move with the next card.

use std::collections::BTreeSet;

use list_order::Inserts as _;

use super::assigned_ports::{assigned, has_bus};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Coverage, named_by_guests};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-device-missing",
        meaning: "A guest's configuration names a function that the host does not have. Adding, \
                  removing or moving a card changes the bus numbers of others, so the intended \
                  function may have another address now.",
        source: "PCI Express Base Specification 6.0, section 7.3.1; Proxmox VE documentation, \
                 PCI(e) Passthrough",
        causes: &[],
        check: missing,
    },
    Rule {
        code: "mapping-stale",
        meaning: "A resource mapping of Proxmox VE names a function by address and ID, but \
                  another device is at that address. Proxmox VE then does not start the guest.",
        source: "Proxmox VE documentation, Resource Mapping; pve-guest-common \
                 PVE/Mapping/PCI.pm, assert_valid",
        causes: &[],
        check: stale,
    },
    Rule {
        code: "bridge-port-missing",
        meaning: "A bridge of the host names a port that does not exist. Interfaces are named \
                  after their bus: adding or moving a card renamed the interface, and the bridge \
                  has no uplink.",
        source: "interfaces(5), bridge-ports; systemd.net-naming-scheme(7)",
        causes: &[],
        check: port_missing,
    },
    Rule {
        code: "network-name-by-bus",
        meaning: "A bridge of the host uses an interface whose name contains its bus number. \
                  Adding or removing a card can change the number and so the name: the host is \
                  then offline. A .link file that matches the MAC address fixes the name; create \
                  it before the next hardware change.",
        source: "systemd.net-naming-scheme(7); systemd.link(5); Proxmox VE documentation, Network \
                 Configuration, Pinning a specific naming scheme version",
        causes: &[],
        check: by_bus,
    },
];

fn missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if !host.coverage.contains(&Coverage::All) {
        return Vec::new();
    }
    let mut reported = Vec::new();
    for named in named_by_guests(&host.guests.proxmox_vms, &host.guests.domains) {
        let address = named.address;
        let there = if named.is_complete_slot {
            host.functions_of(address.slot()).next().is_some()
        } else {
            host.devices.contains_key(&address)
        };
        if there {
            continue;
        }
        let title = text!(
            "a guest's configuration names {address}, but the host has no such function",
            address
        );
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .of([address])
                .evidence([named.evidence])
                .remedy(Remedy::Manual {
                    step: "edit-guest",
                    text: text!(
                        "look up the current address of the card (`passthru list`) and write it; \
                         a resource mapping detects such a change"
                    ),
                }),
        );
    }
    reported
}

fn stale(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // Of a cluster the file has all nodes.
    let Some(node) = host.guests.mappings.node() else {
        return Vec::new();
    };
    let mut reported = Vec::new();
    for mapping in &host.guests.mappings.maps {
        let wanted = &mapping.value;
        let Some(address) = wanted.address().filter(|_| wanted.node == node) else {
            continue;
        };
        let Some(device) = host.devices.get(&address) else {
            continue;
        };
        let Some(id) = &device.id else { continue };
        if id.value == wanted.id {
            continue;
        }
        let title = text!(
            "the mapping {mapping} expects {id} at {address}, but {found} is there",
            mapping = wanted.name,
            id = wanted.id,
            address,
            found = id.value
        );
        reported.push(
            Diagnostic::new(Verdict::Blocker, title)
                .of([address])
                .evidence([mapping.evidence.clone(), id.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "mend-mapping",
                    text: text!(
                        "correct the mapping {mapping}: Datacenter, Resource Mappings, or \
                         pvesh set /cluster/mapping/pci/{mapping}",
                        mapping = wanted.name,
                    ),
                }),
        );
    }
    reported
}

/// Bridges whose ports do not exist.
pub(in crate::doctor) fn port_missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let names = &context.host.host_use.network_names;
    let Some(interfaces) = &names.interfaces else {
        return Vec::new();
    };
    let with_guests = assigned(context).into_iter().map(|(port, _)| &port.value);
    let with_guests: BTreeSet<&str> = with_guests.map(|port| port.port.as_str()).into_set();
    names
        .ports
        .iter()
        // A VLAN or a bond is created later: only a card's interfaces are present or absent.
        .filter(|port| has_bus(&port.value.port) && !interfaces.contains(&port.value.port))
        .filter(|port| !with_guests.contains(port.value.port.as_str()))
        .map(|port| {
            let bridge = port.value.bridge.as_str();
            let title = text!(
                "the bridge {bridge} has the port {port}, which does not exist",
                bridge,
                port = port.value.port
            );
            let is_port = |name: &str| names.ports.iter().any(|one| one.value.port == name);
            let free = interfaces.iter().map(String::as_str);
            let mut free = free.filter(|name| has_bus(name) && !is_port(name));
            let text = match (free.next(), free.next()) {
                (Some(name), None) => text!(
                    "compare the MAC address (ip link) at the host's console: if {name} is the \
                     port {port} under its new name, write {name} wherever \
                     /etc/network/interfaces has {port}, run ifreload -a, and fix the name with a \
                     .link file; hostpci addresses of guests can have changed, too",
                    name,
                    port = port.value.port
                ),
                _ => text!(
                    "write the interface's current name (ip link) into bridge-ports of {bridge}, \
                     and fix it with a .link file",
                    bridge
                ),
            };
            Diagnostic::new(Verdict::Fix, title)
                .evidence([port.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "edit-bridge-ports",
                    text,
                })
        })
        .collect()
}

fn by_bus(context: &Context<'_>) -> Vec<Diagnostic> {
    let names = &context.host.host_use.network_names;
    let mut reported = Vec::new();
    for port in &names.ports {
        let name = &port.value.port;
        let is_absent = |known: &Vec<String>| !known.contains(name);
        if !has_bus(name)
            || names.fixed.contains(name)
            || names.interfaces.as_ref().is_some_and(is_absent)
        {
            continue;
        }
        let title = text!(
            "the bridge {bridge} has the port {name}, whose name can change when a card is \
             added or removed",
            bridge = port.value.bridge,
            name
        );
        reported.push(
            Diagnostic::new(Verdict::Harmless, title)
                .evidence([port.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "fix-interface-name",
                    text: text!(
                        "before the next hardware change, fix the name by the MAC address: \
                         pve-network-interface-pinning generate (Proxmox VE 9), or a .link file \
                         of systemd"
                    ),
                }),
        );
    }
    reported
}

#[cfg(test)]
mod tests;
