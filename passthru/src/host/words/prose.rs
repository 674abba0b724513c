//! The card that a post refers to: by its model ("my GTX 1080 goes to the VM"), or as the only
//! graphics card in addition to an integrated one; by its brand ("my GeForce"), if one card has it.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::addresses_in::addresses_in;
use super::branded::branded;
use super::sentences;
use crate::host::hardware::device::Device;
use crate::host::words::phrases::prose::{
    ASSIGNING, DENYING, GRAPHICS, GUESTS, NEAR_GUEST, TO_GUEST,
};
use crate::host::words::phrases::statements::FOR_HOST;
use crate::input::is_logged;
use crate::prompt::Prompt;

/// The longest line that is a sentence, in bytes.
const LONGEST: usize = 1000;

/// The functions that the texts mean: of one card, or none.
pub(in crate::host) fn meant(
    texts: &[CommandText],
    devices: &BTreeMap<Address, Device>,
) -> Option<Address> {
    let displays: Vec<&Device> = devices
        .values()
        .filter(|device| device.is_display())
        .collect();
    if devices.is_empty() || devices.values().any(|device| device.sysfs.is_some()) {
        return None;
    }
    let mut named: BTreeSet<Address> = BTreeSet::new();
    let mut by_address: BTreeSet<Address> = BTreeSet::new();
    let mut is_about_graphics = false;
    // In sentences about a guest, and in all.
    let mut brands: [BTreeSet<Address>; 2] = Default::default();
    for text in texts {
        for (_, line) in numbered_lines(&text.text) {
            // Listings have IDs in brackets.
            let may_name = line.len() <= LONGEST && line.contains(' ') && !line.contains('[');
            if may_name && !is_logged(line.trim()) && Prompt::read(line).is_none() {
                by_address.extend(named_for_guest(&line.to_lowercase(), devices));
            }
            if !is_sentence(line) {
                continue;
            }
            let line = line.to_lowercase();
            let to_guest = TO_GUEST.iter().any(|words| line.contains(words));
            is_about_graphics |= to_guest && GRAPHICS.iter().any(|words| line.contains(words));
            if to_guest {
                named.extend(named_alone(&line, &displays));
            }
            let near_guest = to_guest || NEAR_GUEST.iter().any(|words| line.contains(words));
            let [of_guest, of_all] = &mut brands;
            if let Some(one) = branded(&line, &displays) {
                of_all.insert(one);
                if near_guest {
                    of_guest.insert(one);
                }
            }
        }
    }
    if let Some(first) = by_address.first() {
        let is_one = by_address.iter().all(|one| one.slot() == first.slot());
        return is_one.then_some(*first);
    }
    let [of_guest, of_all] = &brands;
    let by_brand = match (of_guest.len(), of_all.len()) {
        (1, _) => of_guest.first(),
        (0, 1) if is_about_graphics => of_all.first(),
        _ => None,
    };
    match named.len() {
        0 if by_brand.is_some() => by_brand.copied(),
        0 if is_about_graphics => {
            // An integrated one is on bus 0.
            let mut others = displays.iter().filter(|device| device.address.bus() != 0);
            let first = others.next()?.address;
            others
                .all(|other| other.address.slot() == first.slot())
                .then_some(first)
        }
        1 => named.first().copied(),
        _ => None,
    }
}

