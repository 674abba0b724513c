//! The IOMMU groups, each with its color.

use std::fmt::Write as _;

use pci_core::Address;

use super::super::list::{no_groups, not_shown};
use super::markup::{escaped, hue};
use crate::alike::{self, are_alike, folded};
use crate::host::Host;
use crate::text::{Language, plural, text};

/// A group as the page shows it.
struct Shown {
    number: u32,
    is_complete: bool,
    members: Vec<Address>,
}

pub(super) fn groups(host: &Host, language: Language) -> String {
    let mut text = String::new();
    let groups: Vec<Shown> = host
        .groups
        .iter()
        .map(|(number, _)| Shown {
            number,
            is_complete: host.is_complete_group(number),
            members: host.members(number).map(|(address, _)| address).collect(),
        })
        .collect();
    let alike = |one: &Shown, other: &Shown| match (&*one.members, &*other.members) {
        ([member], [another]) => {
            one.is_complete == other.is_complete && are_alike(host, *member, *another)
        }
        _ => false,
    };
    for (shown, rest) in folded(&groups, alike) {
        let group = shown.number;
        let more = if host.is_complete_group(group) {
            String::new()
        } else {
            let note = language.say(&text!("list may be incomplete"));
            format!(" <small>{}</small>", escaped(&note))
        };
        let title = language.say(&text!("Group {group}", group));
        let _ = write!(
            text,
            "<section class=\"group\" style=\"--hue:{}\"><h3>{}{more}</h3><ul>",
            hue(group),
            escaped(&title)
        );
        for (address, like_it) in folded(&shown.members, |one, other| are_alike(host, *one, *other))
        {
            let name = host
                .devices
                .get(address)
                .map_or_else(|| language.say(&not_shown()), |device| host.name_of(device));
            let _ = write!(text, "<li><b>{address:#}</b> {}</li>", escaped(&name));
            if !like_it.is_empty() {
                let _ = write!(
                    text,
                    "<li>{}</li>",
                    escaped(&language.say(&alike::more(host, like_it)))
                );
            }
        }
        text.push_str("</ul></section>\n");
        if let Some(last) = rest.last() {
            let members: Vec<Address> = rest
                .iter()
                .flat_map(|group| group.members.clone())
                .collect();
            let title = plural!(
                rest.len(),
                "1 more group up to {last}",
                "{count} more groups up to {last}",
                last = last.number
            );
            let each = text!(
                "one each of {functions}",
                functions = alike::more(host, &members)
            );
            let (title, each) = (language.say(&title), language.say(&each));
            let _ = writeln!(
                text,
                "<section class=\"group\"><h3>{}{more}</h3><ul><li>{}</li></ul></section>",
                escaped(&title),
                escaped(&each)
            );
        }
    }
    if text.is_empty() {
        let none = if host.iommu_is_off() {
            no_groups()
        } else {
            text!("IOMMU groups are not in the input.")
        };
        return format!("<p>{}</p>\n", escaped(&language.say(&none)));
    }
    format!("<div class=\"groups\">\n{text}</div>\n")
}
