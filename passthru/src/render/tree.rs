//! The PCI tree, for people.

use std::fmt::Write as _;

use pci_core::Address;
use pci_core::topology::{Branch, Parent};

use super::list::{cut, name, no_devices};
use super::style::Style;
use super::wrap::clean;
use crate::alike::{are_alike, folded, more};
use crate::host::Host;
use crate::text::{Text, text};

/// The head of functions whose upstream bridge is not in the input.
pub(super) fn upstream_unknown() -> Text {
    text!("upstream bridge not in the input")
}

/// The name of a function that only the topology names.
pub(super) fn not_listed() -> Text {
    text!("(not listed)")
}

/// The topology of the host, with all its functions or the path to `devices`. Many equal functions
/// are two lines: the first of them, and the number of the others.
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
    let lines = topology.branches();
    let is_leaf = |address| topology.children(Parent::Bridge(address)).is_empty();
    let alike = |one: &Branch, other: &Branch| match (one.function, other.function) {
        (Some(one), Some(other)) => are_alike(host, one, other) && is_leaf(one) && is_leaf(other),
        _ => false,
    };
    for (line, rest) in folded(&lines, alike) {
        let Some(address) = line.function else {
            let head = match line.root {
                Some(root) => match root.below {
                    Some(below) => text!(
                        "bus {bus} of {bridge}",
                        bus = root.bus.to_string(),
                        bridge = below
                    ),
                    None => text!("bus {bus}", bus = root.bus.to_string()),
                },
                None => upstream_unknown(),
            };
            let _ = writeln!(text, "{}", style.heading(&head));
            continue;
        };
        let what = host.devices.get(&address).map_or_else(
            || style.say(&not_listed()),
            |device| {
                let group = host.group_of(address);
                let name = name(host, device);
                match group {
                    Some(group) => style.say(&text!("(group {group}) {name}", group, name)),
                    None => name,
                }
            },
        );
        let entry = format!("{}{address:#} {what}", line.indent);
        let _ = writeln!(text, "{}", cut(&clean(&entry), style.table));
        if let Some(last) = rest.last() {
            let functions: Vec<Address> = rest.iter().filter_map(|line| line.function).collect();
            let entry = format!("{}{}", last.indent, style.say(&more(host, &functions)));
            let _ = writeln!(text, "{}", cut(&clean(&entry), style.table));
        }
    }
    if text.is_empty() {
        text = no_devices(style);
    }
    text
}
