//! The selected functions, with all that is known of each.

use std::fmt::Write as _;

use pci_core::Address;

use super::super::drawing::icon_of;
use super::super::list::{detail_rows, name};
use super::super::markup::escaped;
use crate::host::Host;
use crate::text::Language;

pub(super) fn cards(host: &Host, chosen: &[Address], language: Language) -> String {
    let mut text = String::new();
    for device in chosen
        .iter()
        .filter_map(|address| host.devices.get(address))
    {
        let _ = write!(
            text,
            "<article class=\"card\"><h3>{} {} <code>{:#}</code></h3>\n<dl>",
            icon_of(host, device),
            escaped(&name(host, device)),
            device.address
        );
        // The heading has the address.
        for (label, value) in detail_rows(host, device).iter().skip(1) {
            let _ = writeln!(
                text,
                "<dt>{}</dt><dd>{}</dd>",
                escaped(&language.say(label)),
                escaped(&language.say(value))
            );
        }
        text.push_str("</dl></article>\n");
    }
    text
}
