//! A device that works for one start of a guest per boot of the host.

use super::super::sentences::{self, Clause, Sentence};
use super::hosts::begins;
use crate::host::words::phrases::good_news::{BARE, WORKS, WORKS_ELSEWHERE};
use crate::host::words::phrases::once::{
    AFTER, BARE_REBOOT, BETWEEN, CHINESE, FAILS, HELPING, HOST_DRIVERS, HOST_REBOOT,
    HOST_REBOOT_IN_CHINESE, HOST_WORDS, IF, KEPT_FROM, LOST, MOVED, NEEDED, NOT_OF_HOST,
    NOT_STARTED, ONCE, ONLY, ONLY_AFTER, PARTS_OF_RESET, REBOOTS, SECOND, SINCE, STOPPED,
    WORKED_ONCE,
};
use crate::host::words::phrases::topics::{GUEST, GUEST_SYSTEMS};

pub(super) fn works_once(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_guest = whole.names_guest() || sentence.before.names_guest();
    let repeats = whole.has(&SECOND) && whole.has(&FAILS) && whole.names_guest();
    let once = whole.has(&ONCE)
        && is_guest
        && (whole.has(&STOPPED)
            || whole.has(&HOST_REBOOT)
            || whole.has(&[
                "boot",
                "boots",
                "reboot",
                "start",
                "starts",
                "启动",
                "works",
                "funktioniert",
            ]));
    let not_again = whole.names_guest()
        && whole.has(&[
            "after", "once", "nachdem", "nach", "après", "后", "一", "後",
        ])
        && (whole.has(&NOT_STARTED) || whole.has(&["startet"]) && whole.has(&["nicht"]))
        && is_stopped_before(whole)
        && is_stopped_guest(whole)
        // After a reboot of the host it is another failure.
        && (!whole.has(&HOST_REBOOT) || whole.has(&NEEDED));
    let all_rest = format!("{} {}", sentence.before.text, whole.text);
    let rest = sentences::clause(&all_rest);
    // `After reboot the host screen stays black`: the host is not what is restarted there.
    let is_of_screen = whole.has(&["the host screen", "the host display", "the host console"]);
    let by_host = !is_of_screen
        && (whole.has(&HOST_REBOOT) || reboots_host_in_chinese(&whole.text))
        && whole.has(&NEEDED)
        && rest.has(&STOPPED)
        && rest.names_guest()
        && is_stopped_guest(&rest);
    let only_by_reboot = || {
        let words = parted(whole);
        let found = only_reboot(&words);
        found.is_some_and(|(only, reboot)| {
            let before = words.get(..only).unwrap_or_default().join(" ");
            let before = sentences::clause(&format!("{} {before}", sentence.before.text));
            let behind = (reboot + 1..reboot + 4).any(|at| begins(&words, at, &GUEST));
            !behind && before.has(&STOPPED) && before.names_guest() && is_stopped_guest(&before)
        })
    };
    let since = whole.has(&SINCE)
        && is_guest
        && (whole.has(&FAILS) || whole.has(&["never"]))
        && (whole.has(&WORKED_ONCE) || sentence.before.has(&WORKED_ONCE));
    // A state in the list of ESXi.
    let is_state = whole.has(&["needs reboot"]);
    // `A reboot of the VM does not bring it back`: the device was lost while the guest ran.
    let is_lost = whole.has(&LOST);
    !whole.has(&MOVED)
        && !is_state
        && !is_lost
        && (repeats || once || not_again || by_host || since || only_by_reboot())
}

/// Whether the sentence says that the guest's device works while the host driver stays off it: `if the
/// card is never bound to amdgpu, all is well`.
pub(super) fn works_without_driver(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let before = whole.up_to(&KEPT_FROM);
    let is_condition = before.is_some_and(|before| before.has(&IF))
        || whole.is_without_blanks() && whole.has_any(&[&IF]) && whole.has(&KEPT_FROM);
    let works = |clause: &Clause| {
        let before = clause
            .up_to(&WORKS)
            .or_else(|| clause.up_to(&WORKS_ELSEWHERE));
        let before = before.or_else(|| clause.up_to(&BARE));
        before.is_some_and(|before| !before.is_negated() || before.has(&KEPT_FROM))
    };
    // A restriction behind, or the driver of the guest.
    let is_other = whole.has_any(&[&SECOND, &NOT_OF_HOST, &HOST_REBOOT]);
    is_condition
        && !is_other
        && sentence.is_in_passthrough_text
        && !sentence.is_question
        && whole.has(&HOST_DRIVERS)
        && sentence.clauses.iter().any(works)
}

/// Whether the sentence says that only a reboot of the host helps.
pub(super) fn needs_host_reboot(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_reboot = whole.has(&HOST_REBOOT) || reboots_host_in_chinese(&whole.text);
    let is_denied = whole.has(&[
        "never",
        "nie",
        "jamais",
        "nunca",
        "никогда",
        "不需要",
        "不用",
    ]);
    is_reboot && whole.has(&NEEDED) && !is_denied
}

