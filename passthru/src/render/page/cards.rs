//! The selected functions, with all that is known of each.

use std::fmt::Write as _;

use pci_core::Address;

use super::super::drawing::icon_of;
use super::super::list::{detail_rows, name};
use super::super::markup::escaped;
use crate::alike::more;
use crate::host::Host;
use crate::text::{Language, Text, text};

/// Maximum number of functions with all facts.
const MOST: usize = 16;

/// A card for each function.
pub(super) fn cards(host: &Host, chosen: &[Address], language: Language) -> String {
    let mut text = String::new();
    let (first, rest) = chosen.split_at(chosen.len().min(MOST));
    for device in first.iter().filter_map(|address| host.devices.get(address)) {
        let _ = write!(
            text,
            "<article class=\"card\"><h3>{} {} <code>{:#}</code></h3>\n<dl>",
            icon_of(host, device),
            escaped(&name(host, device)),
            device.address
        );
        let id = device.id.as_ref().map(|id| id.value);
        let vendor = id.and_then(|id| host.names().vendor(id.vendor));
        let mut rows = Vec::new();
        if let (Some(vendor), Some(id)) = (vendor, id) {
            rows.push((text!("vendor"), Text::value(vendor)));
            rows.push((text!("ID"), Text::value(id.to_string())));
        }
        // The heading has address and name.
        rows.extend(detail_rows(host, device).into_iter().skip(2));
        for (label, value) in &rows {
            let _ = writeln!(
                text,
                "<dt>{}</dt><dd>{}</dd>",
                escaped(&language.say(label)),
                escaped(&language.say(value))
            );
        }
        text.push_str("</dl></article>\n");
    }
    if !rest.is_empty() {
        let more = language.say(&more(host, rest));
        let _ = writeln!(text, "<p class=\"more\">{}</p>", escaped(&more));
    }
    text
}
