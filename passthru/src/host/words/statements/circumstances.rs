//! Circumstances of a failure that sentences and single lines state: an assignment that was made, a
//! program that works, a limit, a question for help.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::super::sentences::{Clause, Sentence, clause};
use crate::host::fact::Fact;
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONDITION, EXPECTED, HOPE, MODAL, POSSIBLE, PURPOSE, QUESTION, READER, REQUIRED,
};
use crate::host::words::phrases::statements::{
    ALONE, ALONE_WORKS, HOTPLUG_ON, TOGETHER, TOGETHER_FAILS,
};
use crate::host::words::phrases::statements::{
    FOR_HELP, GIVEN, GIVEN_BEHIND, GIVEN_WIDE, HAS_PASSED, PLANNED, SHOWS,
};
use crate::host::words::phrases::topics::{GUEST, GUEST_SYSTEMS, RECEIVERS};

/// Whether a phrase of an assignment that was made is in the sentence, and neither denied nor wished:
/// `I want the GPU passed to the VM`.
pub(super) fn says_passed(whole: &Clause) -> bool {
    // So many words before the phrase are looked at for a negation, and for a wish.
    const DENIAL: usize = 2;
    const WISH: usize = 4;
    let is_denial =
        |word: &&str| matches!(*word, "cannot" | "not" | "never") || word.ends_with("n't");
    let is_wish = |word: &&str| {
        matches!(
            *word,
            "want" | "wants" | "need" | "needs" | "like" | "should" | "would"
        )
    };
    let before = whole.up_to(&HAS_PASSED);
    before.is_some_and(|before| {
        let words = before.words();
        let near = |most: usize| words.iter().rev().take(most);
        !near(DENIAL).any(is_denial) && !near(WISH).any(is_wish)
    })
}

/// The same without blanks between words: the colon of an address is no end of the clause.
pub(super) fn is_given_wide(whole: &Clause) -> bool {
    let before = whole
        .up_to(&GIVEN_WIDE)
        .filter(|_| whole.is_without_blanks());
    before.is_some_and(|before| {
        let ends = ['，', ',', '；', '、'];
        let last = before.text.rsplit(ends).next().unwrap_or_default();
        let last = clause(last);
        let open = [
            &CONDITION, &CASE, &QUESTION, &EXPECTED, &REQUIRED, &POSSIBLE, &HOPE,
        ];
        !last.is_negated() && !last.has_any(&open) && !last.has(&PLANNED)
    })
}

/// Whether a guest has a device, as the clause says: `a card passed to the VM`, `把网口直通给虚拟机`.
pub(super) fn is_given(clause: &Clause) -> bool {
    // The most words between the verb and the guest.
    const NEAR: usize = 4;
    let open = [
        &CONDITION, &CASE, &QUESTION, &EXPECTED, &REQUIRED, &MODAL, &ATTEMPT, &POSSIBLE, &HOPE,
        &PURPOSE, &READER,
    ];
    if clause.is_negated() || clause.has_any(&open) || clause.has(&PLANNED) {
        return false;
    }
    let words = clause.words();
    let is_guest = |word: &str| {
        let last = word.rsplit('-').next().unwrap_or_default();
        [&RECEIVERS, &GUEST, &GUEST_SYSTEMS]
            .iter()
            .any(|names| names.contains(&last))
    };
    let mut places = words.iter().enumerate();
    places.any(|(at, word)| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        let rest = words.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix(&["through"]).unwrap_or(rest);
        let is_to = || {
            matches!(rest.first(), Some(&("to" | "into")))
                && rest.iter().skip(1).take(NEAR).any(|word| is_guest(word))
        };
        let is_behind = || {
            let start = at.saturating_sub(NEAR);
            let near = words.get(start..at).unwrap_or_default();
            near.contains(&"an") && near.iter().any(|word| is_guest(word))
        };
        // `has to be passed to the VM`
        before != Some(&"be") && (GIVEN.contains(word) && is_to())
            || GIVEN_BEHIND.contains(word) && is_behind()
    })
}

/// `nvidia-smi works in the guest`.
pub(super) fn shows_nvidia_smi(sentence: &Sentence) -> bool {
    let open = [&CONDITION, &CASE, &EXPECTED, &READER];
    let mut clauses = sentence.clauses.iter();
    !sentence.is_question
        && clauses.any(|clause| {
            let is_shown = clause.has(&["nvidia-smi"]) && clause.has(&SHOWS);
            is_shown && !clause.is_negated() && !clause.has_any(&open)
        })
}

