//! The names of network interfaces that the host's files rely on.

mod netplan;
mod networkd;
mod stanza;

use std::collections::BTreeSet;

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use list_order::Inserts as _;
use pci_core::Address;

pub(crate) use self::stanza::Uplink;
use self::stanza::{Stanza, uplinks};
use super::ip_link;
use crate::host::fact::Fact;

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

/// Names of network interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct NetworkNames {
    /// The ports of bridges, as `/etc/network/interfaces` names them.
    pub ports: Vec<Fact<BridgePort>>,
    /// The interfaces that these files configure.
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
        let mut stanzas: Vec<Stanza> = Vec::new();
        if let Some(text) = tree.read_text(INTERFACES).found() {
            for (number, line) in numbered_lines(&text) {
                let mut words = line.split_ascii_whitespace();
                let word = words.next().unwrap_or_default();
                let evidence = || Evidence::new(INTERFACES, number, line.trim());
                if word == "iface" {
                    let name = words.next().unwrap_or_default();
                    // Without an address: that of a capture has none.
                    let line = Evidence::new(INTERFACES, number, format!("iface {name}"));
                    let mut stanza = Stanza::new(name, line);
                    if let (Some(family), Some("dhcp")) = (words.next(), words.next()) {
                        let text = format!("iface {name} {family} dhcp");
                        stanza.dhcp = Some(Evidence::new(INTERFACES, number, text));
                    }
                    stanzas.push(stanza);
                    continue;
                }
                let Some(stanza) = stanzas.last_mut() else {
                    continue;
                };
                match word {
                    "gateway" => stanza.gateway = Some(Evidence::new(INTERFACES, number, word)),
                    _ if MEMBERS.contains(&word) => {
                        let members = words.filter(|member| *member != "none");
                        stanza
                            .members
                            .extend(members.map(|one| (one.to_owned(), evidence())));
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
                            bridge: stanza.name.clone(),
                            port: port.clone(),
                            address: ip_link::by_path(port),
                        };
                        Fact::new(port, line.clone())
                    }));
                }
            }
        }
        stanzas.extend(netplan::read(tree));
        stanzas.extend(networkd::read(tree));
        names.uplinks = uplinks(&stanzas, is_read_whole(tree));
        let configured = stanzas.into_iter().map(|stanza| stanza.name);
        names.configured = configured.into_set();
        if names.ports.is_empty() && names.uplinks.is_empty() {
            return names;
        }
        let listing = tree.list("/sys/class/net").found();
        // A listing without the bridge, or without any interface of the files, is of another machine,
        // such as a guest.
        let has_bridge = |listed: &Vec<String>| {
            let mut bridges = names.ports.iter().map(|port| &port.value.bridge);
            let mut configured = names.configured.iter().filter(|name| *name != "lo");
            bridges.any(|bridge| listed.contains(bridge))
                || names.ports.is_empty() && configured.any(|name| listed.contains(name))
        };
        let mut printed = texts
            .iter()
            .filter_map(|text| ip_link::all_names(&text.text));
        names.interfaces = listing
            .filter(|listing| listing.complete)
            .map(|listing| listing.names)
            .or_else(|| printed.find(has_bridge));
        // The list of another machine, or of a host that has its network by other files.
        let mut lists = texts
            .iter()
            .filter_map(|text| ip_link::all_names(&text.text));
        if names.interfaces.is_none() && lists.next().is_some() {
            names.uplinks.retain(|uplink| !uplink.value.is_by_dhcp);
            for uplink in &mut names.uplinks {
                uplink.value.is_alone = false;
            }
        }
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

    /// The lines of a file of network configuration that are read, each where it was; `None` for other
    /// files.
    pub(crate) fn needed_lines(path: &str, text: &str) -> Option<String> {
        let is_in = |folder: &str| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        if path == INTERFACES {
            Some(Self::of_interfaces(text))
        } else if is_in(netplan::FOLDER) {
            Some(with_unread(text, &netplan::needed_lines(text)))
        } else if is_in(networkd::FOLDER) && path.ends_with(".network") {
            Some(with_unread(text, &networkd::needed_lines(text)))
        } else {
            None
        }
    }

    fn of_interfaces(text: &str) -> String {
        let mut kept = String::with_capacity(text.len());
        for line in text.lines() {
            let word = line.split_ascii_whitespace().next();
            if word.is_some_and(|word| MEMBERS.contains(&word)) {
                kept.push_str(line);
            } else if let Some(word @ ("gateway" | "source" | "source-directory")) = word {
                kept.push_str(word);
            } else if word == Some("iface") {
                // An address may follow the name.
                let mut words: Vec<&str> = line.split_ascii_whitespace().take(4).collect();
                if words.last() != Some(&"dhcp") {
                    words.truncate(2);
                }
                kept.push_str(&words.join(" "));
            }
            kept.push('\n');
        }
        kept
    }
}

/// Words of these files that give another interface a gateway, or take one away, and that are not read.
const UNREAD: [&str; 11] = [
    "wifis:",
    "modems:",
    "tunnels:",
    "use-routes",
    "UseRoutes",
    "Unmanaged=",
    "- via:",
    "to: 0.0.0.0/0",
    "{",
    "include:",
    "renderer: NetworkManager",
];

/// The first of [`UNREAD`] in a line; `{}` is a mapping without entries.
fn unread(line: &str) -> Option<&'static str> {
    let line = line.replace("{}", "");
    UNREAD.iter().find(|word| line.contains(**word)).copied()
}

/// The lines that are kept of a text, with the first of [`UNREAD`] in each line that has one.
fn with_unread(text: &str, kept: &str) -> String {
    let mut whole = String::with_capacity(kept.len());
    let mut kept = kept.lines();
    for line in text.lines() {
        let own = kept.next().unwrap_or_default();
        let unread = unread(line).filter(|word| !own.contains(word));
        whole.push_str(unread.unwrap_or(own));
        whole.push('\n');
    }
    whole
}

/// Whether the files have nothing of [`UNREAD`], and no part in another file.
fn is_read_whole(tree: &dyn HostTree) -> bool {
    let interfaces = tree.read_text(INTERFACES).found().unwrap_or_default();
    let is_source = |line: &str| line.trim_start().starts_with("source");
    let mut paths = Vec::new();
    for folder in [netplan::FOLDER, networkd::FOLDER] {
        let names = tree.list(folder).found().unwrap_or_default().names;
        paths.extend(names.into_iter().map(|name| format!("{folder}/{name}")));
    }
    let texts = paths.iter().filter_map(|path| tree.read_text(path).found());
    let has_parts = || {
        let folder = tree.list("/etc/network/interfaces.d").found();
        !folder.is_some_and(|folder| folder.complete && folder.names.is_empty())
    };
    let mut texts = texts.into_iter();
    !(interfaces.lines().any(is_source) && has_parts())
        && texts.all(|text| text.lines().all(|line| unread(line).is_none()))
}

#[cfg(test)]
mod tests;
