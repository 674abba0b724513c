//! The table of `lshw -businfo`.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::names;
use super::node::LshwNode;
use crate::listing::ListedFunction;
use crate::listing::lines::{Line, lines};

/// lshw's classes of nodes (lshw(1), `-class`).
const CLASSES: [&str; 18] = [
    "system",
    "bridge",
    "memory",
    "processor",
    "address",
    "storage",
    "disk",
    "tape",
    "bus",
    "network",
    "display",
    "input",
    "printer",
    "multimedia",
    "communication",
    "power",
    "volume",
    "generic",
];

pub(super) fn parse(text: &str) -> Vec<LshwNode> {
    lines(text).filter_map(row).collect()
}

/// `pci@0000:01:00.0  /dev/fb0  display  GA104 [GeForce RTX 3070]`.
fn row(line: Line<'_>) -> Option<LshwNode> {
    let (address, rest) = line.text.strip_prefix("pci@")?.split_once(' ')?;
    let function = ListedFunction::new(line.located(address.parse().ok()?));
    let mut node = LshwNode {
        function,
        class: None,
        logical_names: Vec::new(),
    };
    let (first, rest) = word(rest);
    let (class, description) = if CLASSES.contains(&first) {
        (first, rest)
    } else {
        let (second, rest) = word(rest);
        if !CLASSES.contains(&second) {
            return None;
        }
        node.logical_names.push(first.to_owned());
        (second, rest)
    };
    node.class = Some(class.to_owned());
    let (name, id) = names::product(description.trim());
    if let Some(id) = id {
        node.function.set_id(line.located(id));
    }
    node.function.name = Some(name.to_owned()).filter(|name| !name.is_empty());
    Some(node)
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}
