//! A guest that runs with its device.

use super::super::sentences::{self, Clause, Sentence};
use super::is_open_clause;
use super::not_news::takes_away;
use crate::host::words::phrases::good_news::{ADDED, ADVERBS, AFTER, ALL_RIGHT, PASSING};
use crate::host::words::phrases::good_news::{
    ASSIGNED, BARE, FINE, NOW, REPORTS, SUBJECTS, UNTROUBLED, USED, WORKS, WORKS_ELSEWHERE,
};
use crate::host::words::phrases::moods::{CONDITION, TIME};
use crate::host::words::phrases::not_news::{HOST_DESKTOP, ON_FORMER, ON_HOST, RELEASES, TROUBLE};
use crate::host::words::phrases::topics::GUEST;
use crate::host::words::symptoms::needs_reboot;

/// So many words may be between both.
const NEAR: usize = 5;

/// Words of an assignment that is still to come.
const TRYING: &[&str] = &[
    "trying the passthrough",
    "trying the pcie",
    "trying to passthrough",
    "trying to pass",
    "trying passthrough",
    "now trying",
];

/// Whether a sentence about the current state says that a guest runs with its device.
pub(super) fn says_it_runs(sentence: &Sentence) -> bool {
    let is_about_adding = is_about_adding(sentence) && !is_about_each(sentence);
    // `It works in ESXi, but I don't want to use that.`
    let is_elsewhere = sentence
        .whole
        .has(&["don't want to use", "do not want to use"]);
    let is_other = is_taken_away(sentence)
        || is_about_adding
        || is_elsewhere
        || names_release(sentence)
        || sentence.whole.has(&ON_FORMER)
        || sentence.whole.has(TRYING);
    if is_other {
        return false;
    }
    // `宿主机重启后，卡又可以正常识别了`
    let is_of_host = sentence.whole.has(&["宿主机"]) && sentence.whole.text.contains("识别");
    if is_of_host && !sentence.whole.has(&GUEST) {
        return false;
    }
    // `The base system and the desktop work well, with the GPU all as expected`: the host itself.
    let whole = &sentence.whole;
    if whole.has(&HOST_DESKTOP) && !whole.names_guest() && !whole.is_of_assignment() {
        return false;
    }
    if is_in_use(sentence) {
        return true;
    }
    let is_of_guest = |clause: &Clause| clause.has(&GUEST) || clause.has(&ASSIGNED);
    if !is_of_guest(&sentence.whole) && !sentence.before.has(&ASSIGNED) {
        return is_state_after_change(sentence);
    }
    let before = &sentence.before.text;
    let is_part_of_trouble = TROUBLE.iter().any(|phrase| before.contains(phrase));
    // `The VM works perfectly, but when I shut it down the screen stays black.`
    let is_contrast = [" but ", " aber ", " mais ", " pero ", "但"];
    let is_contrast = is_contrast
        .iter()
        .any(|word| sentence.whole.text.contains(word));
    let is_stated = sentence.whole.has(&NOW) || sentence.whole.has(&AFTER) || is_contrast;
    if is_part_of_trouble && !is_stated {
        return false;
    }
    // `a controller connected to disks (working fine)`: on the host, if no guest is named.
    let is_aside = sentence.whole.text.contains("(work");
    if is_aside && !sentence.whole.has(&GUEST) && !sentence.before.has(&GUEST) {
        return false;
    }
    // `VMs work`: any, without a device.
    if sentence
        .whole
        .has(&["vms work", "vms run", "my vms work", "my vms run"])
    {
        return false;
    }
    let is_about_device = sentence.whole.has(&ASSIGNED) || sentence.before.has(&ASSIGNED);
    is_about_device && sentence.clauses.iter().any(clause_says_it_runs)
        || sentence.clauses.iter().any(is_passed_through)
}

/// `I'm passing through two PCI devices to a guest OK, but …`
fn is_in_use(sentence: &Sentence) -> bool {
    const TURNS: [&str; 8] = [
        "but", "however", "aber", "until", "unless", "except", "when", "if",
    ];
    let whole = &sentence.whole;
    if !whole.has(&PASSING) || !whole.has(&GUEST) {
        return false;
    }
    let stated = whole.up_to(&TURNS);
    let stated = stated.as_ref().unwrap_or(whole);
    stated.has(&PASSING) && stated.has(&ALL_RIGHT) && !is_open_clause(stated)
}

/// `After that it starts normally`, in a text about an assignment.
fn is_state_after_change(sentence: &Sentence) -> bool {
    sentence.is_in_passthrough_text
        && sentence.whole.has(&NOW)
        && sentence.clauses.iter().any(clause_says_it_runs)
}

/// `I got the iGPU passed through`.
fn is_passed_through(clause: &Clause) -> bool {
    let words = clause.words();
    let begins = |at: usize, phrase: &[&str]| {
        words
            .get(at..at + phrase.len())
            .is_some_and(|found| found == phrase)
    };
    let is_open =
        clause.is_negated() || clause.has_any(&[&CONDITION, &TIME]) || clause.has(&["how"]);
    let end = (0..words.len()).find(|at| {
        begins(*at, &["passed", "through"])
            || begins(*at, &["passing", "through"])
            || begins(*at, &["pass", "through"])
    });
    let start = (0..words.len()).find(|at| {
        begins(*at, &["got"])
            || begins(*at, &["managed", "to"])
            || begins(*at, &["was", "able", "to"])
            || begins(*at, &["am", "able", "to"])
            || begins(*at, &["successfully"])
    });
    let is_close = |start: usize, end: usize| start < end && end - start <= NEAR + 2;
    // `I was able to pass the card to my VM`.
    let is_to_guest = || {
        let verb = clause.assigns_to_guest();
        let both = start.zip(verb);
        both.is_some_and(|(start, verb)| {
            let is_success = words.get(start) != Some(&"got");
            is_success && start < verb && verb - start <= NEAR
        })
    };
    let is_through = || {
        let both = start.zip(end);
        both.is_some_and(|(start, end)| is_close(start, end))
    };
    !is_open && (is_through() || is_to_guest())
}

