//! The output of lsusb: whether the ports of the USB controllers have a device.

use crate::host::words::phrases::symptoms::USB_CONTROLLERS;
use host_tree::{CommandText, Evidence, numbered_lines};

/// Linux's own vendor, of the root hub of each controller (Linux drivers/usb/core/hcd.c).
const ROOT_HUB: &str = "1d6b:";

/// The first line of a listing in which no device is connected to any controller.
pub(in crate::host) fn root_hubs_alone(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let lower = text.text.to_lowercase();
        if !USB_CONTROLLERS.iter().any(|word| lower.contains(word)) {
            return None;
        }
        let lines = numbered_lines(&text.text);
        let mut listed = lines.filter_map(|(number, line)| Some((number, line, id(line)?)));
        let (number, line, _) = listed
            .next()
            .filter(|(_, _, id)| id.starts_with(ROOT_HUB))?;
        let is_alone = listed.all(|(_, _, id)| id.starts_with(ROOT_HUB));
        is_alone.then(|| Evidence::new(&*text.command, number, line.trim()))
    })
}

/// Whether the line is of lsusb.
pub(crate) fn is_line(line: &str) -> bool {
    id(line).is_some()
}

/// `1d6b:0002` of `Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub`.
fn id(line: &str) -> Option<&str> {
    let rest = line
        .trim_start_matches(['>', ' ', '\t'])
        .strip_prefix("Bus ")?;
    let (bus, rest) = rest.split_once(" Device ")?;
    let (device, rest) = rest.split_once(": ID ")?;
    let is_number = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = rest.get(..9)?;
    let is_id = id.bytes().enumerate().all(|(at, byte)| match at {
        4 => byte == b':',
        _ => byte.is_ascii_hexdigit(),
    });
    (is_number(bus) && is_number(device) && is_id).then_some(id)
}

#[cfg(test)]
mod tests;
