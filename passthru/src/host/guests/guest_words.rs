//! Words of a sentence that say where the lines below it come from: inside a guest.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};

use crate::host::words::phrases::guest_words::{BEFORE, GUESTS, INSIDE, MARKS, OTHERS, PHRASES};

/// Whether a line may name a guest: most lines of a log do not.
pub(super) fn may_name_guest(line: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut builder = AhoCorasickBuilder::new();
        builder
            .ascii_case_insensitive(true)
            .build(MARKS.iter())
            .ok()
    });
    let mut finder = FINDER.iter();
    finder.any(|finder| finder.is_match(line)) || line.contains("ВМ")
}

/// The most words between the place and the guest: `on the fresh Ubuntu 22.04 guest`.
const MOST_BETWEEN: usize = 5;

/// Whether a sentence in lower case says that something is inside a guest, and names no host.
pub(in crate::host) fn is_inside(sentence: &str) -> bool {
    if sentence.contains("host") || sentence.contains("dom0") || sentence.contains("宿主") {
        return false;
    }
    if PHRASES.iter().any(|phrase| sentence.contains(phrase)) {
        return true;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '_');
    let words = sentence.split(|c: char| !is_part(c));
    let words: Vec<&str> = words
        .map(|word| word.trim_matches(['.', '-', '_', '\'']))
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).any(|at| {
        let rest = words.get(at..).unwrap_or_default();
        let Some((first, after)) = rest.split_first() else {
            return false;
        };
        INSIDE.contains(first) && reaches_guest(after)
    })
}

/// Whether the words are a name for a guest alone.
pub(super) fn is_guest_noun(words: &str) -> bool {
    GUESTS.contains(&words) || matches!(words, "guest vm" | "guest os" | "vm guest" | "虚拟机")
}

/// Whether a heading is a place inside a guest: `from guest vm`, `dmesg in the VM`.
pub(super) fn ends_inside(heading: &str) -> bool {
    let words = heading.split_ascii_whitespace();
    let mut rest = words.skip_while(|word| BEFORE.contains(word));
    let is_place = rest.next().is_some_and(|word| INSIDE.contains(&word));
    let last = rest.last().unwrap_or_default();
    is_place && is_inside(heading) && GUESTS.iter().any(|guest| guest.ends_with(last))
}

/// Whether a guest follows within a few words, as the end of its name.
fn reaches_guest(after: &[&str]) -> bool {
    for (at, word) in after.iter().enumerate().take(MOST_BETWEEN + 1) {
        // Another place, another subject.
        if INSIDE.contains(word) || matches!(*word, "the" | "a" | "my") && at > 0 {
            return false;
        }
        let next = after.get(at + 1).copied().unwrap_or_default();
        let pair = format!("{word} {next}");
        let length = if GUESTS.contains(&pair.as_str()) {
            2
        } else if GUESTS.contains(word) {
            1
        } else {
            continue;
        };
        let behind = after.get(at + length).copied().unwrap_or_default();
        // `in the guest vm`, `on the vm guest`.
        let behind = if GUESTS.contains(&behind) {
            after.get(at + length + 1).copied().unwrap_or_default()
        } else {
            behind
        };
        return !OTHERS.contains(&behind);
    }
    false
}

#[cfg(test)]
mod tests;
