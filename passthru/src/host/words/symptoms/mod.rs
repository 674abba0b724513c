//! Symptoms that sentences of a post describe: the host freezes, the device works once per boot.

use list_order::Order as _;

mod at_stop;
mod hosts;
mod once;
mod regression;
mod several_words;
mod stops;
#[cfg(test)]
mod tests;
mod traced_hang;

use self::at_stop::{is_not_back, is_of_stop};
pub(super) use self::hosts::is_of_host;
pub(super) use self::once::needs_reboot;
use self::once::{needs_host_reboot, works_once, works_without_driver};
pub(crate) use self::regression::names_release;
use self::regression::{is_regression, worked_before};
use self::several_words::{
    ends_session, fails_with_resizable_bar, hangs_libvirt, is_code_12, pins_memory, takes_disk,
    takes_system,
};
use self::stops::{freezes, reboots, shows_firmware};
use super::sentences::{self, Clause, Posts, Sentence};
use crate::host::fact::Fact;
use crate::host::words::phrases::good_news::ARRIVED;
use crate::host::words::phrases::moods::{
    ABSENCE, CASE, CONDITION, EXPECTED, HOPE, OTHERS, POSSIBLE, READER,
};
use crate::host::words::phrases::symptoms::{
    AT_BOOT, COMMANDS, LISTED_THINGS, NEEDS, NETWORK_LOST, NO_OUTPUTS, NO_PICTURE, OVER,
    PICTURE_BACK, POLITE, PRINTS_NOTHING, STUCK, VANISHES,
};

/// A symptom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Symptom {
    /// The device works for one start of a guest per boot of the host.
    OncePerBoot,
    /// The device works, also again, until a host driver has used it.
    HostDriverFirst,
    /// The host stops responding.
    HostFreezes,
    /// The host reboots.
    HostReboots,
    /// The host stops responding, or reboots, when the guest stops.
    HostFailsAtStop,
    /// The host loses its network.
    HostNetworkLost,
    /// The host's display or console stops when the graphics card is reserved.
    HostDisplayLost,
    /// The host's display does not return when the guest stops.
    HostDisplayNotBack,
    /// The guest shows no picture on the assigned card.
    NoPicture,
    /// Windows reports code 12.
    Code12,
    /// The device disappears from the host or the guest.
    DeviceVanishes,
    /// The host's disk or system goes to the guest with the group.
    HostDiskLost,
    /// The guest's whole memory is allocated.
    MemoryPinned,
    /// An earlier release of a program works.
    Regression,
    /// The guest fails while resizable BAR is enabled.
    ResizableBar,
    /// The controller of the host's system disk is assigned.
    SystemControllerGiven,
    /// libvirt's daemon or a command of it does not end.
    LibvirtHangs,
    /// The guest's start ends the session of the host's desktop.
    SessionEnds,
}

