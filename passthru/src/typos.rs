//! Words that a person may have meant: those that differ from the typed one by few letters.

use list_order::Order as _;

use crate::text::{Text, any_of, text};

/// Maximum number of suggested words.
const MOST: usize = 3;

/// The longest word that is compared, in bytes: the time is the product of two lengths.
const LONGEST: usize = 64;

/// The shortest beginning of a word that suggests it.
const SHORTEST: usize = 4;

/// The words of `known` that are similar to `typed`, the most similar first, at most three: one letter in
/// four may differ.
pub(crate) fn similar<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() || typed.len() > LONGEST {
        return Vec::new();
    }
    let most = typed.chars().count().div_ceil(4);
    let known = known.into_iter().filter(|known| known.len() <= LONGEST);
    // The beginning of a word is as near as one wrong letter.
    let is_start = |known: &str| typed.len() >= SHORTEST && known.starts_with(&typed);
    let far = |known: &str| match is_start(known) {
        true => 1,
        false => distance(&typed, known),
    };
    let mut near: Vec<(usize, &str)> = known
        .map(|known| (far(known), known))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.order();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, word)| word).collect()
}

/// The directives of modprobe.d(5).
pub(crate) const DIRECTIVES: [&str; 7] = [
    "options",
    "blacklist",
    "softdep",
    "install",
    "remove",
    "alias",
    "weakdep",
];

/// The directive of modprobe.d that `word` almost is: `option`, `Blacklist`, `softdep:`.
pub(crate) fn nearest_directive(word: &str) -> Option<&'static str> {
    if DIRECTIVES.contains(&word) {
        return None;
    }
    similar(word.trim_end_matches(':'), DIRECTIVES)
        .first()
        .copied()
}

/// The suggestion as the end of a message, with the blank before it: ` (did you mean proxmox?)`;
/// empty where nothing is near.
pub(crate) fn did_you_mean(near: &[&str]) -> Text {
    if near.is_empty() {
        return Text::value("");
    }
    text!(
        " (did you mean {words}?)",
        words = any_of(near.iter().copied())
    )
}

/// The number of single letters that have to be added, removed or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, c) in one.chars().enumerate() {
        let mut last = at;
        let mut next = vec![at + 1];
        for ((known, above), left) in other.iter().zip(row.iter().skip(1)).zip(0..) {
            let change = last + usize::from(*known != c);
            let beside = next.get(left).copied().unwrap_or_default();
            next.push(change.min(above + 1).min(beside + 1));
            last = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
