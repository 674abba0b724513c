//! Incus in conversions.

use super::emit::{Program, emit};
use super::read::read;
use crate::convert::{Declaration, FirmwareSetting, GuestName, Sign};
use crate::yaml::Node;

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Devices(|document| {
        let devices = document.get("devices").map(Node::entries);
        devices.unwrap_or_default().iter().any(|(_, device)| {
            let kind = device.get("type").and_then(Node::text);
            matches!(kind, Some("gpu" | "pci"))
        })
    })],
    read: Some(|known| read(known.text)),
    firmware: FirmwareSetting::Always,
    guest_name: GuestName::Nearest(nearest, "Incus accepts no dot, and requires a letter first"),
    ..Declaration::machine("incus", "Incus", |vm, _| emit(vm, Program::Incus))
};

fn nearest(name: &str) -> String {
    let plain = name.replace('.', "-");
    let is_number = plain.starts_with(|c: char| c.is_ascii_digit());
    let letter = if is_number { "vm-" } else { "" };
    format!("{letter}{plain}")
}
