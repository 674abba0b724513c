//! A host as the subject or the object of a verb.

use super::super::sentences::Clause;
use crate::host::words::phrases::hosts::{
    ARTICLES, BEFORE_HOST, BETWEEN, HOSTS, HOSTS_IN_CHINESE, MACHINES, PLACES, WHOLE,
};

/// The places of hosts among the words: the first and the last word of each.
fn hosts(words: &[&str]) -> Vec<(usize, usize)> {
    let is_whole = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        before.is_some_and(|word| WHOLE.contains(word))
    };
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if MACHINES.contains(word) && is_whole(at) {
            found.push((at - 1, at));
        } else if HOSTS.contains(word) {
            found.push((at, at));
        }
    }
    found
}

/// Whether the words from `at` on begin with one of the phrases.
pub(super) fn begins(words: &[&str], at: usize, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let mut rest = words.get(at..).unwrap_or_default().iter();
        phrase.split(' ').all(|word| rest.next() == Some(&word))
    })
}

/// The computers of clauses that name a guest: `the PC resets when the VM starts`.
fn computers(words: &[&str]) -> Vec<(usize, usize)> {
    let is_guest = |word: &&str| matches!(*word, "vm" | "vms" | "guest" | "gast" | "виртуалка");
    if !words.iter().any(is_guest) {
        return Vec::new();
    }
    let numbered = words.iter().enumerate();
    let found = numbered.filter(|(_, word)| matches!(**word, "pc" | "computer" | "rechner"));
    let is_of_guest = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        before.is_some_and(is_guest)
    };
    let of_hosts = found.filter(|(at, _)| !is_of_guest(*at));
    of_hosts.map(|(at, _)| (at, at)).collect()
}

/// Whether a host is the subject of one of the verbs.
pub(super) fn is_subject(words: &[&str], verbs: &[&str], times: &[&str]) -> bool {
    let mut hosts = hosts(words).into_iter().chain(computers(words));
    hosts.any(|(first, last)| {
        let mut start = first;
        while start > 0
            && words
                .get(start - 1)
                .is_some_and(|word| BEFORE_HOST.contains(word))
        {
            start -= 1;
        }
        let before = start.checked_sub(1).and_then(|at| words.get(at));
        if before.is_some_and(|word| PLACES.contains(word) || times.contains(word)) {
            return false;
        }
        let mut at = last + 1;
        while words.get(at).is_some_and(|word| BETWEEN.contains(word)) && !begins(words, at, verbs)
        {
            at += 1;
        }
        begins(words, at, verbs)
    })
}

/// Whether a host is the object of one of the verbs.
pub(super) fn is_object(words: &[&str], verbs: &[&str]) -> bool {
    let hosts = hosts(words);
    (0..words.len()).any(|at| {
        let verb = verbs.iter().filter(|verb| begins(words, at, &[verb]));
        let length = verb.map(|verb| verb.split(' ').count()).max();
        length.is_some_and(|length| {
            let mut next = at + length;
            while words.get(next).is_some_and(|word| ARTICLES.contains(word))
                && !hosts.iter().any(|(first, _)| *first == next)
            {
                next += 1;
            }
            // `locks up the pve node`: a name before the word for a host.
            hosts.iter().any(|(first, _)| *first == next)
                || next > at + length && hosts.iter().any(|(_, last)| *last + 1 == next)
        })
    })
}

/// A host in Chinese or Japanese, and one of the verbs close behind.
pub(super) fn is_subject_without_blanks(text: &str, verbs: &[&str]) -> bool {
    const NEAR: usize = 12;
    HOSTS_IN_CHINESE.iter().any(|host| {
        text.match_indices(host).any(|(at, _)| {
            let rest = text.get(at + host.len()..).unwrap_or_default();
            let near: String = rest.chars().take(NEAR).collect();
            let is_negated = ["不", "没", "未", "虚拟机"]
                .iter()
                .any(|word| near.contains(word));
            let is_other = text.get(..at).is_some_and(|before| before.ends_with('虚'));
            !is_negated && !is_other && verbs.iter().any(|verb| near.contains(verb))
        })
    })
}

pub(in crate::host::words) fn is_of_host(clause: &Clause) -> bool {
    let words = clause.words();
    // `PVE虚拟机`, `my Proxmox VM`: a guest of the hypervisor.
    let is_of_guest = |(_, last): &(usize, usize)| {
        let name = words.get(*last).copied().unwrap_or_default();
        let next = words.get(*last + 1).copied().unwrap_or_default();
        matches!(name, "proxmox" | "pve" | "unraid" | "esxi" | "truenas")
            && ["vm", "guest", "虚"]
                .iter()
                .any(|guest| next.starts_with(guest))
    };
    hosts(&words).iter().any(|host| !is_of_guest(host))
        || ["宿主", "主机", "物理机", "ホスト"]
            .iter()
            .any(|word| clause.text.contains(word))
        || names_pve(&clause.text)
}

/// Whether the text has `pve`, and not alone as the hypervisor of a guest.
fn names_pve(text: &str) -> bool {
    let mut behind = text.split("pve").skip(1);
    behind.any(|rest| {
        let rest = rest.trim_start();
        !["虚拟机", "的虚拟机", "vm"]
            .iter()
            .any(|guest| rest.starts_with(guest))
    })
}
