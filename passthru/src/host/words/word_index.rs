//! The sentences of some texts by their words: nearly all phrases of a table are absent from a text,
//! and each other phrase is searched for only in the sentences with its first word.

use super::phrases::is_without_blanks;
use super::sentences::Sentence;

/// The sentences by their words.
pub(super) struct WordIndex<'a> {
    sentences: &'a [&'a Sentence],
    /// Each word with the number of a sentence that has it, in the order of the words.
    words: Vec<(&'a str, usize)>,
    /// The sentences with signs of scripts that write no blanks between words.
    wide: Vec<usize>,
}

impl<'a> WordIndex<'a> {
    pub(super) fn new(sentences: &'a [&'a Sentence]) -> Self {
        let numbered = || sentences.iter().enumerate();
        let words =
            numbered().flat_map(|(at, one)| one.whole.each_word().map(move |word| (word, at)));
        let mut words: Vec<_> = words.collect();
        words.sort_unstable();
        words.dedup();
        let wide = numbered().filter(|(_, one)| one.whole.is_without_blanks());
        Self {
            sentences,
            words,
            wide: wide.map(|(at, _)| at).collect(),
        }
    }

    /// The numbers of the sentences with the phrase, as [`Clause::has`] finds it.
    ///
    /// [`Clause::has`]: super::sentences::Clause::has
    pub(super) fn with<'s>(&'s self, phrase: &'s str) -> impl Iterator<Item = usize> + 's {
        let is_wide = is_without_blanks(phrase);
        let end = phrase.find([' ', '*']).unwrap_or(phrase.len());
        let (first, rest) = phrase.split_at(end);
        let is_start = rest.starts_with('*');
        let from = self.words.partition_point(|(word, _)| *word < first);
        let words = self.words.iter().skip(from);
        let words = words.take_while(move |(word, _)| match word.strip_prefix(first) {
            Some(rest) => is_start || rest.is_empty(),
            None => false,
        });
        let by_word = words.map(|(_, at)| *at).filter(move |_| !is_wide);
        let wide = self.wide.iter().copied().filter(move |_| is_wide);
        let candidates = by_word.chain(wide);
        candidates.filter(move |at| {
            let sentence = self.sentences.get(*at);
            sentence.is_some_and(|sentence| sentence.whole.has(phrase))
        })
    }

    /// Whether a sentence has the phrase.
    pub(super) fn has(&self, phrase: &str) -> bool {
        self.with(phrase).next().is_some()
    }
}

#[cfg(test)]
mod tests;
