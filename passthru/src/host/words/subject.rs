//! The subject of a text in its own words: an assignment, and the hypervisor that it names.

use host_tree::Evidence;

use super::sentences::{Clause, Posts, Sentence, clause};
use crate::host::fact::Fact;
use crate::host::words::phrases::Phrases;
use crate::host::words::phrases::moods::{GUESS, OTHERS};
use crate::host::words::phrases::subject::{
    CLOUD_HYPERVISOR, ESXI, FREEBSD, FROM, HARVESTER, HYPER_V_HOST, IN_GUEST, INCUS, KUBEVIRT, LXD,
    MOVED, NIXOS, NOT_YET, NOVA, OF_OTHER_HOSTS, PROXMOX, QUBES, READ, SWITCHED, SYSTEM, TO,
    UNRAID, WINDOWS, XCP_NG, XEN, XENSERVER,
};
use crate::host::words::phrases::topics::{ELSEWHERE, GRAPHICS, PASSES};

/// Hypervisors by the words of a sentence: the name of the system, and its words.
static HYPERVISORS: [(&str, &Phrases); 16] = [
    ("windows", &WINDOWS),
    ("esxi", &ESXI),
    ("freebsd", &FREEBSD),
    ("qubes", &QUBES),
    ("xcp-ng", &XCP_NG),
    ("xenserver", &XENSERVER),
    ("xen", &XEN),
    ("proxmox", &PROXMOX),
    ("unraid", &UNRAID),
    ("harvester", &HARVESTER),
    ("kubevirt", &KUBEVIRT),
    ("incus", &INCUS),
    ("lxd", &LXD),
    ("nova", &NOVA),
    ("nixos", &NIXOS),
    ("cloud-hypervisor", &CLOUD_HYPERVISOR),
];

/// The subject of the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The first sentence about an assignment of a device to a guest.
    pub(crate) shown: Option<Evidence>,
    /// The word for the only hypervisor that sentences name as the writer's, as in
    /// `data/systems.tsv`.
    pub(crate) hypervisor: Option<Fact<&'static str>>,
}

/// The subject of the texts.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Subject {
    let sentences = || posts.sentences();
    let about =
        |sentence: &&Sentence| sentence.is_in_passthrough_text && sentence.whole.is_of_assignment();
    let near = |sentence: &&Sentence| {
        sentence.is_in_passthrough_text && sentence.whole.has_any(&[&GRAPHICS, &PASSES])
    };
    let shown = sentences().find(about).or_else(|| sentences().find(near));
    let mut named: Vec<Fact<&'static str>> = Vec::new();
    // Named by others, too.
    let mut of_xen: Vec<Fact<&'static str>> = Vec::new();
    let own = sentences();
    let is_of_others = |sentence: &Sentence| {
        sentence
            .whole
            .has_any(&[&ELSEWHERE, &GUESS, &OTHERS, &READ])
    };
    for sentence in own {
        let is_of_others = is_of_others(sentence);
        // `I followed [the guide for XenServer](https://…)`: no system of the writer.
        let linked = without_titles(&sentence.whole.text).map(|text| clause(&text));
        let whole = linked.as_ref().unwrap_or(&sentence.whole);
        let current = without_former(whole);
        let whole = current.as_ref().unwrap_or(whole);
        for (system, words) in HYPERVISORS {
            let is_of_xen = matches!(system, "qubes" | "xcp-ng" | "xenserver");
            // Only Hyper-V has these words.
            let is_hyper_v =
                system == "windows" && sentence.whole.has(&["dda", "discrete device assignment"]);
            let all = if is_of_others && !is_hyper_v {
                &mut of_xen
            } else {
                &mut named
            };
            let is_known = all.iter().any(|known| known.value == system);
            let compared = |word: &&str| {
                let before = ["like", "unlike", "from", "than"];
                let mut phrases = before.iter().map(|before| format!("{before} {word}"));
                phrases.any(|phrase| sentence.whole.has(phrase.as_str()))
            };
            let is_read = is_of_xen || is_hyper_v || !is_of_others;
            if is_read && !is_known && whole.has(words) && !words.iter().any(compared) {
                all.push(Fact::new(system, sentence.shown.clone()));
            }
        }
    }
    if let Some(new) = sentences().find_map(new_system) {
        named = vec![new];
    }
    // The distribution of the writer's Xen.
    if let ([xen], [_]) = (named.as_slice(), of_xen.as_slice())
        && xen.value == "xen"
    {
        named = of_xen;
    }
    // A distribution of Xen names Xen, too.
    if named
        .iter()
        .any(|one| matches!(one.value, "qubes" | "xcp-ng" | "xenserver"))
    {
        named.retain(|one| one.value != "xen");
    }
    // A distribution that is a usual guest, too.
    if named.len() > 1 {
        named.retain(|one| one.value != "nixos");
    }
    // Hyper-V in a guest is not the host's.
    let is_in_guest = |sentence: &Sentence| {
        sentence.whole.has(&["hyper-v", "hyper v", "hyperv"])
            && sentence.whole.has_any(&[&IN_GUEST])
    };
    let of_host = |sentence: &Sentence| sentence.whole.has(&HYPER_V_HOST);
    if sentences().any(is_in_guest) && !sentences().any(of_host) {
        named.retain(|one| one.value != "windows");
    }
    if named.is_empty() && !sentences().any(|sentence| sentence.whole.has(&OF_OTHER_HOSTS)) {
        named = in_links(posts);
    }
    let mut named = named.into_iter();
    let first = named.next();
    Subject {
        shown: shown.map(|sentence| sentence.shown.clone()),
        hypervisor: first.filter(|_| named.next().is_none()),
    }
}