/// The symptoms of the texts, each once.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Fact<Symptom>> {
    let mut found: Vec<Fact<Symptom>> = Vec::new();
    for sentence in posts.sentences() {
        for symptom in of_sentence(sentence) {
            let known = found.iter_mut().find(|known| known.value == symptom);
            match known {
                None => found.push(Fact::new(symptom, sentence.shown.clone())),
                // The sentence that names the release says more.
                Some(known) if symptom == Symptom::Regression => {
                    if names_release(&sentence.shown) && !names_release(&known.evidence) {
                        known.evidence = sentence.shown.clone();
                    }
                }
                Some(_) => {}
            }
        }
    }
    // The state with the earlier release is often the expected one of a form.
    let is_named =
        |fact: &Fact<Symptom>| fact.value == Symptom::Regression && names_release(&fact.evidence);
    if !found.iter().any(is_named)
        && let Some(wish) = posts.wishes().iter().find(|wish| worked_before(wish))
    {
        found.retain(|fact| fact.value != Symptom::Regression);
        found.push(Fact::new(Symptom::Regression, wish.shown.clone()));
    }
    if let Some(remark) = traced_hang::read(posts)
        && found.iter().all(|fact| fact.value != Symptom::LibvirtHangs)
    {
        found.push(Fact::new(Symptom::LibvirtHangs, remark));
    }
    // The release with the correction is known.
    let is_corrected = |sentence: &Sentence| {
        !sentence.is_question
            && !sentence.whole.has_any(&[&CONDITION, &HOPE])
            && sentence.whole.has(&["is resolved in", "is fixed in"])
    };
    if posts.sentences().any(is_corrected) {
        found.retain(|fact| fact.value != Symptom::Regression);
    }
    // The reset works: only a host driver leaves the state in which no guest can use the card.
    let is_without_driver = |sentence: &&Sentence| works_without_driver(sentence);
    let is_once = |fact: &Fact<Symptom>| fact.value == Symptom::OncePerBoot;
    if let Some(sentence) = posts.sentences().find(is_without_driver)
        && (found.iter().any(is_once) || posts.sentences().any(needs_host_reboot))
    {
        found.retain(|fact| !is_once(fact));
        let shown = sentence.shown.clone();
        found.push(Fact::new(Symptom::HostDriverFirst, shown));
    }
    // A card without outputs has no picture of its own.
    let has_no_output = |sentence: &Sentence| sentence.whole.has(&NO_OUTPUTS);
    if posts.sentences().any(has_no_output) {
        found.retain(|fact| fact.value != Symptom::NoPicture);
    }
    // The dark screen of another sentence is the host's, too.
    if found
        .iter()
        .any(|fact| fact.value == Symptom::HostDisplayNotBack)
    {
        found.retain(|fact| fact.value != Symptom::NoPicture);
    }
    found.order_by_key(|fact| fact.value);
    found
}

fn of_sentence(sentence: &Sentence) -> Vec<Symptom> {
    if is_open(sentence) {
        // The expected state, as it was with an earlier release.
        return worked_before(sentence)
            .then_some(Symptom::Regression)
            .into_iter()
            .collect();
    }
    let mut found = Vec::new();
    if works_once(sentence) {
        found.push(Symptom::OncePerBoot);
    }
    let is_not_back = is_not_back(sentence);
    if is_not_back {
        found.push(Symptom::HostDisplayNotBack);
    }
    if is_regression(sentence) {
        found.push(Symptom::Regression);
    }
    if takes_system(sentence) {
        found.push(Symptom::SystemControllerGiven);
    }
    if fails_with_resizable_bar(sentence) {
        found.push(Symptom::ResizableBar);
    }
    for clause in sentence
        .clauses
        .iter()
        .filter(|clause| !is_condition(clause))
    {
        found.extend(of_clause(clause, sentence));
    }
    // The dark screen is the host's.
    found.retain(|symptom| !is_not_back || *symptom != Symptom::NoPicture);
    if is_of_stop(sentence) {
        for symptom in &mut found {
            if matches!(symptom, Symptom::HostFreezes | Symptom::HostReboots) {
                *symptom = Symptom::HostFailsAtStop;
            }
        }
    }
    found
}

/// The most words between a verb and the picture that nobody needs.
const NEAR: usize = 3;

