//! The names of network interfaces that the host's files rely on.

use std::collections::BTreeSet;

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use pci_core::Address;

use super::ip_link;
use crate::host::fact::Fact;
use crate::order::Inserts as _;

/// ifupdown's file (interfaces(5)).
pub(crate) const INTERFACES: &str = "/etc/network/interfaces";
/// Keys of the ports of a bridge.
const BRIDGE_PORTS: [&str; 2] = ["bridge-ports", "bridge_ports"];
/// Keys of interfaces below another.
const MEMBERS: [&str; 4] = ["bridge-ports", "bridge_ports", "bond-slaves", "slaves"];
const LINKS: [&str; 2] = ["/etc/systemd/network", "/usr/local/lib/systemd/network"];

/// A port of a bridge, by the name of its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct BridgePort {
    /// The bridge: `vmbr0`.
    pub bridge: String,
    /// The interface: `enp5s0`.
    pub port: String,
    /// The function in that name.
    pub address: Option<Address>,
}

/// An interface that the host's default gateway is configured on, alone or as a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uplink {
    /// The interface: `enp5s0`.
    pub name: String,
    /// The line of the gateway.
    pub gateway: Evidence,
}

/// An `iface` of the file.
struct Stanza<'a> {
    name: &'a str,
    line: Evidence,
    gateway: Option<Evidence>,
    /// Ports of a bridge, members of a bond.
    members: Vec<(&'a str, Evidence)>,
}

/// Maximum number of interfaces below a gateway.
const MOST: usize = 64;

/// Names of network interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct NetworkNames {
    /// The ports of bridges, as `/etc/network/interfaces` names them.
    pub ports: Vec<Fact<BridgePort>>,
    /// The interfaces that have an `iface` there.
    pub configured: BTreeSet<String>,
    /// The interfaces of the host's default gateway, with the ports and members below each: its
    /// line, and that of the gateway.
    pub uplinks: Vec<Fact<Uplink>>,
    /// The interfaces that there are; `None` where the input does not show all.
    pub interfaces: Option<Vec<String>>,
    /// Names that a `.link` file of systemd fixes.
    pub fixed: Vec<String>,
}

impl NetworkNames {
    pub(in crate::host) fn read(tree: &dyn HostTree, texts: &[CommandText]) -> Self {
        let mut names = Self::default();
        if let Some(text) = tree.read_text(INTERFACES).found() {
            let mut stanzas: Vec<Stanza<'_>> = Vec::new();
            for (number, line) in numbered_lines(&text) {
                let mut words = line.split_ascii_whitespace();
                let word = words.next().unwrap_or_default();
                let evidence = || Evidence::new(INTERFACES, number, line.trim());
                if word == "iface" {
                    let name = words.next().unwrap_or_default();
                    // Without an address: that of a capture has none.
                    stanzas.push(Stanza {
                        name,
                        line: Evidence::new(INTERFACES, number, format!("iface {name}")),
                        gateway: None,
                        members: Vec::new(),
                    });
                    continue;
                }
                let Some(stanza) = stanzas.last_mut() else {
                    continue;
                };
                match word {
                    "gateway" => stanza.gateway = Some(Evidence::new(INTERFACES, number, word)),
                    _ if MEMBERS.contains(&word) => {
                        let members = words.filter(|member| *member != "none");
                        stanza.members.extend(members.map(|one| (one, evidence())));
                    }
                    _ => {}
                }
                if BRIDGE_PORTS.contains(&word) {
                    let new = stanza
                        .members
                        .iter()
                        .filter(|(_, line)| line.line == Some(number));
                    names.ports.extend(new.map(|(port, line)| {
                        let port = BridgePort {
                            bridge: stanza.name.to_owned(),
                            port: (*port).to_owned(),
                            address: ip_link::by_path(port),
                        };
                        Fact::new(port, line.clone())
                    }));
                }
            }
            names.uplinks = uplinks(&stanzas);
            let configured = stanzas.iter().map(|stanza| stanza.name.to_owned());
            names.configured = configured.into_set();
        }
        if names.ports.is_empty() {
            return names;
        }
        let listing = tree.list("/sys/class/net").found();
        // A listing without the bridge is of another machine, such as a guest.
        let has_bridge = |listed: &Vec<String>| {
            let mut bridges = names.ports.iter().map(|port| &port.value.bridge);
            bridges.any(|bridge| listed.contains(bridge))
        };
        let mut printed = texts
            .iter()
            .filter_map(|text| ip_link::all_names(&text.text));
        names.interfaces = listing
            .filter(|listing| listing.complete)
            .map(|listing| listing.names)
            .or_else(|| printed.find(has_bridge));
        for directory in LINKS {
            for name in tree.list(directory).found().unwrap_or_default().names {
                if !name.ends_with(".link") {
                    continue;
                }
                let path = format!("{directory}/{name}");
                let text = tree.read_text(&path).found().unwrap_or_default();
                let named = text
                    .lines()
                    .filter_map(|line| line.trim().strip_prefix("Name="));
                names.fixed.extend(named.map(|name| name.trim().to_owned()));
            }
        }
        names
    }

    /// The lines of `/etc/network/interfaces` that are read, each where it was.
    pub(crate) fn needed_lines(text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        for line in text.lines() {
            let word = line.split_ascii_whitespace().next();
            if word.is_some_and(|word| MEMBERS.contains(&word)) {
                kept.push_str(line);
            } else if word == Some("gateway") {
                kept.push_str("gateway");
            } else if word == Some("iface") {
                // An address may follow the name.
                let words: Vec<&str> = line.split_ascii_whitespace().take(2).collect();
                kept.push_str(&words.join(" "));
            }
            kept.push('\n');
        }
        kept
    }
}

/// The interfaces with a gateway, and those below them.
fn uplinks(stanzas: &[Stanza<'_>]) -> Vec<Fact<Uplink>> {
    let mut found: Vec<Fact<Uplink>> = Vec::new();
    for of_gateway in stanzas {
        let Some(gateway) = &of_gateway.gateway else {
            continue;
        };
        let mut open = vec![(of_gateway.name, &of_gateway.line)];
        while let Some((name, line)) = open.pop() {
            // A VLAN is named after its interface.
            let name = name.split('.').next().unwrap_or(name);
            if found.len() >= MOST || found.iter().any(|one| one.value.name == name) {
                continue;
            }
            let uplink = Uplink {
                name: name.to_owned(),
                gateway: gateway.clone(),
            };
            found.push(Fact::new(uplink, line.clone()));
            let below = stanzas.iter().filter(|stanza| stanza.name == name);
            let below = below.flat_map(|stanza| &stanza.members);
            open.extend(below.map(|(member, line)| (*member, line)));
        }
    }
    found
}

#[cfg(test)]
mod tests;
