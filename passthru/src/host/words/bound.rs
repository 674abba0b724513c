//! Sentences that say which driver a function is bound to: `30:00.0 is still bound to amdgpu instead
//! of vfio-pci`.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use list_order::Inserts as _;
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
                let here: BTreeSet<Address> = addresses_in(part).into_set();
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
mod tests;
