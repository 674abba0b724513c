//! The kernel of the host that sentences name.

use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use hostconf::binding::kernel_facts::Release;

use super::stated_distribution::has_guest;
use super::stated_release::is_of_other;
use crate::host::fact::Fact;
use crate::host::guests::guest_parts;

/// Words between the noun and the release, in lower case.
const BETWEEN: [&str; 12] = [
    "version",
    "release",
    "is",
    "now",
    "linux",
    "to",
    "v",
    ":",
    "-",
    "=",
    "版本",
    "版本为",
];

/// Words right before the noun that make the kernel another than that of the host.
const OTHER_KERNELS: [&str; 10] = [
    "guest", "vm", "older", "newer", "needs", "every", "any", "from", "since", "acrn",
];

/// The running kernel, if all sentences name the same one.
pub(in crate::host) fn read(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
) -> Option<Fact<Release>> {
    the_only(texts, of_guests, in_sentence).or_else(|| the_only(texts, of_guests, by_suffix))
}

/// The release that the sentences name, if it is one.
fn the_only(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
    in_sentence: fn(&str) -> Vec<Release>,
) -> Option<Fact<Release>> {
    let mut known: Option<Fact<Release>> = None;
    for (text, of_guests) in texts.iter().zip(of_guests) {
        for (number, line) in numbered_lines(&text.text) {
            if guest_parts::has(of_guests, number) {
                continue;
            }
            for release in line.split(". ").flat_map(in_sentence) {
                match &known {
                    Some(fact) if fact.value == release => {}
                    Some(_) => return None,
                    None => {
                        let line = Evidence::new(&*text.command, number, line.trim());
                        known = Some(Fact::new(release, line));
                    }
                }
            }
        }
    }
    known
}

/// The releases behind the noun: `Kernel 6.11.11`, `updated my kernel to 6.8.12-12-pve`.
fn in_sentence(line: &str) -> Vec<Release> {
    if !line.contains("ernel") {
        return Vec::new();
    }
    let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
    let marks = |c: char| !c.is_alphanumeric();
    let nouns = words.iter().enumerate().filter(|(_, word)| {
        let word = word.trim_matches(marks);
        matches!(word, "kernel" | "kernels") || word.ends_with("-kernel")
    });
    let mut found = Vec::new();
    for (at, _) in nouns {
        let before = words.get(..at).unwrap_or_default();
        let mut behind = words.get(at + 1..).unwrap_or_default().iter();
        let mut is_current = false;
        let word = behind.find(|word| {
            let bare = word.trim_end_matches(':');
            is_current |= bare == "to";
            !bare.is_empty() && !BETWEEN.contains(&bare)
        });
        let Some(release) = word.and_then(|word| release(word)) else {
            continue;
        };
        let is_update = before
            .iter()
            .any(|word| ["updated", "upgraded", "updating", "upgrading"].contains(&word.as_str()));
        // `the guest Linux kernel 4.2`
        let mut near = before.iter().rev().map(|word| word.trim_matches(marks));
        let near = near.find(|word| *word != "linux");
        let is_elsewhere = || has_guest(&before.join(" ")) || is_of_other(&line.to_lowercase());
        let is_other = near.is_some_and(|word| OTHER_KERNELS.contains(&word))
            || !(is_current && is_update) && is_elsewhere();
        if !is_other {
            found.push(release);
        }
    }
    found
}

/// Marks in releases that only the kernels of distributions for hosts have.
const SUFFIXES: [&str; 7] = [
    "-pve",
    "-arch",
    "-zen",
    "-MANJARO",
    "-cachyos",
    "-Unraid",
    "-snp-host",
];

/// The releases that name their distribution: `I am running Arch 5.15.12-arch1`.
fn by_suffix(line: &str) -> Vec<Release> {
    if !SUFFIXES.iter().any(|suffix| line.contains(suffix)) {
        return Vec::new();
    }
    let words = line.split(|c: char| c.is_whitespace() || "()[]`,;'\"".contains(c));
    let words = words.filter(|word| SUFFIXES.iter().any(|suffix| word.contains(suffix)));
    let is_elsewhere = has_guest(line) || is_of_other(&line.to_lowercase());
    words
        .filter(|_| !is_elsewhere)
        .filter_map(release)
        .collect()
}

/// A release of three numbers: `6.11.11`, `6.8.12-12-pve`.
fn release(word: &str) -> Option<Release> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let numbers = word.split(['-', '+', '_']).next()?;
    let mut parts = numbers.split('.');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_release = parts.clone().count() >= 3 && parts.all(is_number) && !word.contains("-guest");
    is_release.then(|| word.parse().ok())?
}

#[cfg(test)]
mod tests;
