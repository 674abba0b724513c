//! The IOMMU groups, each in its colour.

use std::fmt::Write as _;

use super::markup::{escaped, hue};
use crate::host::Host;

pub(super) fn groups(host: &Host) -> String {
    let mut text = String::new();
    for (group, _) in host.groups.iter() {
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
        for (address, _) in host.members(group) {
            let name = host
                .devices
                .get(&address)
                .map_or_else(|| "(not shown)".to_owned(), |device| device.name());
            let _ = write!(text, "<li><b>{address:#}</b> {}</li>", escaped(&name));
        }
        text.push_str("</ul></section>\n");
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
