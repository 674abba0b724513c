//! Symptoms that need several words of one sentence.

use super::super::sentences::{self, Clause, Sentence};
use super::denies;
use crate::host::words::phrases::several_words::{
    ACCESS_LOST, ALLOCATED, CODE_TWELVE, CONTROLLER_GIVEN, CONTROLLERS, DISABLED, DISK_LOST,
    ENABLED, FAILS, HANGS, HOST_DISK, LIBVIRT, OF_ASSIGNMENT, OF_PROGRAMS, RESIZABLE_BAR,
    SAME_GROUP, SESSION_ENDS, START, SYSTEM_ON, WHOLE_MEMORY, WORKS_WITHOUT,
};
use crate::host::words::phrases::topics::GUEST;

pub(super) fn is_code_12(clause: &Clause, sentence: &Sentence) -> bool {
    // ENOMEM of a program on the host.
    if sentence.whole.has(&OF_PROGRAMS) {
        return false;
    }
    let before = clause.up_to(&CODE_TWELVE);
    // `代码12 无法使用` denies the device's use, and not the code.
    before.is_some_and(|before| !denies(&before))
        && (clause.is_without_blanks() || !denies(clause))
        && !clause.text.contains("-12")
}

/// Whether libvirt's daemon or a command of it does not end.
pub(super) fn hangs_libvirt(clause: &Clause) -> bool {
    let before = clause.up_to(&HANGS);
    before.is_some_and(|before| before.has(&LIBVIRT) && !denies(&before))
}

/// Whether the guest's start ends the session of the host's desktop.
pub(super) fn ends_session(clause: &Clause, sentence: &Sentence) -> bool {
    let before = clause.up_to(&SESSION_ENDS);
    let is_start = sentence.whole.has(&START) && sentence.whole.has(&GUEST);
    before.is_some_and(|before| !denies(&before)) && is_start
}

/// Whether the host's disk is in the assigned device's group.
pub(super) fn takes_disk(clause: &Clause, sentence: &Sentence) -> bool {
    let all = format!("{} {}", sentence.before.text, sentence.whole.text);
    let all = sentences::clause(&all);
    clause.has(&DISK_LOST) && all.has(&HOST_DISK) && all.has(&SAME_GROUP)
}

/// Whether the controller with the host's system is assigned: the sentence, or the two before it,
/// name both, and the loss.
pub(super) fn takes_system(sentence: &Sentence) -> bool {
    let all = format!("{} {}", sentence.before.text, sentence.whole.text);
    let all = sentences::clause(&all);
    let words = [&SYSTEM_ON, &CONTROLLER_GIVEN, &CONTROLLERS, &ACCESS_LOST];
    words.iter().all(|phrases| all.has(*phrases))
}

/// Whether the sentence wonders about the whole memory of the guest.
pub(super) fn pins_memory(clause: &Clause, sentence: &Sentence) -> bool {
    let is_about = sentence.whole.has(&OF_ASSIGNMENT);
    clause.has(&WHOLE_MEMORY) && clause.has(&ALLOCATED) && is_about
}

/// Whether the sentence says that the guest fails while resizable BAR is enabled.
pub(super) fn fails_with_resizable_bar(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_past = whole.has(&["disabling", "disabled", "after disabling"]);
    // `With ReBAR disabled in the firmware it works.`
    let is_cured = || {
        let works = |clause: &Clause| clause.has(&WORKS_WITHOUT) && !clause.is_negated();
        whole.has(&DISABLED) && sentence.clauses.iter().any(works)
    };
    if whole.has(&RESIZABLE_BAR) && !sentence.is_question && !is_past && is_cured() {
        return true;
    }
    whole.has(&RESIZABLE_BAR)
        && whole.has(&ENABLED)
        && !is_past
        && FAILS.iter().any(|word| whole.text.contains(word))
}
