//! A host that stops responding or reboots.

use super::super::sentences::Clause;
use super::denies;
use super::hosts::{HOSTS, MACHINES, begins, is_object, is_subject, is_subject_without_blanks};

const FREEZES: [&str; 49] = [
    "freeze",
    "freezes",
    "froze",
    "freezing",
    "frozen",
    "lock up",
    "locks up",
    "locked up",
    "locking up",
    "locks",
    "locked",
    "hang",
    "hangs",
    "hung",
    "hanging",
    "crash",
    "crashes",
    "crashed",
    "crashing",
    "unresponsive",
    "panics",
    "panicked",
    "panic",
    "dies",
    "hard lock",
    "hard locks",
    "lockup",
    "lockups",
    "stops responding",
    "goes down",
    "kernel panics",
    "friert",
    "hängt",
    "abstürzt",
    "stürzt",
    "eingefroren",
    "abgestürzt",
    "fige",
    "figé",
    "plante",
    "gèle",
    "congela",
    "cuelga",
    "bloquea",
    "зависает",
    "виснет",
    "зависла",
    "завис",
    "падает",
];

/// Verbs with a host as their object.
const TAKES_DOWN: [&str; 20] = [
    "freezes",
    "freezing",
    "freeze",
    "froze",
    "locks up",
    "locking up",
    "locked up",
    "lock up",
    "hangs",
    "hanging",
    "crashes",
    "crashing",
    "crash",
    "crashed",
    "takes down",
    "brings down",
    "kills",
    "killing",
    "panics",
    "hard locks",
];

const REBOOTS: [&str; 13] = [
    "reboots",
    "restarts",
    "resets",
    "rebooted itself",
    "restarted itself",
    "power cycles",
    "reboots itself",
    "startet neu",
    "bootet neu",
    "redémarre",
    "reinicia",
    "перезагружается",
    "reboot itself",
];

/// Words before `host reboots` that make it a time.
const TIMES: [&str; 14] = [
    "after", "when", "once", "if", "between", "across", "until", "every", "before", "upon", "each",
    "on", "survive", "survives",
];

const CAUSES_REBOOT: [&str; 12] = [
    "causes",
    "caused",
    "causing",
    "triggers",
    "triggered",
    "results in",
    "resulted in",
    "leads to",
    "cause",
    "forces",
    "leading to",
    "resulting in",
];

pub(super) fn freezes(clause: &Clause) -> bool {
    const CHINESE: [&str; 13] = [
        "死机",
        "卡死",
        "宕机",
        "崩溃",
        "假死",
        "挂了",
        "挂掉",
        "无响应",
        "卡住",
        "失去响应",
        "フリーズ",
        "固ま",
        "ハング",
    ];
    let words = clause.words();
    let is_named = is_subject(&words, &FREEZES, &["if"]) || is_object(&words, &TAKES_DOWN);
    // `causes kernel panic` of the host's kernel.
    let panics = clause.has(&[
        "causes kernel panic",
        "causes a kernel panic",
        "host kernel panic",
        "crash of the host",
        "crashes of the host",
        "freeze of the host",
        "freezes of the host",
        "lockup of the host",
        "lockups of the host",
    ]);
    let before = before_host(clause);
    (is_named || panics) && !denies(&before) || is_subject_without_blanks(&clause.text, &CHINESE)
}

fn before_host(clause: &Clause) -> Clause {
    let verbs: Vec<&str> = FREEZES.iter().chain(&TAKES_DOWN).copied().collect();
    clause.up_to(&verbs).unwrap_or_default()
}

pub(super) fn reboots(clause: &Clause) -> bool {
    const CHINESE: [&str; 8] = [
        "自动重启",
        "直接重启",
        "就重启",
        "立刻重启",
        "立即重启",
        "会重启",
        "突然重启",
        "也重启",
    ];
    const KINDS: [&str; 16] = [
        "an",
        "a",
        "the",
        "instant",
        "immediate",
        "hard",
        "spontaneous",
        "sudden",
        "complete",
        "full",
        "host",
        "system",
        "random",
        "whole",
        "machine",
        "of",
    ];
    let words = clause.words();
    let causes = (0..words.len()).any(|at| {
        let verb = CAUSES_REBOOT
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
        || is_subject(&words, &REBOOTS, &TIMES)
        || is_subject_without_blanks(&clause.text, &CHINESE)
}
