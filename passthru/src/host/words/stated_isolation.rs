//! Sentences that state the isolation of a host: a device alone in its IOMMU group, IOMMU groups
//! that were counted.

use std::collections::BTreeMap;

use host_tree::{CommandText, Evidence};
use iommu::{Completeness, groups_of_functions};
use pci_core::{Address, Slot};

use super::addresses_in::addresses_in;
use super::bound::only_card;
use super::sentences::{self, Clause, Posts, Sentence};
use crate::host::hardware::device::Device;
use crate::host::words::phrases::Phrases;
use crate::host::words::phrases::isolation::{
    ALONE, ALONE_ELSEWHERE, CHANGES, EMULATED, FEARS, GROUPS, NUMBERED, OF_GUEST, OTHER_MEMBERS,
    SHARED, SHARED_ELSEWHERE, WORKS,
};
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONDITION, EXPECTED, FORMER, GUESS, HOPE, MODAL, PAST, POSSIBLE, QUESTION,
    READER, REQUIRED, SEVERAL, TIME,
};

/// Isolation that sentences state.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatedIsolation {
    /// Devices that are alone in their groups, by their slots where the text has them.
    pub(crate) alone: BTreeMap<Option<Slot>, Evidence>,
    /// A device shares its group with other devices.
    pub(crate) shared: Option<Evidence>,
    /// Members of unknown classes in the group of a slot.
    pub(crate) unknown: Option<(Slot, Vec<Address>, Evidence)>,
    /// The host has IOMMU groups.
    pub(crate) groups: Option<Evidence>,
    /// The number of the device's group.
    pub(crate) number: Option<Evidence>,
    /// The IOMMU is in use, by a sentence that says so of the host's.
    pub(crate) in_use: Option<Evidence>,
}

impl StatedIsolation {
    /// The sentence that says so of a device of the slot.
    pub(crate) fn alone_of(&self, slot: Slot) -> Option<&Evidence> {
        self.alone.get(&Some(slot))
    }

    /// A sentence that only an enabled IOMMU makes true.
    pub(crate) fn needs_iommu(&self) -> Option<&Evidence> {
        let alone = self.alone.values().next();
        let shared = self.shared.as_ref();
        alone
            .or(shared)
            .or(self.groups.as_ref())
            .or(self.number.as_ref())
            .or(self.in_use.as_ref())
    }
}

/// The isolation that the texts state, in sentences or in lists of groups without numbers.
pub(in crate::host) fn read(
    posts: &Posts<'_>,
    texts: &[CommandText],
    devices: &BTreeMap<Address, Device>,
) -> StatedIsolation {
    let mut stated = StatedIsolation::default();
    for text in texts {
        for group in groups_of_functions(&text.text) {
            let shown = Evidence::new(&*text.command, group.line, group.text.trim());
            let slot = group.function.slot();
            // Of a card that is no display a third function is another port or controller.
            let is_display = devices.get(&group.function).is_some_and(Device::is_display);
            let is_other = |one: &&Address| {
                let is_further = !is_display && one.function() > 1;
                one.slot() != slot || is_further && !devices.contains_key(*one)
            };
            let others = || group.members.iter().filter(is_other);
            let is = |one: &Address, is_bridge| {
                let device = devices.get(one).filter(|one| one.class.is_some());
                device.is_some_and(|one| one.is_bridge() == is_bridge)
            };
            let is_whole = group.completeness == Completeness::Whole;
            if is_whole && others().all(|one| is(one, true)) {
                stated.alone.entry(Some(slot)).or_insert(shown);
            } else if others().any(|one| is(one, false)) {
                stated.shared.get_or_insert(shown);
            } else if !is_whole {
                stated.groups.get_or_insert(shown);
            } else {
                let unknown = others().copied().filter(|one| !is(one, true)).collect();
                stated.unknown.get_or_insert((slot, unknown, shown.clone()));
                stated.groups.get_or_insert(shown);
            }
        }
    }
    for (text, sentences) in posts.texts() {
        for sentence in sentences {
            if sentence.is_question || sentence.is_title {
                continue;
            }
            if stated.alone.is_empty() && says_alone(sentence) {
                let slot = addresses_in(&sentence.whole.text).next();
                let slot = slot.or_else(|| only_card(&text.text));
                let slot = slot.map(|one| one.slot());
                stated.alone.insert(slot, sentence.shown.clone());
            }
            if stated.shared.is_none() && sentence.is_in_passthrough_text && says_shared(sentence) {
                stated.shared = Some(sentence.shown.clone());
            }
            if stated.groups.is_none() && says_iommu_works(sentence) {
                stated.groups = Some(sentence.shown.clone());
            }
            if stated.in_use.is_none() && says_in_use(sentence) {
                stated.in_use = Some(sentence.shown.clone());
            }
            if stated.number.is_none() && names_group(sentence) {
                stated.number = Some(sentence.shown.clone());
            }
        }
    }
    stated
}

/// Classes of words with which a clause states no isolation of the host.
static OPEN: [&Phrases; 14] = [
    &CONDITION, &CASE, &QUESTION, &TIME, &PAST, &FORMER, &EXPECTED, &REQUIRED, &POSSIBLE, &MODAL,
    &GUESS, &HOPE, &READER, &SEVERAL,
];

