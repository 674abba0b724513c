//! The topology as SVG: a box for each function, lines from the upstream bridge, colors by IOMMU
//! group.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pci_core::Address;
use pci_core::topology::{Branch, Parent};

use super::super::tree::{not_listed, upstream_unknown};
use super::markup::{escaped, hue};
use crate::alike::{are_alike, folded, more};
use crate::host::{Driver, Host};
use crate::render::wrap::width;
use crate::text::{Language, text};

/// Pixels of a row, of a level, and of the drawing.
const ROW: usize = 30;
const LEVEL: usize = 24;
const WIDTH: usize = 960;
/// Levels that are nested; deeper ones are below each other.
const DEEPEST: usize = 14;
/// Pixels of a character of the drawing's font, about.
const CHARACTER: usize = 7;
/// Where the column of groups starts, and that of drivers.
const GROUP: usize = 680;
const DRIVER: usize = 780;

/// The drawing; `chosen` are the functions that the page is about.
pub(super) fn topology(host: &Host, chosen: &[Address], language: Language) -> String {
    let branches = host.topology.branches();
    if branches.is_empty() {
        let none = language.say(&text!("No PCI devices are in the input."));
        return format!("<p>{}</p>\n", escaped(&none));
    }
    let chosen: BTreeSet<Address> = chosen.iter().copied().collect();
    let is_leaf = |address| host.topology.children(Parent::Bridge(address)).is_empty();
    let alike = |one: &Branch, other: &Branch| match (one.function, other.function) {
        (Some(one), Some(other)) => are_alike(host, one, other) && is_leaf(one) && is_leaf(other),
        _ => false,
    };
    // One row for the text about each branch, and one for similar ones.
    let mut lines: Vec<(&Branch, &[Branch])> = Vec::new();
    for (line, rest) in folded(&branches, alike) {
        lines.push((line, &[]));
        lines.extend(rest.last().map(|last| (last, rest)));
    }
    let height = lines.len() * ROW + 8;
    let mut text = format!(
        "<svg class=\"topology\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"{}\">\n",
        escaped(&language.say(&text!("Topology of the PCI functions")))
    );
    // The middle of the last row of each level.
    let mut above: Vec<usize> = Vec::new();
    for (row, (line, rest)) in lines.iter().enumerate() {
        // Three characters of lines before it for each level.
        let depth = (line.indent.chars().count() / 3).min(DEEPEST);
        let top = row * ROW + 4;
        let middle = top + (ROW - 6) / 2;
        above.truncate(depth);
        if let Some(parent) = depth.checked_sub(1).and_then(|level| above.get(level)) {
            let x = (depth - 1) * LEVEL + 12;
            let start = parent + (ROW - 6) / 2;
            let _ = writeln!(
                text,
                "<path class=\"line\" d=\"M{x} {start}V{middle}H{}\"/>",
                depth * LEVEL + 4
            );
        }
        above.resize(depth, middle);
        above.push(middle);
        let left = depth * LEVEL + 4;
        match line.function {
            Some(_) if !rest.is_empty() => {
                let functions: Vec<Address> =
                    rest.iter().filter_map(|line| line.function).collect();
                let _ = writeln!(
                    text,
                    "<text class=\"more\" x=\"{left}\" y=\"{}\">{}</text>",
                    top + 16,
                    escaped(&language.say(&more(host, &functions)))
                );
            }
            Some(address) => {
                function(&mut text, host, address, &chosen, (left, top), language);
            }
            None => {
                let head = line.root.map_or_else(
                    || language.say(&upstream_unknown()),
                    |root| language.say(&text!("bus {bus}", bus = root.bus.to_string())),
                );
                let _ = writeln!(
                    text,
                    "<text class=\"bus\" x=\"{left}\" y=\"{}\">{}</text>",
                    top + 16,
                    escaped(&head)
                );
            }
        }
    }
    text.push_str("</svg>\n");
    text
}

fn function(
    text: &mut String,
    host: &Host,
    address: Address,
    chosen: &BTreeSet<Address>,
    (left, top): (usize, usize),
    language: Language,
) {
    let device = host.devices.get(&address);
    let group = host.group_of(address);
    let mut class = String::from("box");
    if device.is_some_and(|device| device.is_bridge()) {
        class.push_str(" bridge");
    }
    if chosen.contains(&address) {
        class.push_str(" chosen");
    }
    let style = group.map(|group| format!(" style=\"--hue:{}\"", hue(group)));
    let style = style.unwrap_or_default();
    if group.is_some() {
        class.push_str(" grouped");
    }
    let name = device.map_or_else(
        || language.say(&not_listed()),
        |device| host.name_of(device),
    );
    let room = (GROUP - left - 100) / CHARACTER;
    let _ = writeln!(
        text,
        "<g><title>{}</title><rect class=\"{class}\"{style} x=\"{left}\" y=\"{top}\" width=\"{}\" \
         height=\"{}\" rx=\"4\"/><text x=\"{}\" y=\"{}\"><tspan class=\"address\">{address:#}\
         </tspan> {}</text>",
        escaped(&name),
        GROUP - left - 12,
        ROW - 6,
        left + 8,
        top + 16,
        escaped(&cut(&name, room)),
    );
    if let Some(group) = group {
        let _ = writeln!(
            text,
            "<rect class=\"pill\"{style} x=\"{GROUP}\" y=\"{top}\" width=\"88\" height=\"{}\" \
             rx=\"12\"/><text class=\"middle\" x=\"{}\" y=\"{}\">{}</text>",
            ROW - 6,
            GROUP + 44,
            top + 16,
            escaped(&language.say(&text!("group {group}", group))),
        );
    }
    let driver = match device.map(|device| &device.driver) {
        Some(Driver::Bound(driver)) => driver.value.clone(),
        Some(Driver::Unbound(_)) => language.say(&text!("no driver")),
        Some(Driver::NotShown) | None => language.say(&text!("driver not in the input")),
    };
    let known = device.is_some_and(|device| device.driver.name().is_some());
    let _ = writeln!(
        text,
        "<text class=\"{}\" x=\"{DRIVER}\" y=\"{}\">{}</text></g>",
        if known { "driver" } else { "driver faint" },
        top + 16,
        escaped(&cut(&driver, (WIDTH - DRIVER) / CHARACTER)),
    );
}

/// `text` in so many columns.
fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if width(&short) + 2 > columns {
            break;
        }
        short.push(c);
    }
    short.push('…');
    short
}