fn of_clause(clause: &Clause, sentence: &Sentence) -> Vec<Symptom> {
    let is_there = |phrases: &[&str]| {
        let before = clause.up_to(phrases);
        before.is_some_and(|before| !denies(&before))
    };
    let mut found = Vec::new();
    if freezes(clause) {
        found.push(Symptom::HostFreezes);
    }
    if reboots(clause) || shows_firmware(clause, sentence) {
        found.push(Symptom::HostReboots);
    }
    // The kernel's words for a function that does not respond.
    let is_of_function = clause.has(&["device inaccessible"]);
    if is_there(&NETWORK_LOST) && is_of_host(clause) && !is_of_function {
        found.push(Symptom::HostNetworkLost);
    }
    let is_log = clause.has(&["dmesg", "syslog", "journal"]);
    if is_there(&AT_BOOT) && clause.has(&STUCK) && !clause.names_guest() && !is_log {
        found.push(Symptom::HostDisplayLost);
    }
    // `find … gives me no output`
    let is_of_command = || {
        clause.has(&PRINTS_NOTHING)
            || clause.has(&["no output", "没有输出", "无输出"]) && sentence.whole.has(&COMMANDS)
    };
    let is_of_card = || clause.has(&["of its own", "no display outputs", "headless"]);
    // `没有显示GPU`, `no video played`: a list without the device, a film.
    let is_of_other = || {
        is_of_list(clause)
            || clause.has(&["no video played", "no video plays", "no video playback"])
    };
    let is_of_machine = is_of_host(clause) || clause.has(&["esx"]);
    // `I need no picture`
    let is_needless = || {
        let before = clause.up_to(&NO_PICTURE);
        let is_needed = before.is_some_and(|before| {
            let words = before.words();
            let mut near = words.iter().rev().take(NEAR);
            near.any(|word| NEEDS.contains(word))
        });
        is_needed && clause.has(&["no", "kein", "aucun", "ningún"])
    };
    // `The screen goes black, then the password screen shows.`
    let is_back = || {
        let before = sentence.whole.up_to(&PICTURE_BACK);
        before.is_some_and(|before| !before.is_negated())
    };
    if is_there(&NO_PICTURE)
        && !is_back()
        && !is_needless()
        && !is_of_machine
        && !is_of_command()
        && !is_of_card()
        && !is_of_other()
    {
        found.push(Symptom::NoPicture);
    }
    if is_there(&VANISHES) && !is_there(&NETWORK_LOST) && !sentence.whole.has(&ARRIVED) {
        found.push(Symptom::DeviceVanishes);
    }
    if is_code_12(clause, sentence) {
        found.push(Symptom::Code12);
    }
    if hangs_libvirt(clause) {
        found.push(Symptom::LibvirtHangs);
    }
    if ends_session(clause, sentence) {
        found.push(Symptom::SessionEnds);
    }
    if takes_disk(clause, sentence) {
        found.push(Symptom::HostDiskLost);
    }
    if pins_memory(clause, sentence) {
        found.push(Symptom::MemoryPinned);
    }
    found
}

/// Whether the clause is about a list that does not show a device: `没有显示GPU`.
fn is_of_list(clause: &Clause) -> bool {
    let behind = clause
        .text
        .split_once("没有显示")
        .map(|(_, rest)| rest.trim());
    behind.is_some_and(|rest| LISTED_THINGS.iter().any(|name| rest.starts_with(name)))
}

/// Whether the sentence is a guide, a possibility, a question about others, or something over.
fn is_open(sentence: &Sentence) -> bool {
    let mut text = sentence.whole.text.clone();
    for words in POLITE.iter() {
        text = text.replace(words, " ");
    }
    let whole = sentences::clause(&text);
    let asks = [
        "why",
        "any idea",
        "any ideas",
        "warum",
        "pourquoi",
        "为什么",
        "为何",
        "怎么",
        "どうして",
    ];
    let is_question = sentence.is_question && !whole.has(&asks);
    is_question || whole.has_any(&[&CASE, &EXPECTED, &POSSIBLE, &READER, &OTHERS, &OVER])
}

pub(super) fn is_condition(clause: &Clause) -> bool {
    let first = clause
        .words()
        .first()
        .copied()
        .unwrap_or_default()
        .to_owned();
    matches!(
        &*first,
        "if" | "unless" | "whether" | "falls" | "si" | "если" | "should"
    )
}

/// Whether the words before a symptom deny it.
fn denies(before: &Clause) -> bool {
    before.is_negated() || before.has(&ABSENCE)
}
