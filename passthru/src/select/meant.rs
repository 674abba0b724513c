//! Suggested devices at the end of a message.

use std::collections::BTreeSet;

use list_order::{Inserts as _, Order as _};
use pci_core::Address;

use super::kind::DeviceKind;
use super::words;
use crate::host::{Device, Host};
use crate::text::{Text, text};
use crate::typos;

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

/// The lines below a sentence, and how many are left out.
pub(super) fn lines(lines: &[String], all: usize) -> Text {
    let none = Text::of_table("");
    let list = lines.iter();
    let list = list.fold(none, |list, line| text!("{list}\n  {line}", list, line));
    match all.saturating_sub(lines.len()) {
        0 => list,
        more => text!("{list}\n  and {more} more", list, more),
    }
}

/// Suggestions for a word without a match: a kind with similar spelling, or the devices whose names
/// have most of the words.
pub(super) fn near(host: &Host, word: &str) -> Vec<String> {
    let kinds = DeviceKind::near(word);
    if DeviceKind::of_word(word).is_some() {
        return Vec::new();
    }
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
    if near.is_empty() {
        return misspelled(&pieces, &names);
    }
    near.order_by_key(|(weight, address, _)| (usize::MAX - weight, *address));
    let best = near.first().map_or(0, |(weight, ..)| *weight);
    let near = near.into_iter().filter(|(weight, ..)| *weight == best);
    near.take(SUGGESTED)
        .map(|(_, address, name)| format!("{address:#} {name}"))
        .collect()
}

/// Words of the names that differ from a typed one by few letters.
fn misspelled(pieces: &[Vec<String>], names: &BTreeSet<String>) -> Vec<String> {
    let known: BTreeSet<String> = names.iter().flat_map(|name| words::words(name)).into_set();
    let typed = pieces.iter().flatten();
    let typed = typed.filter(|word| word.len() > 3);
    let near = typed.flat_map(|word| typos::similar(word, known.iter().map(String::as_str)));
    near.take(SUGGESTED).map(str::to_owned).collect()
}
