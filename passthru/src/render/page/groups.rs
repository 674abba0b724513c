//! The IOMMU groups, each in its colour.

use std::fmt::Write as _;

use pci_core::Address;

use super::markup::{escaped, hue};
use crate::alike::{self, are_alike, folded};
use crate::host::Host;

/// A group as the page shows it.
struct Shown {
    number: u32,
    is_whole: bool,
    members: Vec<Address>,
}

pub(super) fn groups(host: &Host) -> String {
    let mut text = String::new();
    let groups: Vec<Shown> = host
        .groups
        .iter()
        .map(|(number, _)| Shown {
            number,
            is_whole: host.is_whole_group(number),
            members: host.members(number).map(|(address, _)| address).collect(),
        })
        .collect();
    let alike = |one: &Shown, other: &Shown| match (&*one.members, &*other.members) {
        ([member], [another]) => {
            one.is_whole == other.is_whole && are_alike(host, *member, *another)
        }
        _ => false,
    };
    for (shown, rest) in folded(&groups, alike) {
        let group = shown.number;
        let more = if host.is_whole_group(group) {
            ""
        } else {
            " <small>perhaps more</small>"
        };
        let _ = write!(
            text,
            "<section class=\"group\" style=\"--hue:{}\"><h3>Group {group}{more}</h3><ul>",
            hue(group)
        );
        for (address, like_it) in folded(&shown.members, |one, other| are_alike(host, *one, *other))
        {
            let name = host
                .devices
                .get(address)
                .map_or_else(|| "(not shown)".to_owned(), |device| device.name());
            let _ = write!(text, "<li><b>{address:#}</b> {}</li>", escaped(&name));
            if !like_it.is_empty() {
                let _ = write!(text, "<li>{}</li>", escaped(&alike::more(host, like_it)));
            }
        }
        text.push_str("</ul></section>\n");
        if let Some(last) = rest.last() {
            let members: Vec<Address> = rest
                .iter()
                .flat_map(|group| group.members.clone())
                .collect();
            let _ = writeln!(
                text,
                "<section class=\"group\"><h3>{} more groups up to {}{more}</h3><ul><li>one each of \
                 {}</li></ul></section>",
                rest.len(),
                last.number,
                escaped(&alike::more(host, &members))
            );
        }
    }
    if text.is_empty() {
        let what = if host.iommu_is_off() {
            "There are no IOMMU groups: no IOMMU is at work."
        } else {
            "The input shows no IOMMU groups."
        };
        return format!("<p>{what}</p>\n");
    }
    format!("<div class=\"groups\">\n{text}</div>\n")
}
