//! The IOMMU groups with several endpoints, and the number of the others.

use std::fmt::Write as _;

use list_order::Order as _;
use pci_core::Address;

use super::super::drawing::icon_of;
use super::super::list::{name, no_groups, not_shown};
use super::super::markup::{escaped, hue};
use crate::alike::{self, are_alike, folded};
use crate::host::Host;
use crate::text::{Language, Text, plural, text};

/// Cards for groups with several endpoints, those of `chosen` functions first.
pub(super) fn groups(host: &Host, chosen: &[Address], language: Language) -> String {
    let say = |text: &Text| escaped(&language.say(text)).into_owned();
    let (mut text, mut alone, mut maybe_alone) = (String::new(), 0, 0);
    let mut all: Vec<(bool, u32, Vec<Address>)> = host
        .groups
        .iter()
        .map(|(number, _)| {
            let members: Vec<Address> = host.members(number).map(|(address, _)| address).collect();
            let has_chosen = members.iter().any(|address| chosen.contains(address));
            (!has_chosen, number, members)
        })
        .collect();
    all.order();
    for (_, number, members) in &all {
        let is_endpoint = |address: &&Address| {
            let device = host.devices.get(address);
            device.is_none_or(|device| !device.is_bridge())
        };
        let is_complete = host.is_complete_group(*number);
        if members.iter().filter(is_endpoint).count() < 2 {
            *(if is_complete {
                &mut alone
            } else {
                &mut maybe_alone
            }) += 1;
            continue;
        }
        let note = if is_complete {
            String::new()
        } else {
            format!(" <small>{}</small>", say(&text!("list may be incomplete")))
        };
        let title = say(&text!("Group {group}", group = *number));
        let _ = write!(
            text,
            "<section class=\"group\" style=\"--hue:{}\"><h3>{title}{note}</h3><ul>",
            hue(*number),
        );
        for (address, like_it) in folded(members, |one, other| are_alike(host, *one, *other)) {
            let device = host.devices.get(address);
            let name = device.map_or_else(|| language.say(&not_shown()), |one| name(host, one));
            let icon = device
                .map(|device| icon_of(host, device))
                .unwrap_or_default();
            let _ = write!(
                text,
                "<li><b>{address:#}</b>{icon}<span>{}</span></li>",
                escaped(&name)
            );
            if !like_it.is_empty() {
                let _ = write!(
                    text,
                    "<li class=\"more\">{}</li>",
                    say(&alike::more(host, like_it))
                );
            }
        }
        text.push_str("</ul></section>\n");
    }
    if !text.is_empty() {
        text = format!("<div class=\"groups\">\n{text}</div>\n");
    }
    let has_cards = !text.is_empty();
    let mut others = |count: usize, sentence: Text| {
        if count > 0 {
            let _ = writeln!(text, "<p class=\"why\">{}</p>", say(&sentence));
        }
    };
    if has_cards {
        others(
            alone,
            plural!(
                alone,
                "1 other group has one endpoint or bridges alone.",
                "{count} other groups have one endpoint each, or bridges alone."
            ),
        );
    } else {
        others(
            alone,
            plural!(
                alone,
                "The only group has one endpoint, or bridges alone.",
                "Each of {count} groups has one endpoint, or bridges alone."
            ),
        );
    }
    others(
        maybe_alone,
        plural!(
            maybe_alone,
            "1 group has one endpoint in the input, and its list may be incomplete.",
            "{count} groups have one endpoint each in the input, and their lists may be incomplete."
        ),
    );
    if text.is_empty() {
        let none = if host.iommu_is_off() {
            no_groups()
        } else {
            text!("IOMMU groups are not in the input.")
        };
        return format!("<p>{}</p>\n", say(&none));
    }
    text
}
