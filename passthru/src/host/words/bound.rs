//! Sentences that say which driver a function is bound to: `30:00.0 is still bound to amdgpu instead
//! of vfio-pci`.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::addresses_in::addresses_in;
use super::sentences;
use crate::host::guests::guest_parts;
use crate::host::model::{Entry, Naming, Source, Value};
use crate::host::words::phrases::bound::{
    AFTER, BEFORE, BEFORE_WITH_ADDRESS, DRIVERS, OF_OUTPUT, TIMES,
};
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONDITION, EXPECTED, FORMER, MODAL, PAST, POSSIBLE, QUESTION, REQUIRED, TIME,
};
use crate::input::is_logged;
use crate::prompt::Prompt;

/// The longest line that is looked at, in bytes.
const LONGEST: usize = 600;

/// The functions of sentences that name a driver, each with the driver. A sentence without an
/// address is about the only card that the text names.
pub(in crate::host) fn read(text: &CommandText, of_guests: &[RangeInclusive<u32>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let lower = |line: &str| line.to_lowercase();
    let is_there = |line: &str| {
        line.contains("bound ")
            || line.contains("ed by")
            || line.contains("gebunden")
            || line.contains("绑定到")
            || line.contains("driver in use")
            || line.contains("isation du ")
            || line.contains("uses ")
            || line.contains("usa el driver")
    };
    if !is_there(&text.text) {
        return entries;
    }
    let mut only: Option<Option<Address>> = None;
    for (number, line) in numbered_lines(&text.text) {
        if line.len() > LONGEST || !is_there(line) || is_logged(line.trim())
            || Prompt::read(line).is_some() && !has_remark(line)
            || guest_parts::has(of_guests, number)
            || line.trim_start().starts_with(['#', '$', '+', '/']) && !has_remark(line)
            // Struck out.
            || line.contains("~~")
        {
            continue;
        }
        let said = lower(&line.replace(['`', '"', '*'], ""));
        for sentence in said.split_inclusive([';', '!', '?', '。']) {
            let sentence = sentence.trim();
            if sentence.ends_with('?') {
                continue;
            }
            for part in sentence.split(". ") {
                let Some(driver) = driver(part) else {
                    continue;
                };
                let here: BTreeSet<Address> = addresses_in(part).collect();
                let mut here = here.into_iter();
                let needs_address = BEFORE_WITH_ADDRESS.iter().any(|words| part.contains(words));
                let address = match (here.next(), here.next()) {
                    (Some(one), None) => Some(one),
                    (None, _) if needs_address => None,
                    (None, _) => *only.get_or_insert_with(|| only_card(&text.text)),
                    (Some(_), Some(_)) => None,
                };
                let Some(address) = address else {
                    continue;
                };
                let shown = Evidence::new(&*text.command, number, line.trim());
                let mut entry = Entry::named(address, Source::Prose, shown, Naming::Subject);
                entry.see(Some(Value::Driver(Some(driver.to_owned()))));
                entries.push(entry);
            }
        }
    }
    entries
}

/// The driver that a sentence in lower case says to be bound.
fn driver(sentence: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut rest = sentences::clause(sentence);
    // `After the reboot it is still`: a state, and not the time of another.
    if rest.has(&["still"]) {
        rest = sentences::clause(&sentence.replace("after", " "));
    }
    let is_open = rest.has_any(&[
        &CONDITION, &CASE, &QUESTION, &TIME, &PAST, &FORMER, &EXPECTED, &REQUIRED, &POSSIBLE,
        &MODAL, &ATTEMPT,
    ]);
    if is_open || rest.has(&OF_OUTPUT) || rest.has(&TIMES) || rest.is_negated() {
        return None;
    }
    let named = |word: &str| DRIVERS.iter().copied().find(|driver| *driver == word);
    let mut before = BEFORE.iter().chain(BEFORE_WITH_ADDRESS.iter());
    let after = before.find_map(|words| {
        let (_, rest) = sentence.split_once(words)?;
        let rest = rest.trim_start_matches([' ', ':']);
        let rest = rest.strip_prefix("the ").unwrap_or(rest);
        named(rest.split(|c: char| !is_part(c)).next()?)
    });
    after.or_else(|| {
        AFTER.iter().find_map(|words| {
            let (before, _) = sentence.split_once(words)?;
            let before = before.trim_end();
            let (rest, word) = before.rsplit_once(' ')?;
            let is_bound = *words != "gebunden" || rest.ends_with(" an") || rest == "an";
            is_bound.then(|| named(word)).flatten()
        })
    })
}

/// Whether a command has its output as a remark: `lspci -k -s 01:00.0 # Kernel driver in use: …`.
fn has_remark(line: &str) -> bool {
    let remark = line.split_once(" # ").map(|(_, remark)| remark);
    remark.is_some_and(|remark| remark.contains("driver in use:"))
}

/// The first function of the only slot that the text names.
pub(super) fn only_card(text: &str) -> Option<Address> {
    let mut first: Option<Address> = None;
    for (_, line) in numbered_lines(text) {
        for address in addresses_in(line) {
            match first {
                Some(known) if known.slot() != address.slot() => return None,
                Some(known) if known <= address => {}
                _ => first = Some(address),
            }
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str) -> Vec<String> {
        let text = CommandText {
            command: "t".to_owned(),
            text: text.to_owned(),
        };
        let entries = read(&text, &[]);
        entries
            .iter()
            .map(|entry| format!("{:#}", entry.address))
            .collect()
    }

    #[test]
    fn a_sentence_names_the_driver_of_a_function() {
        for said in [
            "After the reboot 30:00.0 is still bound to amdgpu instead of vfio-pci.",
            "The card (0000:30:00.0) is bound to `vfio-pci`.",
            "The card 30:00.0 is owned by vfio-pci.",
            "30:00.0 (GPU) is correctly bound to the vfio-pci driver.",
            "PCI 0000:30:00.0: GPU an `vfio-pci` gebunden",
            "The device is at 30:00.0.\nThe GPU is still bound to nouveau.",
            "显卡 30:00.0 已绑定到 vfio-pci",
            "lspci -k -s 30:00.0   # Kernel driver in use: vfio-pci",
            "$ lspci -k -s 30:00.0 # Kernel driver in use: vfio-pci",
            "`lspci -nnk -s 30:00.0` confirme l'utilisation du driver `vfio-pci` sur l'hôte.",
        ] {
            assert_eq!(bound(said), ["30:00.0"], "{said}");
        }
        for open in [
            "30:00.0 is not bound to vfio-pci",
            "30:00.0 should be bound to vfio-pci",
            "Is 30:00.0 already bound to vfio-pci?",
            "After 30:00.0 is bound to vfio-pci, start the guest",
            "~~30:00.0 is still bound to amdgpu~~",
            "If 30:00.0 is bound to nvidia, unbind it",
            "30:00.0 was bound to nvidia",
            "30:00.0 and 31:00.0 are bound to vfio-pci",
            "At 30:00.0 and 31:00.0.\nThe GPU is still bound to nouveau.",
            "30:00.0 is bound to its driver",
            "30:00.0 an vfio-pci nicht gebunden",
            "The GPU is still bound to nouveau.",
            "如果 30:00.0 已绑定到 vfio-pci，就启动虚拟机",
            "请确认 30:00.0 已绑定到 vfio-pci",
            "Falls 30:00.0 an vfio-pci gebunden ist",
            "lspci -k -s 30:00.0   # should show: Kernel driver in use: vfio-pci",
            "lspci -k -s 30:00.0   # expected: Kernel driver in use: vfio-pci",
            "The card is 30:00.0.\nIn the output: Kernel driver in use: vfio-pci",
        ] {
            assert!(bound(open).is_empty(), "{open}");
        }
    }
}
