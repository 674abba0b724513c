//! Lines that people type for a device: `65:00.0 VGA [RTX A5500] [10de:2233]`, `GPU at 01:00.0
//! (10de:2204)`.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use list_order::Inserts as _;
use pci_core::{Address, PciId};

use super::addresses_in::addresses_in;
use crate::host::fact::Fact;
use crate::host::guests::guest_parts;
use crate::host::model::{Entry, Naming, Source, Value};
use crate::host::words::class_words::class;
use crate::host::words::phrases::typed_devices::{NAMING, OTHERS};
use crate::input::is_logged;
use crate::prompt::Prompt;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 300;

/// The functions with their IDs, each of a line with one function and one ID.
pub(in crate::host) fn read(text: &CommandText, of_guests: &[RangeInclusive<u32>]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (number, line) in numbered_lines(&text.text) {
        let (head, driver) = head_and_driver(line);
        let Some(id) = only_id(head) else {
            continue;
        };
        let lower = head.to_ascii_lowercase();
        if OTHERS.iter().any(|word| lower.contains(word))
            || is_logged(line.trim())
            || Prompt::read(line).is_some()
            || guest_parts::has(of_guests, number)
        {
            continue;
        }
        let here: BTreeSet<Address> = addresses_in(line).into_set();
        let mut here = here.into_iter();
        if let (Some(address), None) = (here.next(), here.next()) {
            let shown = Evidence::new(&*text.command, number, line.trim());
            let mut entry = Entry::named(address, Source::Prose, shown, Naming::Subject);
            entry.see(Some(Value::Id(id)));
            if let Some(driver) = driver {
                entry.see(Some(Value::Driver(Some(driver.to_owned()))));
                if let Some(class) = class(&lower) {
                    entry.suppose(Value::Class(class), None);
                }
            }
            entries.push(entry);
        }
    }
    entries
}

/// The lines of `lspci -k` for one function in one: `65:00.2 USB controller [10de:1ada] Kernel driver
/// in use: xhci_hcd`, as the text before the driver, and the driver. Other lines as they are.
fn head_and_driver(line: &str) -> (&str, Option<&str>) {
    let listed = line
        .split_once("Kernel driver in use: ")
        .and_then(|(head, after)| {
            let start = head.split_ascii_whitespace().next()?;
            let driver = after.split_ascii_whitespace().next()?;
            start.parse::<Address>().ok().map(|_| (head, Some(driver)))
        });
    listed.unwrap_or((line, None))
}

/// The functions that sentences name as the card in question, each alone in its line: `This is PCI
/// device 0000:01:00.0.`
pub(in crate::host) fn named(texts: &[CommandText]) -> Vec<Fact<Address>> {
    let mut found = Vec::new();
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            let lower = line.to_ascii_lowercase();
            let is_named = line.len() <= LONGEST
                && NAMING.iter().any(|words| lower.contains(words))
                && !OTHERS.iter().any(|word| lower.contains(word))
                && !is_logged(line.trim())
                && Prompt::read(line).is_none();
            if !is_named {
                continue;
            }
            let here: BTreeSet<Address> = addresses_in(line).into_set();
            let mut slots = here.iter().map(|address| address.slot());
            let first = slots.next();
            // The functions of one card: `PCI address: 65:00.0 (GPU) + 65:00.1 (audio)`.
            let is_card = slots.all(|slot| Some(slot) == first);
            if let Some(address) = here.first().filter(|_| is_card) {
                let shown = Evidence::new(&*text.command, number, line.trim());
                found.push(Fact::new(*address, shown));
            }
        }
    }
    found
}

/// The only ID of a line, `10de:2233`.
fn only_id(line: &str) -> Option<PciId> {
    if line.len() > LONGEST {
        return None;
    }
    let mut only = None;
    for (colon, _) in line.match_indices(':') {
        let id = colon.checked_sub(4).and_then(|start| id_at(line, start));
        if let Some(id) = id
            && *only.get_or_insert(id) != id
        {
            return None;
        }
    }
    only
}

/// The ID that starts at `start`, as a word of its own; a point or a colon may end the sentence.
fn id_at(line: &str, start: usize) -> Option<PciId> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_');
    let end = start + "10de:2233".len();
    let (before, id, after) = (line.get(..start)?, line.get(start..end)?, line.get(end..)?);
    if before.ends_with(is_part) || after.trim_start_matches([':', '.']).starts_with(is_part) {
        return None;
    }
    id.parse().ok()
}

#[cfg(test)]
mod tests;
