//! Devices of which the trade knows more than a listing shows, named in sentences.

use super::sentences::{Posts, Sentence};
use crate::host::fact::Fact;
use crate::host::words::phrases::named_cards::ELSEWHERE;
use crate::known_devices::{KnownDevice, Scope, all};

/// The rows that the sentences of a text fulfil, each with the first sentence that names the device;
/// and those whose words are there but for the name, which a listing may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamedDevices {
    /// Rows whose device a sentence names.
    pub(crate) named: Vec<Fact<&'static KnownDevice>>,
    /// Rows whose other conditions hold.
    pub(crate) possible: Vec<&'static KnownDevice>,
}

/// The shortest phrase that counts inside a word, in bytes.
const PART: usize = 5;

/// The shortest name that counts inside a word, in bytes.
const INSIDE: usize = 9;

/// The rows for the texts.
pub(in crate::host) fn read(posts: &Posts<'_>) -> NamedDevices {
    let mut found = NamedDevices::default();
    for row in all() {
        let naming = posts.sentences().find(|one| is_named(row, one));
        // Words alone are about assignment: without them no listing is.
        let needs_name = matches!(row.scope, Scope::HyperV | Scope::Text);
        if needs_name && naming.is_none() || !is_met(row, posts) {
            continue;
        }
        found.possible.push(row);
        let named = naming.map(|sentence| Fact::new(row, sentence.shown.clone()));
        found.named.extend(named);
    }
    found
}

/// Whether the sentence has a name of the row.
fn is_named(row: &KnownDevice, sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_text = row.scope == Scope::Text;
    // `/sys/class/net/eth0/device/sriov_totalvfs` is one word.
    let is_inside = || {
        let mut names = row.names.iter().filter(|name| name.len() >= INSIDE);
        is_text && names.any(|name| whole.text.contains(name.trim_end_matches('*')))
    };
    let is_of_assignment = sentence.is_in_passthrough_text || is_text || row.scope == Scope::HyperV;
    is_of_assignment && (whole.has(&row.names) || is_inside()) && !whole.has(&ELSEWHERE)
}

/// Whether the texts have one of the other phrases of the row, and none that excludes it.
fn is_met(row: &KnownDevice, posts: &Posts<'_>) -> bool {
    let has = |phrases: &[&str]| posts.sentences().any(|one| one.whole.has(phrases));
    // A longer word may also be a part of an address on the web, or of a program's name.
    let is_in_word = |phrase: &&str| {
        let phrase = phrase.trim_end_matches('*');
        phrase.len() >= PART && posts.sentences().any(|one| one.whole.text.contains(phrase))
    };
    // `ovmf` below `VM settings:` is no sentence.
    let is_line = || {
        let mut lines = posts.texts().flat_map(|(text, _)| text.text.lines());
        lines.any(|line| {
            let line = line.trim();
            let mut phrases = row.with.iter();
            phrases.any(|phrase| line.eq_ignore_ascii_case(phrase))
        })
    };
    let is_with =
        || row.with.is_empty() || has(&row.with) || row.with.iter().any(is_in_word) || is_line();
    is_with() && !has(&row.unless)
}
