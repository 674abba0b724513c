//! Suggested devices at the end of a message.

use std::collections::BTreeSet;

use pci_core::Address;

use super::kind::DeviceKind;
use super::words;
use crate::host::{Device, Host};
use crate::text::{Text, plural, text};

/// Maximum number of devices in a message.
const MOST: usize = 8;

/// Maximum number of devices suggested for a word without a match.
const SUGGESTED: usize = 3;

/// Maximum number of pieces of a word that are searched in each name.
const MOST_PIECES: usize = 16;

/// The first slots that match, each with the name of its first function.
pub(super) fn candidates(host: &Host, found: &[&Device]) -> Vec<String> {
    let mut slots = BTreeSet::new();
    let each_slot = found
        .iter()
        .filter(|device| slots.insert(device.address.slot()));
    let line = |device: &&Device| format!("{:#} {}", device.address.slot(), host.name_of(device));
    each_slot.take(MOST).map(line).collect()
}

/// The candidates, a line each, and how many are left out.
pub(super) fn list(candidates: &[String], all: usize) -> Text {
    let list = Text::value(lines(candidates));
    match all.saturating_sub(candidates.len()) {
        0 => list,
        left_out => plural!(
            left_out,
            "{list}\n  and 1 more",
            "{list}\n  and {count} more",
            list
        ),
    }
}

fn lines(items: &[String]) -> String {
    items.iter().map(|line| format!("\n  {line}")).collect()
}

/// Suggestions for a word without a match: a kind with similar spelling, or the devices whose names
/// have most of the words.
pub(super) fn near(host: &Host, word: &str) -> Vec<String> {
    let kinds = DeviceKind::near(word);
    if !kinds.is_empty() {
        return kinds.into_iter().map(str::to_owned).collect();
    }
    let mut pieces = words::pieces(word);
    pieces.truncate(MOST_PIECES);
    let mut slots = BTreeSet::new();
    let mut names = BTreeSet::new();
    let mut near: Vec<(usize, Address, String)> = Vec::new();
    for device in host.devices.values().filter(|device| !device.is_bridge()) {
        let name = host.name_of(device);
        if slots.contains(&device.address.slot()) || names.contains(&name) {
            continue;
        }
        let in_name = words::words(&name);
        let shared = pieces.iter().flatten();
        // A word of letters only, such as a vendor, weighs little compared to the number of a
        // model.
        let weight = |word: &String| {
            let is_number = word.bytes().any(|b| b.is_ascii_digit());
            match (in_name.contains(word), is_number) {
                (true, true) => 3,
                (true, false) => 1,
                (false, _) => 0,
            }
        };
        let weight: usize = shared.map(weight).sum();
        if weight > 0 {
            slots.insert(device.address.slot());
            near.push((weight, device.address, name.clone()));
        }
        names.insert(name);
    }
    near.sort_by_key(|(weight, address, _)| (usize::MAX - weight, *address));
    let best = near.first().map_or(0, |(weight, ..)| *weight);
    let near = near.into_iter().filter(|(weight, ..)| *weight == best);
    near.take(SUGGESTED)
        .map(|(_, address, name)| format!("{address:#} {name}"))
        .collect()
}

/// Suggestions where there are any, else some of the devices that there are.
pub(super) fn or_known(near: &[String], shown: &[Address]) -> Text {
    match near {
        [] => known(shown),
        [one] => text!("did you mean {one}?", one),
        several => text!("did you mean one of these?{list}", list = lines(several)),
    }
}

/// Some of the devices that the input shows.
pub(super) fn known(shown: &[Address]) -> Text {
    if shown.is_empty() {
        text!("it shows no PCI devices")
    } else {
        text!(
            "it shows {functions}, for example (passthru list shows all)",
            functions = shown
        )
    }
}
