//! The words of a device's name, for partial matches.
//!
//! `GeForce RTX 3060 Ti` has the words `geforce`, `rtx`, `3060` and `ti`; so do `rtx3060ti` and
//! `RTX-3060Ti`: letters and digits are split. A word never matches within another: `ti` is not in
//! `Corporation`.

use std::collections::BTreeSet;

/// The words of a text in small letters, letters and digits apart.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        let kind = c.is_alphanumeric().then(|| c.is_ascii_digit());
        match (kind, words.last_mut()) {
            (None, _) => {}
            (Some(_), Some(word)) if kind == last => word.extend(c.to_lowercase()),
            (Some(_), _) => words.push(c.to_lowercase().collect()),
        }
        last = kind;
    }
    words
}

/// Whether the name has all these: each blank-separated piece of `asked` as consecutive words.
pub(super) fn has_all(name: &[String], asked: &[Vec<String>]) -> bool {
    !asked.is_empty() && asked.iter().all(|piece| has(name, piece))
}

/// The pieces of typed text, each in words and without duplicates, limited to the number that a
/// name can have.
pub(super) fn pieces(typed: &str) -> Vec<Vec<String>> {
    let mut known = BTreeSet::new();
    let mut pieces: Vec<Vec<String>> = typed.split_whitespace().map(words).collect();
    pieces.retain(|piece| !piece.is_empty() && known.insert(piece.clone()));
    pieces
}

/// Whether `name` has the words of `piece` in a row.
pub(super) fn has(name: &[String], piece: &[String]) -> bool {
    !piece.is_empty() && name.windows(piece.len()).any(|row| row == piece)
}

/// Whether the model in the name, in brackets at its end, ends with the typed words.
pub(super) fn ends_with(name: &str, typed: &str) -> bool {
    let model = name.trim_end().strip_suffix(']');
    let model = model
        .and_then(|name| name.rsplit_once('['))
        .map(|(_, model)| words(model));
    let typed = words(typed);
    model.is_some_and(|model| !typed.is_empty() && model.ends_with(&typed))
}

#[cfg(test)]
mod tests;