/// The only display that a sentence, in lower case, names. One about two is ambiguous, unless a part
/// of it leaves one to the host: `3060 for the vm, gt 710 for the host`.
fn named_alone(line: &str, displays: &[&Device]) -> Option<Address> {
    let in_part = |part: &str| -> Vec<Address> {
        let is_named = |device: &&&Device| {
            is_named_by_unit(part, device) || models(device).iter().any(|model| names(part, model))
        };
        let found = displays.iter().filter(is_named);
        found.map(|device| device.address).collect()
    };
    let mut found = in_part(line);
    let is_of_host = |part: &&str| sentences::clause(part).has(&FOR_HOST);
    if found.len() > 1 && is_of_host(&line) {
        let parts = line.split([',', ';', '，', '；']);
        let of_guest = parts.filter(|part| !is_of_host(part));
        found = of_guest.flat_map(in_part).collect();
    }
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The only function whose address a sentence, in lower case, has for a guest: `i want to pass 02:00.0
/// to vm 100`.
fn named_for_guest(line: &str, devices: &BTreeMap<Address, Device>) -> Option<Address> {
    // Few lines have one.
    let mut named = addresses_in(line);
    let only = named.next()?;
    let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |phrases: &[&str]| words.iter().any(|word| phrases.contains(word));
    if !has(&ASSIGNING) || !has(&GUESTS) || has(&DENYING) {
        return None;
    }
    let is_known = devices.get(&only).is_some_and(|one| !one.is_bridge());
    (is_known && named.all(|other| other == only)).then_some(only)
}

/// The sentence that says that the kernel's command line has `pci=realloc`.
pub(in crate::host) fn reallocates(texts: &[CommandText]) -> Option<Evidence> {
    let is_set = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || "`\"'".contains(c));
        let mut values = words.filter_map(|word| word.strip_prefix("pci="));
        values.any(|value| {
            let value = value.trim_end_matches(['.', ';', ')']);
            value
                .split(',')
                .any(|word| matches!(word, "realloc" | "realloc=on"))
        })
    };
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| {
            line.contains("pci=") && is_sentence(line) && is_set(line) && {
                let line = line.to_lowercase();
                let names = [
                    "command line",
                    "command-line",
                    "cmdline",
                    "kernel parameter",
                ];
                names.iter().any(|name| line.contains(name))
                    && !["try ", "should", " not ", "without"]
                        .iter()
                        .any(|word| line.contains(word))
            }
        })?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

/// Whether the line may be a person's sentence: without an address or an ID, not of a log, and not
/// a command.
pub(in crate::host) fn is_sentence(line: &str) -> bool {
    line.len() <= LONGEST
        && !is_logged(line.trim())
        && Prompt::read(line).is_none()
        && !line.contains("controller [")
        && !line.contains("Device [")
        && addresses_in(line).next().is_none()
        && (line.contains(' ') || !line.is_ascii())
}

/// The numbers of models in the name of a card, in lower case: `2070` with `super` of
/// `TU104 [GeForce RTX 2070 SUPER]`; of several models each.
fn models(device: &Device) -> Vec<(String, Option<String>)> {
    let name = device.source_name.as_deref().unwrap_or_default();
    let Some((_, name)) = name.rsplit_once('[') else {
        return Vec::new();
    };
    let name = name.split(']').next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = name
        .split([' ', '/'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut models = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if digits >= 3 && word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let suffix = words.get(at + 1).filter(|next| SUFFIXES.contains(*next));
            models.push((
                (*word).to_owned(),
                suffix.map(|suffix| (*suffix).to_owned()),
            ));
        }
    }
    models
}

/// Whether the line, in lower case, has FreeBSD's name of the function: `vgapci0`.
fn is_named_by_unit(line: &str, device: &Device) -> bool {
    let shown = device.shown.text.trim_start();
    let Some((unit, _)) = shown.split_once("@pci") else {
        return false;
    };
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
    !unit.is_empty() && words.any(|word| word == unit)
}

/// Words after a number that make it another model.
const SUFFIXES: [&str; 5] = ["ti", "super", "xt", "xtx", "gre"];

/// Whether the line, in lower case, names the model: `rtx 2070 super`, `rtx2070s`, `3060ti`.
fn names(line: &str, (number, suffix): &(String, Option<String>)) -> bool {
    let words: Vec<&str> = line
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().any(|(at, word)| {
        let word = ["rtx", "gtx", "rx", "gt"]
            .iter()
            .find_map(|start| word.strip_prefix(start))
            .unwrap_or(word);
        let Some(rest) = word.strip_prefix(number.as_str()) else {
            return false;
        };
        let next = words
            .get(at + 1)
            .copied()
            .filter(|next| SUFFIXES.contains(next));
        match (rest, suffix) {
            ("", Some(suffix)) => next == Some(suffix),
            ("", None) => next.is_none(),
            (rest, Some(suffix)) => rest == suffix || rest == "s" && suffix == "super",
            (_, None) => false,
        }
    })
}

#[cfg(test)]
mod tests;
