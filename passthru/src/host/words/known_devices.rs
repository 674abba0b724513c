//! Devices of which the trade knows more than a listing shows, named in sentences.

use super::sentences::Posts;
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
            row.with.is_empty() || has(&row.with) || row.with.iter().any(is_in_word) || is_line();
        if !is_with || has(&row.unless) {
            continue;
        }
        found.possible.push(row);
        let mut sentences = posts.sentences();
        let naming = sentences.find(|one| {
            let is_of_assignment =
                one.is_in_passthrough_text || matches!(row.scope, Scope::HyperV | Scope::Text);
            // `/sys/class/net/eth0/device/sriov_totalvfs` is one word.
            let is_inside = || {
                let mut names = row.names.iter().filter(|name| name.len() >= INSIDE);
                let is_part = |name: &&str| one.whole.text.contains(name.trim_end_matches('*'));
                row.scope == Scope::Text && names.any(is_part)
            };
            is_of_assignment
                && (one.whole.has(&row.names) || is_inside())
                && !one.whole.has(&ELSEWHERE)
        });
        if let Some(sentence) = naming {
            found.named.push(Fact::new(row, sentence.shown.clone()));
        }
    }
    found
}
