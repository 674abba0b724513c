//! A host that stops responding or reboots.

use super::super::sentences::{Clause, Sentence};
use super::denies;
use super::hosts::{begins, is_object, is_subject, is_subject_without_blanks};
use crate::host::words::phrases::hosts::{HOSTS, MACHINES};
use crate::host::words::phrases::stops::{
    CAUSES_REBOOT, CHINESE, FIRMWARE_SCREEN, FREEZES, HOST_CRASHES, KINDS, PEOPLE, REBOOTS,
    REBOOTS_IN_CHINESE, RESTARTED, TAKES_DOWN, TIMES,
};

pub(super) fn freezes(clause: &Clause) -> bool {
    let words = clause.words();
    // `The host hangs on suspend`: no guest is the cause.
    if clause.has(&[
        "on suspend",
        "after suspend",
        "suspends",
        "to sleep",
        "hibernate",
    ]) {
        return false;
    }
    let is_named = is_subject(&words, &FREEZES, &["if"]) || is_object(&words, &TAKES_DOWN);
    // `causes kernel panic` of the host's kernel.
    let panics = clause.has(&HOST_CRASHES);
    let before = before_host(clause);
    (is_named || panics) && !denies(&before) || is_subject_without_blanks(&clause.text, &CHINESE)
}

fn before_host(clause: &Clause) -> Clause {
    let verbs: Vec<&str> = FREEZES.iter().chain(TAKES_DOWN.iter()).copied().collect();
    clause.up_to(&verbs).unwrap_or_default()
}

pub(super) fn reboots(clause: &Clause) -> bool {
    let words = clause.words();
    let causes = (0..words.len()).any(|at| {
        let verb = &CAUSES_REBOOT
            .iter()
            .find(|verb| begins(&words, at, &[verb]));
        verb.is_some_and(|verb| {
            let mut next = at + verb.split(' ').count();
            while words
                .get(next)
                .is_some_and(|word| KINDS.contains(word) || HOSTS.contains(word))
            {
                next += 1;
            }
            words
                .get(next)
                .is_some_and(|word| matches!(*word, "reboot" | "reset" | "restart" | "reboots"))
                || begins(&words, next, &["to reboot", "to restart", "to reset"])
                    && words.get(at..next).is_some_and(|between| {
                        between
                            .iter()
                            .any(|word| HOSTS.contains(word) || MACHINES.contains(word))
                    })
        })
    });
    causes && !clause.names_guest() && !denies(clause)
        || is_restarted_by_guest(clause, &words)
        || is_subject(&words, &REBOOTS, &TIMES)
        || is_subject_without_blanks(&clause.text, &REBOOTS_IN_CHINESE)
}

/// `When I start the guest, my board's splash screen shows.`
pub(super) fn shows_firmware(clause: &Clause, sentence: &Sentence) -> bool {
    let before = clause.up_to(&FIRMWARE_SCREEN);
    before.is_some_and(|before| !denies(&before)) && sentence.whole.names_guest()
}

/// `The VM rebooted the whole host`: the guest is the subject, and not somebody.
fn is_restarted_by_guest(clause: &Clause, words: &[&str]) -> bool {
    let before = clause.up_to(&RESTARTED);
    let is_of_guest = before
        .is_some_and(|before| before.names_guest() && !before.has(&PEOPLE) && !denies(&before));
    // `The card is gone from the guest until rebooting the host`: a time.
    let is_time = clause.has(&[
        "until rebooting",
        "by rebooting",
        "without rebooting",
        "except rebooting",
    ]);
    is_of_guest && !is_time && is_object(words, &RESTARTED)
}
