//! The names of network interfaces that the host's files rely on.

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};

use super::ip_link;
use crate::host::fact::Fact;

/// ifupdown's file (interfaces(5)).
pub(crate) const INTERFACES: &str = "/etc/network/interfaces";
const LINKS: [&str; 2] = ["/etc/systemd/network", "/usr/local/lib/systemd/network"];

/// A port of a bridge, by the name of its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct BridgePort {
    /// The bridge: `vmbr0`.
    pub bridge: String,
    /// The interface: `enp5s0`.
    pub port: String,
}

/// Names of network interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct NetworkNames {
    /// The ports of bridges, as `/etc/network/interfaces` names them.
    pub ports: Vec<Fact<BridgePort>>,
    /// The interfaces that there are; `None` where the input does not show all.
    pub interfaces: Option<Vec<String>>,
    /// Names that a `.link` file of systemd fixes.
    pub fixed: Vec<String>,
}

impl NetworkNames {
    pub(in crate::host) fn read(tree: &dyn HostTree, texts: &[CommandText]) -> Self {
        let mut names = Self::default();
        if let Some(text) = tree.read_text(INTERFACES).found() {
            let mut bridge = "";
            for (number, line) in numbered_lines(&text) {
                let mut words = line.split_ascii_whitespace();
                match words.next() {
                    Some("iface") => bridge = words.next().unwrap_or_default(),
                    Some("bridge-ports" | "bridge_ports") => {
                        for port in words.filter(|port| *port != "none") {
                            let port = BridgePort {
                                bridge: bridge.to_owned(),
                                port: port.to_owned(),
                            };
                            let evidence = Evidence::new(INTERFACES, number, line.trim());
                            names.ports.push(Fact::new(port, evidence));
                        }
                    }
                    _ => {}
                }
            }
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
            if let Some("bridge-ports" | "bridge_ports") = word {
                kept.push_str(line);
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

#[cfg(test)]
mod tests;