/// So many words may be between the verb of a change and the word before a system.
const NEAR: usize = 8;

/// The clause without the system that the writer had: `changed from Hyper-V to KVM`.
fn without_former(whole: &Clause) -> Option<Clause> {
    let mut words = whole.words();
    let verb = words.iter().position(|word| MOVED.contains(word))?;
    let near = words.iter().enumerate().skip(verb + 1).take(2 * NEAR);
    let (from, _) = near.clone().find(|(_, word)| FROM.contains(word))?;
    let mut behind = near.filter(|(at, _)| *at > from);
    let (to, _) = behind.find(|(_, word)| TO.contains(word))?;
    words.drain(from..to);
    Some(clause(&words.join(" ")))
}

/// The system that the writer has now: `we switched from ESXi to Proxmox`, `I moved my server to Unraid`.
fn new_system(sentence: &Sentence) -> Option<Fact<&'static str>> {
    let words = sentence.whole.words();
    let verb = words.iter().position(|word| MOVED.contains(word))?;
    let before = words.get(..verb)?.join(" ");
    if sentence.is_question || clause(&before).has(&NOT_YET) {
        return None;
    }
    let behind = words.get(verb + 1..)?;
    let to = behind
        .iter()
        .take(NEAR)
        .position(|word| TO.contains(word))?;
    // `I moved the disk to an Unraid share`, `changed the type to hyper-v`.
    let moved = behind.get(..to)?;
    let is_system = |word: &&str| FROM.contains(word) || SYSTEM.contains(word);
    let is_moved =
        moved.iter().any(is_system) || moved.is_empty() && SWITCHED.contains(words.get(verb)?);
    let place: Vec<&str> = behind.iter().skip(to + 1).take(2).copied().collect();
    let place = clause(&place.join(" "));
    let mut systems = HYPERVISORS.into_iter();
    let (system, _) = systems.find(|(_, words)| is_moved && place.has(*words))?;
    Some(Fact::new(system, sentence.shown.clone()))
}

/// The text without the titles of its links, `[title](https://…)`; none where it has no such title. A
/// title that is the name of a system alone, with a release or not, is a part of the sentence.
fn without_titles(text: &str) -> Option<String> {
    let is_name = |title: &str| {
        let mut words = title.split_whitespace();
        let first = words.next().unwrap_or_default();
        let is_rest = |word: &str| {
            ["ve", "os", "hypervisor"].contains(&word)
                || word.starts_with(|c: char| c.is_ascii_digit())
        };
        first.is_ascii() && words.all(is_rest)
    };
    let mut kept = String::new();
    let mut rest = text;
    let mut is_changed = false;
    while let Some((before, behind)) = rest.split_once("](http") {
        match before.rsplit_once('[') {
            Some((start, title)) if !is_name(title) => {
                kept.push_str(start);
                is_changed = true;
            }
            _ => kept.push_str(before),
        }
        kept.push_str(" (http");
        rest = behind;
    }
    kept.push_str(rest);
    is_changed.then_some(kept)
}

/// Systems whose own sites, and guides for them, nobody follows on another system. People of all hosts link
/// the wiki of Proxmox VE.
const IN_LINKS: [(&str, &[&str]); 5] = [
    ("xenserver", &["xenserver"]),
    ("xcp-ng", &["xcp-ng", "xcpng"]),
    ("esxi", &["esxi", "vsphere"]),
    ("unraid", &["unraid"]),
    ("qubes", &["qubes-os", "qubesos"]),
];

/// The systems that the links of the sentences name.
fn in_links(posts: &Posts<'_>) -> Vec<Fact<&'static str>> {
    let mut found: Vec<Fact<&'static str>> = Vec::new();
    for sentence in posts.sentences() {
        let words = sentence
            .whole
            .text
            .split(|c: char| c.is_whitespace() || "()<>[]\"".contains(c));
        for link in words.filter(|word| word.contains("http://") || word.contains("https://")) {
            for (system, names) in IN_LINKS {
                let is_named = names.iter().any(|name| link.contains(name));
                if is_named && found.iter().all(|known| known.value != system) {
                    found.push(Fact::new(system, sentence.shown.clone()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