/// The line with the number of virtual functions: behind `sriov_totalvfs` or alone in the next line.
pub(super) fn vf_limit(texts: &[CommandText]) -> Option<Evidence> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    texts.iter().find_map(|text| {
        let mut is_asked = false;
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| {
            let line = line.trim();
            let rest = line.rsplit_once("sriov_totalvfs").map(|(_, rest)| rest);
            let value = rest.map(|rest| rest.trim_start_matches([' ', ':', '=']));
            let is_shown = value.map_or(is_asked && is_number(line), is_number);
            is_asked = rest == Some("");
            is_shown
        })?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

/// Whether a question asks for help, and not for a confirmation.
pub(super) fn asks(sentence: &Sentence) -> bool {
    sentence.is_question && sentence.is_in_passthrough_text && sentence.whole.has(&FOR_HELP)
}

/// `Hotplug CPU/Mem enabled`.
pub(super) fn hotplugs_memory(sentence: &Sentence) -> bool {
    let hotplug = ["hotplug", "hotplugging", "hot-plug", "hot plug", "热插拔"];
    let memory = ["memory", "mem", "ram", "cpu/mem", "speicher", "内存"];
    let mut clauses = sentence.clauses.iter();
    !sentence.is_question
        && clauses.any(|clause| {
            clause.has(&hotplug)
                && clause.has(&memory)
                && clause.has(&HOTPLUG_ON)
                && !clause.is_negated()
                && !clause.has_any(&[&CONDITION, &EXPECTED])
        })
}

/// Whether each of two devices works alone, and both together fail: `单开都正常，但一起开就报43`.
pub(super) fn pair_fails(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    if !sentence.is_in_passthrough_text || !whole.has(&TOGETHER) {
        return false;
    }
    let Some(before) = whole.up_to(&TOGETHER) else {
        return false;
    };
    let alone = clause(&format!("{} , {}", sentence.before.text, before.text));
    let place = TOGETHER
        .iter()
        .filter_map(|word| whole.text.rfind(word))
        .max();
    let rest = place
        .and_then(|at| whole.text.get(at..))
        .unwrap_or_default();
    // `Passthrough of PCI works, passthrough of USB works.`
    let works = |part: &&str| clause(part).has(&ALONE_WORKS);
    let both_work = || sentence.before.text.split(',').filter(works).count() == 2;
    let is_each = alone.has(&ALONE) && alone.has(&ALONE_WORKS) || both_work();
    is_each && clause(rest).has(&TOGETHER_FAILS)
}

/// The release of Ubuntu that the sentence says of the host: `a 16.04 host`, `the host is 12.04`.
pub(super) fn ubuntu_host(sentence: &Sentence) -> Option<Fact<(u32, u32)>> {
    // The most words between the host and the release.
    const NEAR: usize = 3;
    const HOSTS: [&str; 5] = ["host", "host's", "hosts", "hypervisor", "hôte"];
    const GUESTS: [&str; 5] = ["guest", "vm", "guests", "vms", "domu"];
    let words = sentence.whole.words();
    let release = |word: &str| {
        let mut parts = word.split('.');
        let year: u32 = parts.next()?.parse().ok()?;
        let month = parts.next()?;
        let month = ["04", "10"]
            .contains(&month)
            .then(|| month.parse().ok())??;
        (8..30).contains(&year).then_some((year, month))
    };
    let is_any = |word: &str, of: &[&str]| of.contains(&word);
    let mut places = words.iter().enumerate();
    places.find_map(|(at, word)| {
        let release = release(word)?;
        let before = words.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        let nearest = |of: &[&str]| before.iter().rposition(|word| is_any(word, of));
        let is_before = nearest(&HOSTS) > nearest(&GUESTS);
        let behind = words.get(at + 1..).unwrap_or_default();
        let mut behind = behind.iter().take(2);
        let is_behind = behind.find(|word| is_any(word, &HOSTS) || is_any(word, &GUESTS));
        let is_behind = is_behind.is_some_and(|word| is_any(word, &HOSTS));
        (is_before || is_behind).then(|| Fact::new(release, sentence.shown.clone()))
    })
}
