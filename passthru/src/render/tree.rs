//! What hangs on which bridge, for people.

use std::fmt::Write as _;

use pci_core::Address;

use super::list::{cut, name};
use super::style::Style;
use super::wrap::clean;
use crate::host::Host;

/// The topology of the host, with all its functions or the way to `devices`.
#[must_use]
pub fn tree(host: &Host, devices: &[Address], style: Style) -> String {
    let chosen;
    let topology = if devices.len() == host.devices.len() {
        &host.topology
    } else {
        chosen = host.topology.of(devices);
        &chosen
    };
    let mut text = String::new();
    for line in topology.branches() {
        let Some(address) = line.function else {
            let head = match line.root {
                Some(root) => {
                    let below = root.below.map(|below| format!(" below {below:#}"));
                    format!("bus {}{}", root.bus, below.unwrap_or_default())
                }
                None => "behind what is not shown".to_owned(),
            };
            let _ = writeln!(text, "{}", style.strong(&head));
            continue;
        };
        let what = host.devices.get(&address).map_or_else(
            || "(not listed)".to_owned(),
            |device| {
                let group = host.group_of(address);
                let group = group.map(|group| format!("(group {group}) "));
                format!("{}{}", group.unwrap_or_default(), name(device))
            },
        );
        let entry = format!("{}{address:#} {what}", line.indent);
        let _ = writeln!(text, "{}", cut(&clean(&entry), style.columns));
    }
    if text.is_empty() {
        text.push_str("The input shows no PCI devices.\n");
    }
    text
}