/// Whether a clause says so as a statement.
fn says(sentence: &Sentence, says: impl Fn(&Clause) -> bool) -> bool {
    let stated = sentence.clauses.iter().filter(|clause| says(clause));
    let stated: Vec<&Clause> = stated.collect();
    if stated.is_empty() {
        return false;
    }
    let is_open = |clause: &Clause| {
        clause.has_any(&OPEN)
            || clause.has_any(&[&ATTEMPT, &CHANGES, &FEARS])
            || clause.is_negated()
    };
    // A script without blanks has its conditions in another clause of the sentence.
    if sentence.whole.is_without_blanks() && is_open(&sentence.whole) {
        return false;
    }
    let first = sentence.clauses.first();
    let first = first.and_then(|clause| clause.words().first().map(|word| sentences::clause(word)));
    let starts_open =
        first.is_some_and(|word| word.has_any(&[&CONDITION, &CASE, &TIME, &REQUIRED]));
    !starts_open && stated.into_iter().any(|clause| !is_open(clause))
}

fn says_alone(sentence: &Sentence) -> bool {
    says(sentence, |clause| {
        let has = |words: &[&str]| words.iter().any(|word| clause.text.contains(word));
        clause.has(&ALONE) || has(&ALONE_ELSEWHERE)
    })
}

fn says_shared(sentence: &Sentence) -> bool {
    says(sentence, |clause| {
        let has = |words: &[&str]| words.iter().any(|word| clause.text.contains(word));
        (clause.has(&SHARED) || has(&SHARED_ELSEWHERE)) && clause.has(&OTHER_MEMBERS)
    })
}

/// `IOMMU グループ 66 個`, with a number above zero after the words.
fn counts_after(clause: &Clause) -> bool {
    let rest = ["iommu グループ", "iommuグループ"].iter();
    let mut rest = rest.filter_map(|words| Some(clause.text.split_once(words)?.1.trim_start()));
    rest.any(|rest| {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(end).unwrap_or_default();
        let is_count = after.trim_start().starts_with('個');
        is_count && number.parse().is_ok_and(|number: u32| number > 0)
    })
}

/// Whether the sentence has the number of a group: `IOMMU group: 14`. Guides name numbers of others.
fn names_group(sentence: &Sentence) -> bool {
    let text = &sentence.whole.text;
    let is_number = |rest: &str| {
        let rest = rest.trim_start_matches([' ', ':', '=', '#', '\t', '|', '：']);
        // `IOMMU Group * 01:00.0` of a script that found no group: a function is no number.
        let word = rest.split([' ', '\t']).next().unwrap_or_default();
        if word.parse::<Address>().is_ok() {
            return false;
        }
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(end).unwrap_or_default();
        // `IOMMU グループ 66 個` counts groups.
        let is_release = behind
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        (1..4).contains(&number.len())
            && !is_release
            && !behind.trim_start().starts_with(['個', 'x'])
    };
    let mut named = NUMBERED.iter().filter_map(|words| text.split_once(words));
    let guides = [
        "for example",
        "example",
        "e.g",
        "such as",
        "z.b",
        "par exemple",
        "例如",
        "比如",
        "noiommu",
        "no-iommu",
    ];
    let is_open = |clause: &Clause| clause.has_any(&OPEN) || clause.has(&guides);
    let is_stated = !is_open(&sentence.whole) && !sentence.whole.is_negated();
    is_stated && named.any(|(_, rest)| is_number(rest))
}

/// Whether the sentence counts IOMMU groups, which only an IOMMU in use makes: `30 IOMMU groups`; or
/// says that the IOMMU is in use.
fn says_iommu_works(sentence: &Sentence) -> bool {
    says(sentence, |clause| {
        names_iommu_in_use(clause)
            || counts_after(clause)
            || clause.up_to(&GROUPS).is_some_and(|before| {
                let words = before.words();
                let number = words.last().and_then(|word| word.parse::<u32>().ok());
                number.is_some_and(|number| (1..1000).contains(&number))
            })
    })
}

/// Whether a clause says so as a statement; in a script without blanks the failure may be in another
/// clause of the sentence: `IOMMU已开启，虚拟机无法启动`.
fn says_in_use(sentence: &Sentence) -> bool {
    let is_open = |clause: &Clause| {
        clause.has_any(&OPEN)
            || clause.has_any(&[&ATTEMPT, &CHANGES, &FEARS])
            || clause.is_negated()
    };
    let whole = &sentence.whole;
    let mut clauses = sentence.clauses.iter();
    says(sentence, names_iommu_in_use)
        || whole.is_without_blanks()
            && !whole.has_any(&OPEN)
            && clauses.any(|clause| names_iommu_in_use(clause) && !is_open(clause))
}

/// Whether the clause says that the host's IOMMU is in use. `vIOMMU is enabled` is about a device that
/// the hypervisor emulates.
fn names_iommu_in_use(clause: &Clause) -> bool {
    let text = clause.text.as_str();
    let mut phrases = WORKS.iter().flat_map(|words| text.match_indices(words));
    phrases.any(|(at, words)| {
        let (before, rest) = text.split_at_checked(at).unwrap_or_default();
        let behind = rest.strip_prefix(words).unwrap_or_default();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_emulated = EMULATED
            .iter()
            .any(|word| before.trim_end().ends_with(word));
        let behind = behind.trim_start();
        let is_of_guest = OF_GUEST.iter().any(|words| behind.starts_with(words));
        !before.ends_with(is_part) && !is_emulated && !is_of_guest
    })
}

#[cfg(test)]
mod tests;
