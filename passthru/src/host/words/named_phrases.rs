//! Tables of names, each with the phrases for it in texts: `data/done.tsv`,
//! `data/device-kinds.tsv`.

use super::sentences;

/// A name with its phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedPhrases {
    /// The name in a sentence.
    pub(crate) name: &'static str,
    /// The phrases for it in texts.
    pub(super) phrases: Vec<&'static str>,
}

impl NamedPhrases {
    /// Whether an English sentence in lower case is about it.
    pub(crate) fn is_in(&self, sentence: &str) -> bool {
        sentences::clause(sentence).has(&*self.phrases)
    }
}

/// The rows of a table.
pub(super) fn rows(table: &'static str) -> Vec<NamedPhrases> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| {
        let (name, phrases) = line.split_once('\t')?;
        let phrases = phrases.split('|').collect();
        Some(NamedPhrases { name, phrases })
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