fn clause_says_it_runs(clause: &Clause) -> bool {
    let clause = &without_adverbs(clause);
    let mut rest = clause.text.clone();
    for fine in FINE.iter().chain(REPORTS.iter()) {
        rest = rest.replace(fine, " ");
    }
    let rest = sentences::clause(&rest);
    let is_on_host = clause.has(&ON_HOST) && !clause.has(&GUEST);
    if is_open_clause(&rest) || is_on_host || is_of_release(clause) || needs_reboot(clause) {
        return false;
    }
    let is_untroubled = clause.has(&UNTROUBLED) && clause.has(&USED);
    is_untroubled || clause.has(&WORKS) || clause.has(&WORKS_ELSEWHERE) || {
        let before = clause.up_to(&BARE);
        before.is_some_and(|before| {
            let words = before.words();
            let last = words.last().copied().unwrap_or_default();
            // `boots` of a guest alone.
            let is_boot = clause.has(&["boots"]) && !clause.has(&["works"]);
            !is_boot && SUBJECTS.contains(&last)
        })
    }
}

/// The clause without such words, if another word of praise follows.
fn without_adverbs(clause: &Clause) -> Clause {
    let words = clause.text.split(' ').collect::<Vec<_>>();
    let is_praise = |at: usize| {
        let next = words.get(at + 1).map(|word| word.trim_matches(['.', '!']));
        next.is_some_and(|word| {
            ["fine", "well", "great", "good", "gut", "bien", "хорошо"].contains(&word)
        })
    };
    let kept = words.iter().enumerate();
    let kept = kept.filter(|(at, word)| !(ADVERBS.contains(*word) && is_praise(*at)));
    let kept: Vec<&str> = kept.map(|(_, word)| *word).collect();
    sentences::clause(&kept.join(" "))
}

/// Whether the clause is about a release: `with kernel 6.5 it works`.
fn is_of_release(clause: &Clause) -> bool {
    // `win10` is a guest, `qemu-9.0` a release.
    let is_number = |word: &&str| {
        let word = word.rsplit('-').next().unwrap_or_default();
        let word = word.strip_prefix('v').unwrap_or(word);
        word.starts_with(|c: char| c.is_ascii_digit())
    };
    clause.has(&RELEASES) && clause.words().iter().any(is_number)
        || clause.has(&["downgrad*", "rollback", "rolled back", "rolling back"])
}

/// Whether the sentence is about a release, of a script without blanks, whose sentences are long, the
/// clause that says that it runs.
fn names_release(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    if !whole.is_without_blanks() {
        return has_release(whole);
    }
    let mut clauses = sentence.clauses.iter();
    clauses.any(|clause| has_release(clause) && clause_says_it_runs(clause))
}

/// Whether a number of a release is in the sentence: `works on v1.13`, `2.3.0 works`, `works fine in
/// 19.10`.
fn has_release(clause: &Clause) -> bool {
    let is_short = |word: &str| {
        let parts = word.split_once('.');
        parts.is_some_and(|(one, two)| one.parse::<u32>().is_ok() && two.parse::<u32>().is_ok())
    };
    let all = clause.words();
    let mut pairs = all.windows(2);
    if pairs.any(|pair| matches!(pair, ["in", word] if is_short(word))) {
        return true;
    }
    let mut words = clause.words().into_iter();
    words.any(|word| {
        let is_number = |part: &str| part.parse::<u32>().is_ok();
        let rest = word.strip_prefix('v').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
            || word.split(['.', '-']).count() >= 3 && word.split(['.', '-']).take(3).all(is_number)
    })
}

/// Whether the sentence, or the one before it, takes the device away.
fn is_taken_away(sentence: &Sentence) -> bool {
    takes_away(&sentence.whole) || takes_away(&sentence.before)
}

/// Whether a clause is about one of several devices alone: `either of them works, both do not`.
fn is_about_each(sentence: &Sentence) -> bool {
    let alone = [
        "either",
        "each",
        "alone",
        "individually",
        "separately",
        "on its own",
        "by itself",
        "only one",
        "einzeln",
        "jede für sich",
        "séparément",
        "por separado",
        "по отдельности",
    ];
    let says = |clause: &Clause| clause.has(&alone) && clause_says_it_runs(clause);
    sentence.clauses.iter().any(says)
}

/// Whether a clause is about adding the device, and another about a failure.
fn is_about_adding(sentence: &Sentence) -> bool {
    let starts = [
        "when",
        "once",
        "if",
        "as soon as",
        "after",
        "wenn",
        "sobald",
        "quand",
        "cuando",
    ];
    sentence
        .clauses
        .iter()
        .any(|clause| clause.has(&starts) && clause.has(&ADDED))
}