/// Whether the clause says that something works only after a reboot: the failure is not over.
pub(in crate::host::words) fn needs_reboot(clause: &Clause) -> bool {
    let is_reboot = clause.has_any(&[&HOST_REBOOT, &BARE_REBOOT]);
    clause.has(&ONLY_AFTER) && (is_reboot || reboots_host_in_chinese(&clause.text))
        || only_reboot(&parted(clause)).is_some()
}

/// The words of the clause, of `reset/reboot` the parts.
fn parted(clause: &Clause) -> Vec<&str> {
    let words = clause.each_word();
    words.filter(|word| !word.contains('/')).collect()
}

/// The places of the word for the one thing that helps and of the reboot in `nur ein kompletter Reboot
/// hilft`, `the only fix is to reboot the host`.
fn only_reboot(words: &[&str]) -> Option<(usize, usize)> {
    let is_reboot = |at: usize| {
        let behind = words.get(at + 1).copied().unwrap_or_default();
        let is_here = |phrase: &&str| {
            phrase.split(' ').zip(at..).all(|(wanted, at)| {
                let word = words.get(at).copied().unwrap_or_default();
                let start = wanted.strip_suffix('*');
                start.map_or(word == wanted, |start| word.starts_with(start))
            })
        };
        REBOOTS.iter().any(is_here) && !PARTS_OF_RESET.contains(&behind)
    };
    let mut starts = (0..words.len()).filter(|at| begins(words, *at, &ONLY));
    starts.find_map(|only| {
        let mut between = (only + 1..words.len()).skip_while(|at| {
            let is_between = words.get(*at).is_some_and(|word| BETWEEN.contains(word));
            // The second word of `nothing but`.
            let is_second =
                *at == only + 1 && words.get(*at).is_some_and(|word| SECONDS.contains(word));
            !is_reboot(*at) && (is_between || is_second)
        });
        let at = between.next()?;
        (is_reboot(at) && is_of_host(words, at)).then_some((only, at))
    })
}

/// Whether the reboot at the place is that of the host: a word of the host is in front of it or behind, or
/// the sentence names nothing behind that is started again, such as a service.
fn is_of_host(words: &[&str], at: usize) -> bool {
    let is_host = |word: &&str| HOST_WORDS.contains(word) || word.starts_with("host");
    // `power cycle`, `cold boot`, `reset/reboot`
    let next = words.get(at + 1).copied().unwrap_or_default();
    let is_both = ["reboot", "neustart"]
        .iter()
        .any(|start| next.starts_with(start));
    let is_pair = is_both
        || words
            .get(at)
            .is_some_and(|word| matches!(*word, "power" | "cold"));
    let before = words.get(at.saturating_sub(3)..=at).unwrap_or_default();
    let behind = words
        .get(at + 1 + usize::from(is_pair)..)
        .unwrap_or_default();
    let near = behind.get(..4).unwrap_or(behind);
    // A reset is that of a device, if nothing in front of it is of the host.
    let is_reset = !is_both && words.get(at).is_some_and(|word| *word == "reset");
    let ends = behind.first().is_none_or(|word| HELPING.contains(word));
    before.iter().any(is_host) || near.iter().any(is_host) || ends && !is_reset
}

/// The last words of phrases such as `nothing but`.
const SECONDS: [&str; 3] = ["but", "except", "außer"];

/// Whether the guest is stopped in the words behind `after`, and not in another part.
fn is_stopped_before(whole: &Clause) -> bool {
    if !whole.has(&AFTER) {
        return whole.has(&STOPPED);
    }
    let words = whole.words();
    let mut places = (0..words.len()).filter(|at| begins(&words, *at, &AFTER));
    places.any(|after| {
        let mut stops = (after + 1..after + NEAR).filter(|at| begins(&words, *at, &STOPPED));
        stops.any(|at| !is_bare_reboot(&words, after, at))
    })
}

/// `after a reboot the settings are lost and the VM does not start`: no word of a guest is with the
/// reboot, and the next one is the subject of another verb.
fn is_bare_reboot(words: &[&str], after: usize, stop: usize) -> bool {
    const BEHIND: usize = 5;
    let is_guest = |at: usize| begins(words, at, &GUEST) || begins(words, at, &GUEST_SYSTEMS);
    begins(words, stop, &BARE_REBOOT)
        && stop == after + 1
        && !(stop + 1..stop + BEHIND).any(is_guest)
}

/// So many words are between `after` and the word for a stop.
const NEAR: usize = 9;

fn reboots_host_in_chinese(text: &str) -> bool {
    let text = text.replace(' ', "");
    HOST_REBOOT_IN_CHINESE
        .iter()
        .any(|words| text.contains(words))
}

/// Whether a guest is stopped: one of the words close to one for a guest.
fn is_stopped_guest(clause: &Clause) -> bool {
    let words = clause.words();
    let is_guest = |at: usize| begins(&words, at, &GUEST) || begins(&words, at, &GUEST_SYSTEMS);
    let near = (0..words.len()).filter(|at| is_guest(*at)).any(|at| {
        let from = at.saturating_sub(4);
        (from..at + 9).any(|at| begins(&words, at, &STOPPED))
    });
    near || CHINESE.iter().any(|word| clause.text.contains(word))
        && (clause.text.contains(['虚', '群', '系', '客', 'ゲ']) || clause.has(&["vm"]))
}
