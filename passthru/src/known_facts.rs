//! Facts of the trade that texts name: `data/known-facts.tsv`.

use std::sync::LazyLock;

use crate::packed::table;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// Where a name of a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In a sentence, and in the listing of a card in question.
    Card,
    /// Also in the listing of any function.
    Host,
    /// In a sentence, on a host with Hyper-V.
    HyperV,
    /// In a sentence of any text: the words alone are about assignment.
    Text,
}

/// State of the assignment for which a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Any.
    Always,
    /// The text reports a failure.
    Failing,
    /// Any; and the words prove that a guest, or a container, has or had the device.
    Running,
    /// Nothing shows an IOMMU.
    WithoutIommu,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownFact {
    /// The finding's code.
    pub(crate) code: &'static str,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Where a name counts.
    pub(crate) scope: Scope,
    /// State of the assignment.
    pub(crate) when: When,
    /// Phrases that name the subject.
    pub(crate) names: Vec<&'static str>,
    /// Phrases of which the text has one; none for any text.
    pub(crate) with: Vec<&'static str>,
    /// Phrases of which the text has none.
    pub(crate) unless: Vec<&'static str>,
    /// The finding's sentence.
    pub(crate) title: &'static str,
    /// The step, in the imperative.
    pub(crate) remedy: Option<&'static str>,
    /// The cause.
    pub(crate) meaning: &'static str,
    /// The reference.
    pub(crate) source: &'static str,
}

impl KnownFact {
    /// The text of `passthru explain`.
    pub(crate) fn explanation(&self) -> Text {
        let (title, meaning) = (Text::of_table(self.title), Text::of_table(self.meaning));
        match self.remedy {
            Some(remedy) => text!(
                "{title}. {meaning} Fix: {remedy}.",
                title,
                meaning,
                remedy = Text::of_table(remedy)
            ),
            None => text!("{title}. {meaning}", title, meaning),
        }
    }
}

/// All rows.
pub(crate) fn all() -> &'static [KnownFact] {
    static ROWS: LazyLock<Vec<KnownFact>> =
        LazyLock::new(|| table!("known-facts").filter_map(row).collect());
    &ROWS
}

fn row(line: &'static str) -> Option<KnownFact> {
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let list = |text: &'static str| -> Vec<&'static str> {
        text.split('|').filter(|phrase| *phrase != "-").collect()
    };
    Some(KnownFact {
        code: next()?,
        verdict: Verdict::from_word(next()?)?,
        scope: match next()? {
            "card" => Scope::Card,
            "host" => Scope::Host,
            "hyper-v" => Scope::HyperV,
            "text" => Scope::Text,
            _ => return None,
        },
        when: match next()? {
            "always" => When::Always,
            "failing" => When::Failing,
            "running" => When::Running,
            "without-iommu" => When::WithoutIommu,
            _ => return None,
        },
        names: list(next()?),
        with: list(next()?),
        unless: list(next()?),
        title: next()?,
        remedy: Some(next()?).filter(|remedy| *remedy != "-"),
        meaning: next()?,
        source: next()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let lines = include_str!("../data/known-facts.tsv").lines();
        let rows = lines.filter(|line| !line.starts_with('#'));
        assert_eq!(rows.count(), all().len());
        for row in all() {
            assert!(
                !row.names.is_empty() && row.meaning.len() > 40,
                "{}",
                row.code
            );
            let phrases = [&row.names, &row.with, &row.unless];
            for phrase in phrases.into_iter().flatten() {
                assert_eq!(phrase.trim().to_lowercase(), **phrase, "{}", row.code);
            }
        }
    }
}
